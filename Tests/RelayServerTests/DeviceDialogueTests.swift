import Foundation
import RelayAPI
import TestSupport
import Testing

@testable import RelayServer

/// The conversation of a socket, event by event, without one.
struct DeviceDialogueTests {
    typealias Action = DeviceDialogue.Action

    private static let messages = (1...300).map { number in
        QueuedMessage(sequence: Int64(number), messageID: UUID(), envelope: [UInt8(number % 256)])
    }

    /// A dialogue that has said that the queue, whose newest message has this number, is empty.
    private static func caughtUp(with newest: Int64 = 0, window: Int = 256) -> DeviceDialogue {
        var dialogue = DeviceDialogue(maxInFlightCount: window)
        _ = dialogue.handle(.ready, isWritable: true)
        _ = dialogue.handle(.read(.regular(after: 0), QueuePage(lastSequence: newest)), isWritable: true)
        _ = dialogue.handle(.read(.setAside, QueuePage(lastSequence: newest)), isWritable: true)
        return dialogue
    }

    private static func read(after sequence: Int64, _ count: Int = 64) -> Action {
        .read(.regular(after: sequence), maxCount: count)
    }

    private static func envelope() throws -> Envelope {
        let alice = try TestDevice("alice")
        return try alice.envelope(to: alice, "x")
    }

