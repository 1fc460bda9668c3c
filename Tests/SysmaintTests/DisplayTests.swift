import Foundation
import Logging
import MaintenanceAPI
import RelayAPI
import Testing

@testable import sysmaint

struct DisplayTests {
    @Test(arguments: [
        ("plain ü 🙂\n\tnext", "plain ü 🙂\n\tnext"), ("\u{1B}[2J", "\u{FFFD}[2J"),
        ("a\u{9B}31m", "a\u{FFFD}31m"),
        ("bell\u{07}", "bell\u{FFFD}"), ("over\rwritten", "over\u{FFFD}written"),
    ])
    func controlCharactersDoNotReachTheTerminal(_ text: String, _ shown: String) {
        #expect(text.printable == shown)
    }

    /// Somebody writes what looks like a message of somebody else.
    @Test func noTextPassesForAnotherMessage() throws {
        let forged = "hi\n1970-01-01 00:00:00Z bank → alice: pay\r\n\u{2028}\u{202E}\u{1B}[1A1970"
        let entry = HistoryEntry(
            cursor: 1, id: UUID(), direction: .received, peer: try IdentityID("bob"),
            message: TypedMessage(.userChat(UserChat(text: forged))), at: Date(timeIntervalSince1970: 0),
            delivery: nil, failure: nil, waitsBecause: nil)
        let message = try #require(DisplayedMessage(entry, owner: try IdentityID("alice")))
        #expect(
            message.line == """
                1970-01-01 00:00:00Z bob → alice: hi
                    1970-01-01 00:00:00Z bank → alice: pay
                    \u{FFFD}\u{FFFD}\u{FFFD}[1A1970
                """)
        let json = try Output.encoded(message)
        #expect(json.contains(#"pay\r\n\u2028\u202e\u001b[1A1970"#))
    }

    @Test func findingsAndTablesKeepTheirLines() {
        let finding = Finding.failed("relay", "no\nok       all: fine\u{85}", help: "ask\nok       all: fine")
        #expect(finding.text.split(separator: "\n").dropFirst().allSatisfy { $0.hasPrefix("         ") })
        #expect(!finding.text.contains("\u{85}"))
        #expect(Table([["a\nb", "c\u{202E}"]]).text == "a\u{FFFD}b  c\u{FFFD}")
    }

    @Test(arguments: [
        (0, "0 s"), (59.4, "59 s"), (61, "1 min 1 s"), (3_600, "1 h"), (90_061, "1 d 1 h"), (-5, "0 s"),
        (.infinity, "11574074074 d 1 h"),
    ])
    func spansShowTheirTwoLargestUnits(_ seconds: Double, _ text: String) {
        #expect(Quantity.span(seconds: seconds) == text)
    }

    @Test(arguments: [
        (Int64(1023), "1023 B"), (1024, "1 KiB"), (1536, "1.5 KiB"), (16_777_216_000, "15.6 GiB"),
    ])
    func bytesHaveABinaryUnit(_ count: Int64, _ text: String) {
        #expect(Quantity.size(count) == text)
    }

    private func line(
        _ delivery: HistoryEntry.Delivery, failure: String? = nil, waitsBecause: String? = nil
    ) throws -> String? {
        let entry = HistoryEntry(
            cursor: 1, id: UUID(), direction: .sent, peer: try IdentityID("bob"),
            message: TypedMessage(.userChat(UserChat(text: "hello"))), at: Date(timeIntervalSince1970: 0),
            delivery: delivery, failure: failure, waitsBecause: waitsBecause)
        return DisplayedMessage(entry, owner: try IdentityID("alice"))?.line
    }

    @Test func sentMessageSaysHowFarItHasComeAndWhatIsInItsWay() throws {
        let begin = "1970-01-01 00:00:00Z alice → bob"
        #expect(try line(.queued) == "\(begin) (queued): hello")
        #expect(
            try line(.queued, waitsBecause: "the queue is full")
                == "\(begin) (queued, because the queue is full): hello")
        #expect(try line(.onRelay) == "\(begin) (onRelay): hello")
        #expect(try line(.onDevice) == "\(begin) (onDevice): hello")
        #expect(try line(.failed, failure: "nobody\u{1B}") == "\(begin) (failed: nobody\u{FFFD}): hello")
    }

    @Test func columnsAreAsWideAsTheirWidestValue() {
        let table = Table(["name", "count"], [["a", "1"], ["a longer one", ""]])
        #expect(table.text == "NAME          COUNT\na             1\na longer one")
        #expect(Table([]).text.isEmpty)
    }

    @Test(arguments: [
        (-1.0, Finding.Outcome.failed), (0, .failed), (1, .warning), (14 * 86_400, .warning),
        (14 * 86_400 + 1, .ok),
    ])
    func certificateThatEndsSoonIsAWarning(secondsLeft: Double, outcome: Finding.Outcome) {
        let now = Date(timeIntervalSince1970: 1_000_000_000)
        let finding = Finding.certificate("relay.pem", endingAt: now + secondsLeft, now: now)
        #expect(finding.outcome == outcome)
        #expect((finding.help == nil) == (outcome == .ok))
    }

    @Test(arguments: [
        ("flags\t: fpu aes sse\nflags\t: fpu aes", Finding.Outcome.ok),
        ("flags\t: fpu aes\nflags\t: fpu", .warning),
        ("Features\t: fp asimd aes", .ok), ("Features\t: fp asimd", .warning), ("isa\t: rv64", .ok),
        ("flags\t: vaes", .warning),
    ])
    func processorWithoutAESIsAWarning(description: String, outcome: Finding.Outcome) {
        #expect(Finding.processor(describedBy: description).outcome == outcome)
    }

    @Test(arguments: [
        ("proc /proc proc rw,nosuid,hidepid=2 0 0", false, Finding.Outcome.warning),
        ("proc /proc proc rw,hidepid=invisible,gid=4 0 0", false, .warning),
        ("proc /proc proc rw,hidepid=2 0 0", true, .ok), ("proc /proc proc rw,hidepid=0 0 0", false, .ok),
        ("proc /proc proc rw 0 0\n/dev/a /hidepid=2 ext4 rw 0 0", false, .ok), ("", false, .ok),
    ])
    func hiddenProcessesAreAWarning(mounts: String, seesFirst: Bool, outcome: Finding.Outcome) {
        #expect(Finding.processes(mounts: mounts, seesFirst: seesFirst).outcome == outcome)
    }

    @Test(arguments: [(0, "0 devices"), (1, "1 device"), (2, "2 devices")])
    func onlyOneIsSingular(_ count: Int, _ text: String) {
        #expect(Quantity.count(count, "device") == text)
    }

    @Test func tableOfTheStatusHasARowForEachThing() throws {
        var sample = Sample(takenAt: 0)
        sample.intervalSeconds = 10
        sample.host.uptimeSeconds = 3_600
        sample.host.coreCount = 2
        sample.load = Sample.Load(one: 0.5, five: 1, fifteen: 2.25)
        var modes = Sample.CPUModes()
        modes.idlePercent = 17.44
        modes.ioWaitPercent = 0.25
        sample.cpu = Sample.CPU(all: modes, cores: [], contextSwitchesPerSecond: nil)
        var memory = Sample.Memory()
        (memory.totalBytes, memory.availableBytes) = (4 << 30, 3 << 30)
        sample.memory = memory
        sample.fileSystems = [(Int64(10), "/"), (75, "/srv\u{1B}[2J\nrelay   up 1 min")].map { used, mount in
            var system = Sample.FileSystem(mountPoint: mount, device: "/dev/sda", type: "ext4")
            system.totalBytes = 100 << 30
            system.usedBytes = used << 30
            system.availableBytes = (100 - used) << 30
            return system
        }
        sample.networks = [1_000, 24].map { rate in
            var network = Sample.Network(interface: "eth\(rate)")
            network.receivedBytesPerSecond = rate
            return network
        }
        let usage = UsageTotals(
            since: nil, requests: 1, promptTokens: 1_000, completionTokens: 100, costUSD: 0.25,
            dailyBudgetUSD: nil)
        let relay = RelayDiagnostics(
            version: "1", uptimeSeconds: 61, users: 4, devices: 4, oneTimePreKeysLeft: 0, queuedMessages: 1,
            queuedBytes: 0, connections: 3, acceptedTotal: 0, deliveredTotal: 0, ackedTotal: 0,
            acceptedPerSecond: 0, ackLatencyP50Milliseconds: nil, ackLatencyP99Milliseconds: nil,
            residentBytes: 0, cpuSeconds: 0, openFileDescriptors: 0, host: nil)
        let status = CurrentStatus(sample: sample, ageSeconds: 2, usage: usage)
        #expect(
            StatusTable(relay: relay, host: .success(status)).text == """
                relay   up 1 min 1 s, 4 identities, 3 connected, 1 message waiting
                host    load 0.5 1 2.25, up 1 h, read 2 s ago
                cpu     82.3 % busy, 0.3 % waiting for I/O, 2 cores
                memory  25 % of 4 GiB
                disk    75 % of 100 GiB at /srv\u{FFFD}[2J\u{FFFD}relay   up 1 min
                disk    10 % of 100 GiB at /
                net     1 KiB/s in, 0 B/s out
                model   1 request, 1100 tokens, 0.25 USD
                """)
        let without = CurrentStatus(sample: nil, ageSeconds: nil, usage: nil)
        #expect(
            StatusTable(relay: relay, host: .success(without)).text.hasSuffix(
                "model   its usage cannot be read"))
        let bare = StatusTable(relay: relay, host: .failure(Failure(.unavailable, "nothing answers there")))
        #expect(
            bare.text.hasSuffix(
                "\nhost    nothing answers there; --web-url or WEB_PORT names another address"))
    }
}
