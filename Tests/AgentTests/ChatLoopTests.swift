import MaintenanceAPI
import Testing

@testable import Agent

@Suite struct ChatLoopTests {
    private func calls(_ names: String...) -> ModelReply {
        ModelReply(
            text: nil, toolCalls: names.map { ModelToolCall(id: "id-\($0)", name: $0, arguments: "{}") },
            finish: .toolCalls)
    }

    private func finish(_ loop: inout ChatLoop, _ calls: [ModelToolCall]) -> ChatLoop.Action {
        loop.finished(calls.map { _ in .noData })
    }

    @Test func textEndsIt() {
        var loop = ChatLoop(messages: [])
        #expect(loop.received(ModelReply(text: " fine ", finish: .stopped)) == .answer("fine"))
    }

    @Test func fiveStepsMayCallToolsThenTheModelMustAnswer() throws {
        var loop = ChatLoop(messages: [])
        for step in 1...5 {
            guard case .call(let calls) = loop.received(calls("tool\(step)")) else {
                Issue.record("step \(step) does not call")
                return
            }
            guard case .ask(let messages, let mayUseTools) = finish(&loop, calls) else {
                Issue.record("step \(step) does not ask")
                return
            }
            #expect(mayUseTools == (step < 5))
            #expect(messages.count == 2 * step)
        }
        guard case .fail(.tooManySteps, let reason) = loop.received(calls("tool6")) else {
            Issue.record("a sixth step was allowed")
            return
        }
        #expect(reason.contains("5 steps"))
    }

    @Test func identicalCallIsAnsweredWithAHintThenStopped() {
        var loop = ChatLoop(messages: [])
        guard case .call(let first) = loop.received(calls("a")) else {
            Issue.record("no call")
            return
        }
        _ = finish(&loop, first)
        #expect(loop.received(calls("a")) == .call([]))
        guard case .ask(let messages, _) = loop.finished([]), case .tool(_, let output)? = messages.last
        else {
            Issue.record("the repeated call was not answered")
            return
        }
        #expect(output.text.contains("made before"))
        guard case .fail(.repeatedCalls, _) = loop.received(calls("a")) else {
            Issue.record("repeating went on")
            return
        }
    }

    @Test func everyCallOfAStepIsAnsweredInOrder() {
        var loop = ChatLoop(messages: [.user("q")])
        guard case .call(let wanted) = loop.received(calls("a", "b", "a")) else {
            Issue.record("no call")
            return
        }
        #expect(wanted.map(\.name) == ["a", "b"])
        guard case .ask(let messages, _) = finish(&loop, wanted) else {
            Issue.record("no question")
            return
        }
        let ids = messages.compactMap { if case .tool(let id, _) = $0 { id } else { nil } }
        // The third has the id of the first, and gets one of ours.
        #expect(ids == ["id-a", "id-b", "call00003"])
    }

    @Test func tooManyCallsAtOnceAreCut() {
        var loop = ChatLoop(messages: [])
        let many = ModelReply(
            text: nil,
            toolCalls: (1...100).map { ModelToolCall(id: "\($0)", name: "t\($0)", arguments: "{}") },
            finish: .toolCalls)
        guard case .call(let calls) = loop.received(many) else {
            Issue.record("no call")
            return
        }
        #expect(calls.count == ChatLoop.maxCallsPerStep)
    }

    @Test func endingsAreTold() {
        func ending(_ finish: ModelReply.Finish, _ text: String?) -> ChatLoop.Action {
            var loop = ChatLoop(messages: [])
            return loop.received(ModelReply(text: text, finish: finish))
        }
        #expect(ending(.refused, "I can't") == .fail(.refused, "the model refused to answer: I can't"))
        #expect(
            ending(.length, "half an")
                == .answer("half an\n\n(The model's answer was cut off at its length limit.)"))
        for (finish, text) in [(ModelReply.Finish.length, ""), (.contentFilter, "x"), (.stopped, " ")] {
            guard case .fail = ending(finish, text) else {
                Issue.record("\(finish) was no failure")
                return
            }
        }
    }
}
