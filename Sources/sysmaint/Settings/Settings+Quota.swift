import KeyStore
import RelayAPI

extension Settings {
    /// How much of others' messages the store of an identity keeps.
    func messageQuota(of identity: IdentityID) throws -> MessageQuota {
        // The agent and the probe deal with messages and keep what matters elsewhere.
        if identity == agentID || identity == probeID { return .ofServices }
        var quota = MessageQuota()
        if reader.text(.historyDays) != nil {
            quota.maxAge = .seconds(try reader.number(.historyDays, in: 1...36_500) * 86_400)
        }
        quota.total = try limit(.historyCount, .historyMiB)
        quota.perPeer = try limit(.peerCount, .peerMiB)
        quota.perStranger = try limit(.strangerCount, .strangerMiB)
        quota.strangers = MessageQuota.Limit(
            count: quota.perStranger.count * 25, byteCount: quota.perStranger.byteCount * 16)
        return quota
    }

    private func limit(_ count: Variable, _ mebibytes: Variable) throws -> MessageQuota.Limit {
        MessageQuota.Limit(
            count: try reader.number(count, in: 1...1_000_000_000),
            byteCount: try reader.number(mebibytes, in: 1...1_000_000) << 20)
    }
}
