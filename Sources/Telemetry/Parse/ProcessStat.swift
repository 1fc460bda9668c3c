/// One process; `/proc/[pid]/stat`.
struct ProcessStat: Equatable {
    let pid: Int32
    /// At most 15 bytes for programs; kernel threads may have longer names. It may contain any bytes.
    let name: String
    /// `R` running, `D` waiting uninterruptibly, `Z` zombie …
    let state: UInt8
    /// User and system time, without children.
    let ticks: UInt64
    /// Since boot; distinguishes a process from an earlier one with the same id.
    let startTick: UInt64
    let residentPages: UInt64

    /// Reads `pid (name) state ppid …`. The name may contain blanks, parentheses and line breaks, so the last
    /// parenthesis ends it.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard let open = bytes.firstIndex(of: UInt8(ascii: "(")),
            let close = bytes.lastIndex(of: UInt8(ascii: ")")), open < close,
            let pid = UInt64(digits: bytes[..<open].trimmed), let pid = Int32(exactly: pid)
        else { return nil }
        var fields = ByteScanner(bytes[(close + 1)...])
        guard let state = fields.nextWord()?.first else { return nil }
        fields.skipWords(10)  // ppid, pgrp, session, tty, tpgid, flags, four kinds of faults
        guard let user = fields.nextNumber(), let system = fields.nextNumber() else { return nil }
        fields.skipWords(6)  // children's times, priority, nice, threads, itrealvalue
        guard let startTick = fields.nextNumber(), fields.nextNumber() != nil,
            let residentPages = fields.nextNumber()
        else { return nil }
        self.pid = pid
        name = bytes[(open + 1)..<close].text
        self.state = state
        ticks = user &+ system
        self.startTick = startTick
        self.residentPages = residentPages
    }
}
