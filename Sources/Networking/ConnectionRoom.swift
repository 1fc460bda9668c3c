import CEvent
import Glibc

/// A server's connections on one loop.
///
/// `@unchecked`: everything is used only on the loop's thread.
final class ConnectionRoom: @unchecked Sendable {
    /// The number of closed connections after which memory is returned to the system.
    private static let trimCount = 256

    let loop: EventLoop
    private(set) var isShuttingDown = false
    private(set) var streams: [ObjectIdentifier: ByteStream] = [:]
    private var waiting = WaitingConnections<ObjectIdentifier>()
    private var whenEmpty: [CheckedContinuation<Void, Never>] = []
    private var removedCount = 0
    private var date = (text: "", second: time_t(0))

    init(_ loop: EventLoop) { self.loop = loop }

    func add(_ stream: ByteStream) {
        streams[ObjectIdentifier(stream)] = stream
        if isShuttingDown { stream.owner?.shutdown() }
    }

    /// The connection waits for its client, from now on: for a request, or for the rest of one.
    func waits(_ stream: ByteStream, of network: [UInt8]) {
        waiting.add(ObjectIdentifier(stream), of: network)
    }

    /// The connection is being served.
    func works(_ stream: ByteStream) { waiting.remove(ObjectIdentifier(stream)) }

    /// Closes the connection that has waited longest: of one network, or of the one with most.
    func closeWaiting(of network: [UInt8]?) {
        let id = network.map { waiting.oldest(of: $0) } ?? waiting.oldestOfTheMost()
        if let id { streams[id]?.cut() }
    }

    func remove(_ stream: ByteStream) {
        waiting.remove(ObjectIdentifier(stream))
        streams[ObjectIdentifier(stream)] = nil
        if streams.isEmpty {
            for continuation in whenEmpty { continuation.resume() }
            whenEmpty = []
        }
        // The C library keeps freed memory for later connections. After a burst that is wasted.
        removedCount += 1
        if removedCount == Self.trimCount {
            loop.schedule(after: .seconds(1)) { [self] in
                removedCount = 0
                malloc_trim(0)
            }
        }
    }

    /// Returns when all connections have ended, at the latest after `grace`.
    func shutdown(grace: Duration) async {
        await withCheckedContinuation { continuation in
            loop.perform { [self] in
                isShuttingDown = true
                for stream in streams.values { stream.owner?.shutdown() }
                guard !streams.isEmpty else { return continuation.resume() }
                whenEmpty.append(continuation)
                loop.schedule(after: grace) { [self] in
                    for stream in streams.values { stream.cut() }
                }
            }
        }
    }

    /// The `Date` field (RFC 9110, section 5.6.7), computed once per second.
    var dateField: String {
        let now = time(nil)
        if now != date.second { date = (HTTPDate.text(now), now) }
        return date.text
    }
}

private enum HTTPDate {
    static func text(_ time: time_t) -> String {
        var time = time
        var parts = tm()
        gmtime_r(&time, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map(twoDigits).joined(separator: ":")
        return "\(days[Int(parts.tm_wday)]), \(twoDigits(parts.tm_mday)) \(months[Int(parts.tm_mon)]) "
            + "\(parts.tm_year + 1900) \(clock) GMT"
    }

    private static func twoDigits(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