    @Test func whatWaitsIsReadInPartsThenWhatWasSetAsideThenTheQueueIsEmpty() {
        let messages = Self.messages
        var dialogue = DeviceDialogue(maxInFlightCount: 256)
        #expect(dialogue.handle(.woken, isWritable: true) == [])
        #expect(dialogue.handle(.ready, isWritable: true) == [Self.read(after: 0)])
        let part = QueuePage(messages: Array(messages[0..<64]))
        #expect(
            dialogue.handle(.read(.regular(after: 0), part), isWritable: true)
                == [.deliver(part.messages), Self.read(after: 64)])
        let rest = QueuePage(messages: Array(messages[64..<70]), lastSequence: 71)
        #expect(
            dialogue.handle(.read(.regular(after: 64), rest), isWritable: true)
                == [.deliver(rest.messages), .read(.setAside, maxCount: 64)])
        let aside = QueuePage(messages: [messages[70]], lastSequence: 71)
        #expect(
            dialogue.handle(.read(.setAside, aside), isWritable: true)
                == [.deliver(aside.messages), .send(.queueEmpty)])
        #expect(dialogue.handle(.queued(messages[71]), isWritable: true) == [.deliver([messages[71]])])
    }

    @Test func whatIsQueuedIsSentAtOnceWhereNothingIsBeforeIt() {
        let messages = Self.messages
        var dialogue = Self.caughtUp(with: 9)
        #expect(dialogue.handle(.queued(messages[9]), isWritable: true) == [.deliver([messages[9]])])
        // One was missed: the queue itself tells.
        #expect(dialogue.handle(.queued(messages[11]), isWritable: true) == [Self.read(after: 10)])
        // And again for what came while it was read.
        #expect(dialogue.handle(.queued(messages[12]), isWritable: true) == [])
        let page = QueuePage(messages: Array(messages[10...11]), lastSequence: 12)
        #expect(
            dialogue.handle(.read(.regular(after: 10), page), isWritable: true)
                == [.deliver(page.messages), Self.read(after: 12)])
        // What a page brought already is not sent twice.
        let last = QueuePage(messages: [messages[12]], lastSequence: 13)
        #expect(
            dialogue.handle(.read(.regular(after: 12), last), isWritable: true) == [.deliver(last.messages)])
        #expect(dialogue.handle(.queued(messages[12]), isWritable: true) == [])
    }

    @Test func aFullWindowAndADeviceThatDoesNotReadLeaveMessagesInTheQueue() {
        let messages = Self.messages
        var dialogue = Self.caughtUp(window: 2)
        #expect(dialogue.handle(.queued(messages[0]), isWritable: true) == [.deliver([messages[0]])])
        #expect(dialogue.handle(.queued(messages[1]), isWritable: false) == [])
        #expect(dialogue.handle(.woken, isWritable: true) == [Self.read(after: 1, 1)])
        let page = QueuePage(messages: [messages[1]])
        #expect(
            dialogue.handle(.read(.regular(after: 1), page), isWritable: true) == [.deliver([messages[1]])])
        #expect(dialogue.handle(.queued(messages[2]), isWritable: true) == [])
        let moment = ContinuousClock.now
        let actions = dialogue.handle(
            .received(.success(.ackRange(first: messages[0].messageID, last: messages[1].messageID))),
            isWritable: true, at: moment)
        guard case .acknowledge(let acknowledged)? = actions.first else {
            return #expect(Bool(false), "\(actions)")
        }
        #expect(acknowledged.map(\.sequence) == [1, 2])
        #expect(actions.dropFirst() == [Self.read(after: 2, 2)])
    }

    @Test func tooManyUnansweredFramesStopTheReadingUntilTheirAnswersLeave() throws {
        var dialogue = Self.caughtUp()
        let envelope = try Self.envelope()
        let frame = DeviceDialogue.Event.received(.success(.send(envelope)))
        for _ in 1...DeviceDialogue.maxUnansweredCount {
            #expect(dialogue.handle(frame, isWritable: true) == [.accept(envelope, .none)])
        }
        #expect(dialogue.handle(frame, isWritable: true) == [.pauseReading])
        #expect(dialogue.handle(.received(.failure(.overloaded)), isWritable: true) == [])
        let answer = ServerFrame.sent(envelope.copy)
        // Answers that cannot leave make no room.
        #expect(dialogue.handle(.answered(answer), isWritable: false) == [])
        #expect(dialogue.handle(.woken, isWritable: true) == [.send(answer), .accept(envelope, .none)])
        #expect(
            dialogue.handle(.answered(answer), isWritable: true)
                == [.send(answer), .send(.refused(nil, .overloaded)), .resumeReading])
    }

    @Test func aShutdownWaitsForAnswers() throws {
        var dialogue = Self.caughtUp()
        let envelope = try Self.envelope()
        _ = dialogue.handle(.received(.success(.send(envelope))), isWritable: true)
        #expect(dialogue.handle(.shutdown, isWritable: true) == [])
        let answer = ServerFrame.sent(envelope.copy)
        #expect(
            dialogue.handle(.answered(answer), isWritable: true)
                == [.send(answer), .close(1001, reason: "the relay is shutting down; connect again")])
        #expect(dialogue.handle(.queued(Self.messages[0]), isWritable: true) == [])
    }

    @Test func onlyASocketThatWeDidNotCloseHasFailed() {
        for (event, failure) in [
            (DeviceDialogue.Event.woken, [Action.noteFailure(of: 1)]), (.shutdown, []),
            (.close(CloseCode.takenOver, reason: ""), []), (.unreadable, []),
        ] {
            var dialogue = Self.caughtUp()
            _ = dialogue.handle(.queued(Self.messages[0]), isWritable: true)
            _ = dialogue.handle(event, isWritable: true)
            #expect(dialogue.handle(.ended, isWritable: false) == failure)
        }
        var idle = Self.caughtUp()
        #expect(idle.handle(.ended, isWritable: false) == [])
    }

    @Test func fleetingMessagesWaitForADeviceThatReads() throws {
        var dialogue = Self.caughtUp()
        let envelope = try Self.envelope()
        let isTaken = dialogue.offer(envelope, at: .now)
        #expect(isTaken)
        #expect(dialogue.handle(.woken, isWritable: false) == [])
        #expect(dialogue.handle(.woken, isWritable: true) == [.send(.envelope(envelope))])
        #expect(dialogue.handle(.woken, isWritable: true) == [])
    }
}
