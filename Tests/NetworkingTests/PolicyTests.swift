import Testing

@testable import Networking

@Suite struct PolicyTests {
    @Test func connectionsAreCountedByNetwork() throws {
        var counts = ConnectionCounts(limit: 5, limitByNetwork: 2)
        let four = try ["10.0.0.1", "10.0.0.2"].map { try #require(IPAddress($0)) }
        // One /64 is one network, however many addresses it has.
        let six = try ["2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1"].map {
            try #require(IPAddress($0))
        }
        #expect([four[0], four[0], four[0]].map { counts.admit($0) } == [true, true, false])
        #expect([six[0], six[1], six[0]].map { counts.admit($0) } == [true, true, false])
        #expect([six[2], four[1]].map { counts.admit($0) } == [true, false])
        #expect(counts.count == 5)
        counts.release(six[1])
        #expect([four[0], six[0]].map { counts.admit($0) } == [false, true])
        for address in [four[0], four[0], six[0], six[0], six[2]] { counts.release(address) }
        #expect(counts.count == 0)
        #expect(counts.isEmpty)
    }

    @Test func whoHasWaitedLongestMakesRoom() {
        var waiting = WaitingConnections<Int>()
        let (one, other): ([UInt8], [UInt8]) = ([1], [2])
        #expect(waiting.oldestOfTheMost() == nil)
        for id in 1...3 { waiting.add(id, of: one) }
        waiting.add(4, of: other)
        #expect(waiting.oldest(of: other) == 4)
        #expect(waiting.oldestOfTheMost() == 1)
        // It was served meanwhile, and waits again.
        waiting.add(1, of: one)
        #expect(waiting.oldestOfTheMost() == 2)
        waiting.remove(2)
        waiting.remove(2)
        #expect(waiting.oldest(of: one) == 3)
        waiting.remove(3)
        #expect(waiting.oldest(of: one) == 1)
        for id in [1, 4] { waiting.remove(id) }
        #expect(waiting.oldest(of: one) == nil)
        #expect(waiting.count == 0)
        // Coming and going leaves nothing behind.
        for round in 0..<10_000 { waiting.add(round % 3, of: one) }
        #expect(waiting.count == 3)
        #expect(waiting.oldest(of: one) == 9_997 % 3)
    }

    @Test func controlFramesHaveARate() throws {
        var policy = ControlFramePolicy(burst: 2, perSecond: 1)
        let start = ContinuousClock.now
        try policy.count(at: start)
        try policy.count(at: start)
        #expect(throws: WebSocketViolation(1008, "too many control frames")) { try policy.count(at: start) }
        #expect(throws: WebSocketViolation.self) { try policy.count(at: start + .milliseconds(900)) }
        try policy.count(at: start + .seconds(2))
        // No more than the burst is saved up.
        try policy.count(at: start + .seconds(100))
        try policy.count(at: start + .seconds(100))
        #expect(throws: WebSocketViolation.self) { try policy.count(at: start + .seconds(100)) }
    }

    @Test func onePongIsHeldBackForTheNewestPing() {
        var policy = ControlFramePolicy(burst: 9, perSecond: 1)
        #expect(policy.pinged([1], isOutputWaiting: false) == [1])
        #expect(policy.drained() == nil)
        #expect(policy.pinged([2], isOutputWaiting: true) == nil)
        #expect(policy.pinged([3], isOutputWaiting: true) == nil)
        #expect(policy.drained() == [3])
        #expect(policy.drained() == nil)
        // One that goes out now answers those before it.
        #expect(policy.pinged([4], isOutputWaiting: true) == nil)
        #expect(policy.pinged([5], isOutputWaiting: false) == [5])
        #expect(policy.drained() == nil)
    }

    /// Against the standard library's own reading, whole and byte by byte.
    @Test func UTF8IsCheckedAsItComes() {
        let characters: [UInt32] = [0, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF]
        var texts = characters.compactMap(Unicode.Scalar.init).map { Array("\($0)".utf8) }
        texts += [[UInt8](repeating: 97, count: 100), Array("12345678ä12345678🙂".utf8), []]
        for first in UInt8.min ... .max {
            texts += [
                [first], [first, 0x80], [first, 0x9F, 0x80], [first, 0xA0, 0x80], [first, 0x8F, 0x80, 0x80],
                [first, 0x90, 0xBF, 0xBF], [first, 0xC0],
            ]
        }
        for text in texts {
            let isValid = String(validating: text, as: UTF8.self) != nil
            var whole = UTF8Check()
            let isTakenWhole = whole.take(text.span.bytes)
            #expect((isTakenWhole && whole.isComplete) == isValid, "\(text)")
            var bytewise = UTF8Check()
            let isTaken = text.allSatisfy { bytewise.take([$0].span.bytes) }
            #expect((isTaken && bytewise.isComplete) == isValid, "\(text)")
        }
    }

    @Test(arguments: [
        ("http://a", "a", 80, false), ("HTTPS://a", "a", 443, true), ("ws://a:81/x", "a", 81, false),
        ("wss://[::1]:9", "::1", 9, true), ("http://[::1]", "::1", 80, false), ("http://a?b", "a", 80, false),
        ("http://a:", "a", 80, false),
    ])
    func endpointsAreReadFromURLs(_ url: String, _ host: String, _ port: Int, _ isSecure: Bool) {
        #expect(Endpoint(url: url) == Endpoint(host: host, port: port, isSecure: isSecure))
    }

    @Test(arguments: [
        "", "a", "ftp://a", "http://", "http://:80", "http://a:0", "http://a:65536", "http://a:+1",
        "http://a:b",
        "http://u@a", "http://[::1", "http://[a]", "http://[::1]x", "http:a", "http://a b",
        "http://1.2.3.4:-1",
    ])
    func otherURLsNameNoEndpoint(_ url: String) { #expect(Endpoint(url: url) == nil) }

    @Test(arguments: [("127.0.0.1", false), ("::1", true), ("2001:db8::8:800:200c:417a", true)])
    func addressesAreReadAndWritten(_ text: String, _ isIPv6: Bool) {
        #expect(IPAddress(text)?.description == text)
        #expect(IPAddress(text)?.isIPv6 == isIPv6)
    }

    @Test(arguments: ["", "localhost", "1.2.3", "1.2.3.4.5", "256.1.1.1", ":::", "[::1]"])
    func otherTextsAreNoAddresses(_ text: String) { #expect(IPAddress(text) == nil) }
}
