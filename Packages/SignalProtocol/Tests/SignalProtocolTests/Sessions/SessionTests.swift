import SessionSupport
import SignalProtocol
import Testing

struct SessionTests {
    @Test func firstMessageBeginsTheSessionAtTheOtherEnd() throws {
        var pair = try Pair(seed: 1)
        #expect(try pair.sendToBob("hello") == "hello")
        #expect(try pair.sendToAlice("hello yourself") == "hello yourself")
    }

    @Test func aConversationOfManyTurnsGoesOn() throws {
        var pair = try Pair(acquainted: 2)
        for turn in 0..<20 {
            for message in 0...turn % 3 {
                #expect(try pair.sendToBob("to bob \(turn).\(message)") == "to bob \(turn).\(message)")
            }
            #expect(try pair.sendToAlice("to alice \(turn)") == "to alice \(turn)")
        }
    }

    @Test func sessionsGoOnFromTheirStoredForm() throws {
        var pair = try Pair(acquainted: 3)
        for turn in 0..<5 {
            for (here, there) in [(\Pair.alice, \Pair.bob), (\Pair.bob, \Pair.alice)] {
                let peer = pair[keyPath: there].address
                let record = try #require(pair[keyPath: here].store.session(for: peer))
                let restored = try SessionRecord(serialized: record.serialized)
                #expect(restored == record)
                pair[keyPath: here].store.storeSession(restored, for: peer)
            }
            #expect(try pair.sendToBob("\(turn)") == "\(turn)")
            #expect(try pair.sendToAlice("\(turn)") == "\(turn)")
        }
    }
}
