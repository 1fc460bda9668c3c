import Values

/// The time by which messages expire: a wall clock that has to agree with itself. A value: no I/O, no clock.
///
/// A wall clock that jumps ahead, even for a minute, would delete messages that cannot be brought back. A jump of more
/// than `tolerance` counts only once the clock has stayed there for `patience`; until then time goes on from where it
/// was, by the monotonic clock. So it is after a start, too: the time last seen is stored. A clock that is put back is
/// believed at once: what expires later is no loss.
struct ExpiryClock {
    /// In milliseconds; a relay that was off for a night continues at once.
    static let tolerance: Int64 = 24 * 3600 * 1000

    /// Milliseconds, when the monotonic clock was at `start`.
    private var base: Int64
    private let start: ContinuousClock.Instant
    private let patience: Duration
    /// Where a jump would lead, and since when.
    private var jump: (base: Int64, since: ContinuousClock.Instant)?

    /// `lastSeen` is the newest time that the relay has stored, `wall` the time now, in milliseconds since 1970.
    init(lastSeen: Int64?, wall: Int64, patience: Duration, at moment: ContinuousClock.Instant = .now) {
        base = min(wall, (lastSeen ?? wall) + Self.tolerance)
        start = moment
        self.patience = patience
    }

    /// The time, in milliseconds since 1970, when the wall clock says `wall`.
    mutating func time(_ wall: Int64, at moment: ContinuousClock.Instant = .now) -> Int64 {
        let elapsed = start.duration(to: moment).milliseconds
        let new = wall - elapsed
        if new <= base + Self.tolerance {
            (base, jump) = (new, nil)
        } else {
            if let jump, abs(jump.base - new) <= Self.tolerance {} else { jump = (new, moment) }
            if let jump, jump.since.duration(to: moment) >= patience { (base, self.jump) = (new, nil) }
        }
        return base + elapsed
    }
}
