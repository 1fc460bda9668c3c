import Foundation
import TestSupport
import VectorSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Runs a relay and parties as separate processes, injects faults, and keeps the ledger.
final class Conductor {
    struct Settings: Sendable {
        var seconds = 120
        var seed = UInt64.random(in: 0...UInt64.max)
        var partyCount = 4
        /// Milliseconds between one party's messages to another.
        var pause = 20
        var isCalm = false
        /// Maximum number of messages waiting for one device.
        var maxQueueCount = 200
        /// How long the last messages may take to arrive once all faults have ended.
        var settlingSeconds = 120
    }

    private enum Happening: Sendable {
        case child(Child, Child.Event)
        case fault
        case wake(String)
        case free(String)
        case start(String)
        case settle
        case end
        case cut(@Sendable () -> Void)
    }

    private let settings: Settings
    private let folder: URL
    private let relayPort: Int
    private let names: [String]
    private var random: SeededRandom
    private var ledger = Ledger()
    private(set) var report = ChaosReport()
    private var children: [String: Child] = [:]
    private var lives: [String: Int] = [:]
    /// The processes that we ended ourselves.
    private var doomed: Set<ObjectIdentifier> = []
    private var notes: [String] = []
    private let happenings: AsyncStream<Happening>
    private let happen: AsyncStream<Happening>.Continuation
    private var proxy: TCPProxy?
    private var isSettling = false
    private var isOver = false
    /// The processes that have been ready once; when all have, the run's time starts.
    private var arrivals: Set<String> = []
    private var begin = ContinuousClock.now

    init(_ settings: Settings, folder: URL, relayPort: Int) {
        self.settings = settings
        self.folder = folder
        self.relayPort = relayPort
        random = SeededRandom(seed: settings.seed)
        names = (1...settings.partyCount).map { "party\($0)" }
        (happenings, happen) = AsyncStream.makeStream(of: Happening.self)
    }

    /// Runs for the configured time, lets everything arrive, and returns the report.
    func run() async throws -> ChaosReport {
        let proxy = try TCPProxy(to: relayPort)
        self.proxy = proxy
        defer { for child in children.values { child.send(SIGKILL) } }
        report.seed = settings.seed
        try start("relay", freely: true)
        for name in names { try start(name, freely: true) }
        for await happening in happenings {
            try await take(happening)
            if isSettling, ledger.isSettled || isOver { break }
        }
        report.seconds = begin.duration(to: .now) / .seconds(1)
        report.unsettled = ledger.unsettled
        ledger.close()
        report.accepted = ledger.acceptedCount
        report.delivered = ledger.deliveredCount
        report.violations = ledger.violations
        report.notes = ledger.notes + notes
        return report
    }

    private func take(_ happening: Happening) async throws {
        switch happening {
        case .child(let child, .said(let line)): heard(line, from: child)
        case .child(let child, .ended(let status, let isSignal)): try ended(child, status, isSignal)
        case .start(let name): if children[name] == nil { try start(name, freely: isSettling) }
        case .settle: settle()
        case .end: isOver = true
        case .wake(let name): children[name]?.send(SIGCONT)
        case .free(let name): children[name]?.tell(.free)
        case .cut(let cut): cut()
        case .fault:
            if isSettling { return }
            try doSomething()
            later(Double.random(in: 0.1...0.8, using: &random), .fault)
        }
    }

    private func later(_ seconds: Double, _ happening: Happening) {
        let happen = happen
        DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { happen.yield(happening) }
    }

    // MARK: Processes

    private func start(_ name: String, freely: Bool) throws {
        let life = lives[name, default: -1] + 1
        lives[name] = life
        let url = "http://127.0.0.1:\(proxy?.port ?? 0)"
        let arguments =
            name == "relay"
            ? ["relay", file("relay.db"), "\(relayPort)", "\(settings.maxQueueCount)", url]
            : [
                "party", file("\(name).db"), name, url,
                "\(settings.pause)",
            ]
        let happen = happen
        children[name] = try Child(name, life: life, arguments: arguments) { child, event in
            happen.yield(.child(child, event))
        }
        if !freely, Int.random(in: 0..<8, using: &random) == 0 { fillDisk(of: name) }
    }

