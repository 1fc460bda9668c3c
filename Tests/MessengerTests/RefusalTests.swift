import RelayAPI
import Testing

@testable import Messenger

struct RefusalTests {
    private func refusal(_ code: Problem.Code, _ status: Int, retryAfter: Int? = nil) -> Refusal {
        Refusal(Problem(status: status, code: code, title: "title", detail: "detail", retryAfter: retryAfter))
    }

    @Test func overloadIsWaitedForAsLongAsTheRelaySays() {
        #expect(refusal(.queueFull, 429, retryAfter: 7) == .retry(after: .seconds(7), cause: "title: detail"))
        #expect(
            refusal(.rateLimited, 429, retryAfter: 300)
                == .retry(after: .seconds(300), cause: "title: detail"))
        #expect(
            refusal(.rateLimited, 429, retryAfter: 301)
                == .retry(after: Refusal.maxDelay, cause: "title: detail"))
        #expect(
            refusal(.rateLimited, 429, retryAfter: 0) == .retry(after: .seconds(1), cause: "title: detail"))
        #expect(
            refusal(.rateLimited, 429, retryAfter: -5) == .retry(after: .seconds(1), cause: "title: detail"))
        #expect(refusal(.unavailable, 503) == .retry(after: Refusal.defaultDelay, cause: "title: detail"))
        #expect(refusal(.internalError, 500) == .retry(after: Refusal.defaultDelay, cause: "title: detail"))
        #expect(
            refusal("of_a_later_relay", 503) == .retry(after: Refusal.defaultDelay, cause: "title: detail"))
    }

    @Test func whatCannotSucceedIsGivenUp() {
        #expect(refusal(.invalidRequest, 400) == .giveUp(cause: "title: detail"))
        #expect(refusal(.senderMismatch, 403) == .giveUp(cause: "title: detail"))
        #expect(refusal("of_a_later_relay", 499) == .giveUp(cause: "title: detail"))
        #expect(refusal(.unknownRecipient, 404) == .deviceGone(cause: "title: detail"))
        #expect(refusal(.recipientOffline, 409) == .drop)
    }

    /// `RELAY_URL` may lead to another of our servers: the message waits until that is put right.
    @Test(arguments: [(Problem.Code.notFound, 404), (.methodNotAllowed, 405)])
    func whatIsNoRelayCostsNoMessage(code: Problem.Code, status: Int) {
        #expect(
            refusal(code, status)
                == .retry(
                    after: Refusal.defaultDelay, cause: "title: detail; is this the address of a relay?"))
    }

    @Test func whatDependsOnOtherMessagesOrDevicesIsTriedAgain() {
        #expect(refusal(.predecessorMissing, 409) == .outOfTurn)
        #expect(refusal(.deviceMismatch, 409) == .devicesChanged)
        #expect(refusal(.staleDevices, 410) == .devicesChanged)
    }

    @Test func recipientWaitsExactlyWhereTheMessageStays() {
        #expect(Refusal.retry(after: .seconds(3), cause: "").delay == .seconds(3))
        #expect(Refusal.outOfTurn.delay == .zero)
        #expect(Refusal.devicesChanged.delay == Refusal.renewalDelay)
        for refusal in [Refusal.deviceGone(cause: ""), .giveUp(cause: ""), .drop] {
            #expect(refusal.delay == nil)
        }
    }
}
