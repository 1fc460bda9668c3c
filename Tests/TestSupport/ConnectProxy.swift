import Foundation
import Glibc
import Synchronization

/// A proxy for https: connects clients to servers on this machine, whatever host they name, or refuses to.
package final class ConnectProxy: Sendable {
    private let server: RawServer
    private let log: Log

    private final class Log: Sendable {
        let targets = Mutex<[String]>([])
    }

    /// With a status, it refuses.
    package init(refusal: Int? = nil) throws {
        let log = Log()
        self.log = log
        server = try RawServer { client in
            var head: [UInt8] = []
            while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
                guard let bytes = receive(from: client) else { return }
                head += bytes
            }
            let words = String(decoding: head, as: UTF8.self).split(separator: " ")
            guard words.count > 1, words[0] == "CONNECT" else { return }
            log.targets.withLock { $0.append(String(words[1])) }
            if let refusal {
                _ = sendAll(
                    Array("HTTP/1.1 \(refusal) No\r\nContent-Length: 0\r\n\r\n".utf8), to: client)
                return
            }
            guard let port = words[1].split(separator: ":").last.flatMap({ Int($0) }),
                let target = try? connectedSocket(to: port)
            else { return }
            _ = sendAll(Array("HTTP/1.1 200 Connected\r\n\r\n".utf8), to: client)
            let back = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                while let bytes = receive(from: target), sendAll(bytes, to: client) {}
                shutdown(client, Int32(SHUT_RDWR))
                back.signal()
            }
            while let bytes = receive(from: client), sendAll(bytes, to: target) {}
            shutdown(target, Int32(SHUT_RDWR))
            back.wait()
            close(target)
        }
    }

    package var url: String { server.url }
    /// Hosts and ports in the order in which clients asked for them.
    package var targets: [String] { log.targets.withLock(\.self) }
}
