import Foundation
import RelayAPI

/// The prompts that wait or are worked on, so that whoever asked can have one stopped.
actor OpenPrompts {
    private struct OpenPrompt {
        let sender: IdentityID
        let requestID: UUID
        let withdrawal: Withdrawal
        /// The messages that asked to stop it.
        var cancellations: [UUID] = []
    }

    /// By the id of the message that brought it.
    private var prompts: [UUID: OpenPrompt] = [:]

    func open(_ messageID: UUID, sender: IdentityID, requestID: UUID) -> Withdrawal {
        let withdrawal = Withdrawal()
        prompts[messageID] = OpenPrompt(sender: sender, requestID: requestID, withdrawal: withdrawal)
        return withdrawal
    }

    /// - Returns: The messages that asked to stop it.
    func close(_ messageID: UUID) -> [UUID] { prompts.removeValue(forKey: messageID)?.cancellations ?? [] }

    /// Only who asked can withdraw; anything else changes nothing.
    ///
    /// - Returns: Whether there is such a prompt, which gives the message back when it is closed.
    func withdraw(_ requestID: UUID, by sender: IdentityID, cancellation: UUID) -> Bool {
        let places = prompts.filter { $1.requestID == requestID && $1.sender == sender }.keys
        for place in places {
            prompts[place]?.cancellations.append(cancellation)
            prompts[place]?.withdrawal.withdraw()
        }
        return !places.isEmpty
    }
}
