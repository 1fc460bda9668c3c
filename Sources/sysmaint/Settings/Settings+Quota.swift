import KeyStore
import RelayAPI

extension Settings {
    /// How much of others' messages the store of an identity keeps.
    func messageQuota(of identity: IdentityID) throws -> MessageQuota {
        // The agent and the probe deal with messages and keep what matters elsewhere.
        if identity == agentID || identity == probeID { return .ofServices }
        var quota = MessageQuota()
        let isLimited = reader.text(.historyDays) != nil
        quota.maxAge =
            isLimited
            ? .seconds(try reader.number(.historyDays, in: 1...36_500, default: 36_500) * 86_400) : nil
        quota.total = try limit(.historyCount, .historyMiB, default: quota.total)
        quota.perPeer = try limit(.peerCount, .peerMiB, default: quota.perPeer)
        quota.perStranger = try limit(.strangerCount, .strangerMiB, default: quota.perStranger)
        quota.strangers = MessageQuota.Limit(
            count: quota.perStranger.count * 25, byteCount: quota.perStranger.byteCount * 16)
        return quota
    }

    private func limit(
        _ count: Variable, _ mebibytes: Variable, default fallback: MessageQuota.Limit
    ) throws -> MessageQuota.Limit {
        MessageQuota.Limit(
            count: try reader.number(count, in: 1...1_000_000_000, default: fallback.count),
            byteCount: try reader.number(mebibytes, in: 1...1_000_000, default: fallback.byteCount >> 20)
                << 20)
    }
}
