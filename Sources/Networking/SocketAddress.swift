import CEvent
import Glibc

/// An address and a port in the kernel's format.
struct SocketAddress: Sendable {
    let family: Int32
    private let bytes: [UInt8]

    struct UnknownHost: Error {}

    /// Resolves a name. May block for seconds unless it is a numeric address.
    static func lookUp(host: String, port: Int, passive: Bool = false) throws(UnknownHost) -> [SocketAddress]
    {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV | (passive ? AI_PASSIVE : 0)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0 else { throw UnknownHost() }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = list
        while let info = next?.pointee {
            if let address = info.ai_addr {
                let bytes = UnsafeRawBufferPointer(start: address, count: Int(info.ai_addrlen))
                addresses.append(SocketAddress(family: info.ai_family, bytes: Array(bytes)))
            }
            next = info.ai_next
        }
        return addresses
    }

    func withPointer<Value>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value {
        bytes.withUnsafeBytes { raw in
            guard let start = raw.bindMemory(to: sockaddr.self).baseAddress else {
                preconditionFailure("an address without bytes")
            }
            return body(start, socklen_t(raw.count))
        }
    }

    static func localPort(of descriptor: Int32) -> Int { local(of: descriptor)?.port ?? 0 }

    /// This side's address and port.
    static func local(of descriptor: Int32) -> (address: IPAddress, port: Int)? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutableBytes(of: &storage) { raw in
            guard let start = raw.bindMemory(to: sockaddr.self).baseAddress,
                getsockname(descriptor, start, &length) == 0,
                let address = IPAddress(start, Int(length))
            else { return nil }
            // The port is at the same offset in both kinds of address.
            return (address, Int(raw[2]) << 8 | Int(raw[3]))
        }
    }
}
