import Glibc
import Questions
import Testing

/// Questions as long as they may be, in shapes that cost most: anybody on the roster may ask them.
@Suite struct LongQuestionTests {
    @Test(arguments: [
        "x", "1", "x-", "-x1", "1.", "a.", "/a", "x ", "1 ", "é", "'", "x1", "and is ", "x, ",
        "a:", "cpu:", "cpu: ", "today ", "today and ", "besides java ", "yesterdays ", "12 h back ",
        "since you ", "than when you ", "what happens if ", "what is a probe exactly ", "how do i add a ",
        "ram / ",
        " for my ", "fan ",
    ])
    func isReadSoon(piece: String) {
        let text = String(repeating: piece, count: 8192 / piece.utf8.count)
        let begin = Self.processorSeconds
        _ = Query(text, names: ["java"])
        #expect(Self.processorSeconds - begin < 4)
    }

    /// Those of this thread, whatever else runs.
    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
