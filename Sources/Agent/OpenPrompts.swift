import Foundation
import RelayAPI

/// The prompts that wait or are worked on, so that whoever asked can have one stopped.
actor OpenPrompts {
    private struct OpenPrompt {
        let sender: IdentityID
        let requestID: UUID
        let withdrawal: Withdrawal.Continuation
    }

    /// By the id of the message that brought it.
    private var prompts: [UUID: OpenPrompt] = [:]

    func open(_ messageID: UUID, sender: IdentityID, requestID: UUID) -> Withdrawal {
        let (withdrawal, continuation) = Withdrawal.makeStream()
        prompts[messageID] = OpenPrompt(sender: sender, requestID: requestID, withdrawal: continuation)
        return withdrawal
    }

    func close(_ messageID: UUID) { prompts[messageID] = nil }

    /// Only who asked can withdraw; anything else changes nothing.
    func withdraw(_ requestID: UUID, by sender: IdentityID) {
        for prompt in prompts.values where prompt.requestID == requestID && prompt.sender == sender {
            prompt.withdrawal.finish()
        }
    }
}
