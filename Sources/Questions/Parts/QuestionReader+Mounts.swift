import MaintenanceAPI
import Values

/// Mounts that answer or do not, and of which type they are.
extension QuestionReader {
    private static let answering = [
        "answer", "answers", "answering", "respond", "responds", "responding", "reachable", "accessible",
        "alive", "hang", "hangs", "hanging", "hung", "stuck", "unresponsive", "unreachable", "dead", "silent",
        "frozen", "gone",
    ]
    private static let silent = [
        "not", "hang", "hangs", "hanging", "hung", "stuck", "unresponsive", "unreachable", "dead", "silent",
        "frozen", "gone", "dont", "don't", "doesn't", "doesnt", "aren't", "arent", "no longer", "stop",
        "stopped", "isn't", "failing to",
    ]

    /// "And how many of them respond?", after how many there are.
    var asksHowManyAnswer: Bool {
        says("how many") && Self.answering.contains { says($0) } && question.window == nil
            && words.plain.count <= 8
            && !has("process", "relay", "core")
    }

    func howManyAnswer(_ previous: Query) -> Query? {
        guard asksHowManyAnswer, [.fileSystems, .hungMount].contains(previous.subject) else { return nil }
        var next = same(previous)
        let isSilent = Self.silent.contains { says($0) }
        (next.form, next.subject, next.isYesNo) = (.count, .topic(.mountsAnswering(!isSilent)), false)
        return next
    }

    mutating func readMounts() -> Bool {
        let isMount =
            has("filesystem") || namesPath || says("mount", "mounts", "share", "shares", "nfs", "nas")
        guard isMount, question.threshold == nil, !has("process", "relay", "probe") else { return false }
        if says("ext4", "ext3", "xfs", "btrfs", "zfs", "nfs4", "tmpfs")
            && !Self.answering.contains(where: { says($0) }),
            says("or", "which", "what") || isCheck, !says("full", "used", "free", "grow")
        {
            set(.value, .topic(.fileSystemType))
            question.statistic = .now
            return true
        }
        if says("type", "types", "kind"),
            says(
                "file system", "filesystem", "fs", "fstype", "filesystems", "file systems", "mount",
                "partition")
                || has("filesystem"), !isCheck || says("type of"), !says("full", "used", "free", "grow")
        {
            set(.value, .topic(.fileSystemType))
            question.statistic = .now
            return true
        }
        // "How many mounts are ok and how many are not?"
        let isOfBoth = says("how many", "number of") && says("ok", "okay", "fine", "healthy", "working")
        guard isOfBoth || Self.answering.contains(where: { says($0) }) else { return false }
        let isSilent = !isOfBoth && Self.silent.contains { says($0) } || text.contains("n't")
        if says("how many", "number of", "count of"), !says("how many times", "minutes", "hours") {
            set(.count, .topic(.mountsAnswering(!isSilent)))
            hasSeveral = isOfBoth
        } else if isSilent,
            says(
                "since when", "how long", "when did", "since what time", "from when", "how many minutes",
                "how many hours", "for how long"), !says("will", "until")
        {
            question.asksLength = says("how long", "for how long", "how many minutes", "how many hours")
            set(.when, .topic(.hangSince))
        } else {
            return false
        }
        (question.window, question.statistic, question.count) = (nil, .now, nil)
        saysForm = true
        return true
    }
}
