import Testing

@testable import sysmaint

struct AnswerStreamTests {
    @Test func partsAddUpToTheAnswer() {
        var stream = AnswerStream()
        var written = stream.grown(to: "The load")
        written += stream.grown(to: "The load is")
        written += stream.finished(with: "The load is 0.4.")
        #expect(written == "The load is 0.4.\n")
        #expect(stream.finished(with: "The next one.") == "The next one.\n")
    }

    @Test func withdrawnTextIsFollowedByTheWholeAnswer() {
        var stream = AnswerStream()
        #expect(stream.grown(to: "Let me") == "Let me")
        #expect(stream.grown(to: "The load") == "")
        #expect(stream.finished(with: "The load is 0.4.") == "\nThe load is 0.4.\n")
    }
}
