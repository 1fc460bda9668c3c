import Logging
import Services
import Synchronization
import TestSupport

/// A service made of one closure.
struct Work: Service {
    let work: @Sendable () async throws -> Void

    init(_ work: @escaping @Sendable () async throws -> Void) { self.work = work }

    func run() async throws { try await work() }
}

struct Bad: Error, Equatable {
    let what: String
    init(_ what: String) { self.what = what }
}

/// What happened, in order.
final class Diary: Sendable {
    private let notes = Mutex<[String]>([])
    let log = LogRecorder(from: .info)

    var entries: [String] { notes.withLock(\.self) }

    func note(_ entry: String) { notes.withLock { $0.append(entry) } }
}