    private func file(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private func largestFile(of name: String) -> UInt64 {
        ["", "-wal"].map { suffix in
            let attributes = try? FileManager.default.attributesOfItem(atPath: file("\(name).db\(suffix)"))
            return (attributes?[.size] as? NSNumber)?.uint64Value ?? 0
        }.max() ?? 0
    }

    private func heard(_ line: String, from child: Child) {
        let name = child.name
        switch PartyEvent(line) {
        case .ready:
            guard name != "relay" else { return }
            if arrivals.insert(name).inserted, arrivals.count == names.count { beginFaults() }
            for peer in names where peer != name {
                let flow = Ledger.Flow(sender: name, recipient: peer)
                // A message already begun is finished, even if no new one is to be started.
                if isSettling, !ledger.isUnderWay(flow) { continue }
                child.tell(.send(peer: peer, from: ledger.nextToSend(in: flow)))
            }
            if isSettling { child.tell(.stop) }
        case .tried(let peer, let number):
            ledger.tried(number, in: Ledger.Flow(sender: name, recipient: peer))
        case .posted(let peer, let number):
            ledger.posted(number, in: Ledger.Flow(sender: name, recipient: peer))
        case .took(let peer, let number):
            ledger.took(number, in: Ledger.Flow(sender: peer, recipient: name), life: child.life)
        case .handled(let peer, let number):
            ledger.handled(number, in: Ledger.Flow(sender: peer, recipient: name))
        case .queueFull: report.fullQueues += 1
        case .note(let text): notes.append("\(name).\(child.life): \(text)")
        case nil: notes.append("\(name).\(child.life) said: \(line)")
        }
    }

    private func ended(_ child: Child, _ status: Int32, _ isSignal: Bool) throws {
        guard children[child.name] === child else { return }
        children[child.name] = nil
        if doomed.remove(ObjectIdentifier(child)) == nil {
            // A process may exit if it cannot write. It must not crash.
            if isSignal {
                report.crashes += 1
                notes.append("\(child.name).\(child.life) crashed with signal \(status)")
            } else {
                report.resignations += 1
            }
        }
        later(isSettling ? 0 : Double.random(in: 0...0.5, using: &random), .start(child.name))
    }

    // MARK: Faults

    private func beginFaults() {
        begin = .now
        if !settings.isCalm { later(0.1, .fault) }
        later(Double(settings.seconds), .settle)
    }

    private func doSomething() throws {
        let name =
            Int.random(in: 0..<3, using: &random) == 0
            ? "relay" : (names.randomElement(using: &random) ?? "relay")
        guard let child = children[name] else { return }
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<4: end(child)
        case 4..<6:
            child.send(SIGSTOP)
            report.stops += 1
            later(Double.random(in: 0.1...3, using: &random), .wake(name))
        case 6:
            proxy?.cut()
            report.cuts += 1
        case 7:
            guard let cut = proxy?.freeze() else { return }
            report.freezes += 1
            later(10, .cut(cut))
        case 8:
            child.tell(.intrude)
            report.intruders += 1
        default:
            child.tell(.jump(seconds: Int.random(in: -86_400...86_400, using: &random)))
            report.jumps += 1
        }
    }

    /// Leaves room for the files' current size and a little more, which is soon used up; later leaves enough.
    private func fillDisk(of name: String) {
        let room = UInt64.random(in: 4...64, using: &random) * 1024
        children[name]?.tell(.fill(byteCount: largestFile(of: name) + room))
        report.fullDisks += 1
        later(5, .free(name))
    }

    private func end(_ child: Child) {
        doomed.insert(ObjectIdentifier(child))
        child.send(SIGKILL)
        report.kills += 1
    }

    /// Ends all faults: every process runs with enough disk space, and no new messages are started.
    private func settle() {
        isSettling = true
        for child in children.values {
            child.send(SIGCONT)
            child.tell(.free)
            child.tell(.stop)
            // Some are restarted; the others show that they need no restart.
            if Bool.random(using: &random) { end(child) }
        }
        later(Double(settings.settlingSeconds), .end)
    }
}
