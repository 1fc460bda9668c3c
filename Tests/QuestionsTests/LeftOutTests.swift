import Testing

@testable import Questions

/// "Apart from java": names that a question leaves out.
struct LeftOutTests {
    @Test(arguments: [
        ("apart from ffmpeg, who uses the most cpu?", ["ffmpeg"], "which processes cpu"),
        ("who uses most memory besides java?", ["java"], "which processes memory"),
        ("top 3 processes by cpu without counting java and nginx", ["java"], nil),
        ("which disk is the fullest, not counting /mnt/nas?", ["/mnt/nas"], nil),
    ])
    func nameIsLeftOut(text: String, left: [String], query: String?) {
        let question = Query(text, names: left + ["nginx"].filter { text.contains($0) }, model: nil)
        #expect(question.leftOut == left)
        if let query { #expect(question.description == query) }
    }

    /// It may stand before in the text; a longer name that begins so is another.
    @Test func everyPlaceOfANameIsLookedAt() {
        let twice = Query(
            "java is large, but who else besides java uses memory?", names: ["java"], model: nil)
        #expect(twice.leftOut == ["java"])
        let other = Query("who uses memory besides javac? not java", names: ["java"], model: nil)
        #expect(other.leftOut.isEmpty)
    }

    @Test func nameThatIsAskedForStays() {
        let question = Query("how much cpu does java use", names: ["java"], model: nil)
        #expect(question.leftOut.isEmpty)
        #expect(question.names == ["java"])
    }
}
