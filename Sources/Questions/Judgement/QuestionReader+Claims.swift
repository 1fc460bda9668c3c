import MaintenanceAPI
import Values

/// What a yes or no would affirm: "no swap is used, right?", "is it lower than yesterday?", "growing or shrinking?"
extension QuestionReader {
    // MARK: Tags

    private static let tags = [
        ["is", "not", "it"], ["are", "not", "they"], ["is", "not", "there"], ["does", "not", "it"],
        ["is", "it"], ["are", "they"], ["is", "there"], ["are", "there"], ["does", "it"], ["do", "they"],
        ["has", "it"], ["did", "it"], ["was", "it"], ["am", "i", "right"], ["is", "that", "right"],
        ["is", "that", "correct"], ["is", "that", "true"], ["right"], ["correct"], ["true"], ["yes"], ["no"],
        ["or", "not"], ["or", "what"], ["or", "no"], ["innit"], ["eh"], ["huh"],
    ]

    /// Takes "…, right?" from the end, behind which a claim is left.
    mutating func readTag() {
        for tag in Self.tags
        where words.plain.count > tag.count + 1 && words.plain.suffix(tag.count) == tag[...] {
            // "What is it", "how hot is it" ask with these words themselves.
            let isAsked = ["what", "how", "where", "who", "why", "when", "which", "since"].contains(
                words.plain.first { !["and", "so", "but", "or", "then", "ok"].contains($0) } ?? "")
            guard !isAsked || tag.count == 1 && tag != ["no"] else { return }
            // "Is the clock right?", as opposed to "is the disk full, right?"
            let isPredicate = ["is", "are", "was"].contains(words.plain[0]) && tag.count == 1
            guard
                !isPredicate || text.contains(", \(tag[0])")
                    || !["right", "correct", "true"].contains(tag[0])
            else {
                return
            }
            words.dropLast(tag.count)
            concepts = words.set
            isTagged = tag.first != "or"
            return
        }
    }

    static let negations: Set<String> = [
        "no", "not", "nothing", "none", "never", "nobody", "without", "zero", "n't",
    ]

    /// Whether it says that something is not so, to be affirmed: "no zombies, right?", but not "isn't the disk full?"
    var deniesSomething: Bool {
        let isClaim =
            isTagged
            && !(words.plain.first.map(Self.auxiliaries.subtracting(["no", "still"]).contains) ?? false)
        guard isClaim || words.plain.first == "no" || words.plain.first == "nothing" else { return false }
        return !Self.negations.isDisjoint(with: words.plain)
    }

    // MARK: Directions

    static let up: Set<String> = [
        "rising", "rise", "rises", "risen", "increase", "increases", "increased", "increasing", "growing",
        "grow",
        "grows", "grown", "climbing", "climb", "climbed", "higher", "more", "bigger", "larger", "fuller",
        "busier",
        "greater", "hotter", "warmer", "faster", "heavier", "worse", "longer", "taller", "upwards", "filling",
    ]
    static let down: Set<String> = [
        "falling", "fall", "falls", "fallen", "fell", "decrease", "decreases", "decreased", "decreasing",
        "shrinking", "shrink", "shrinks", "dropping", "sinking", "sink", "lower", "less", "smaller",
        "emptier",
        "quieter", "idler", "fewer", "cooler", "colder", "slower", "lighter", "shorter", "downwards",
        "recovering",
        "draining", "declining", "subsiding", "easing",
    ]
    static let comparatives: Set<String> = [
        "higher", "more", "bigger", "larger", "fuller", "busier", "greater", "hotter", "warmer", "faster",
        "heavier",
        "worse", "lower", "less", "smaller", "emptier", "quieter", "idler", "fewer", "cooler", "colder",
        "slower",
        "lighter", "most", "least", "highest", "lowest", "fullest", "biggest", "largest", "busiest",
        "emptiest",
    ]

    /// Which way it asks for; nil for neither, and for "growing or shrinking".
    var direction: Query.Direction? {
        let plain = Set(words.plain)
        let isUp = !plain.isDisjoint(with: Self.up) || says("going up", "go up", "went up", "gone up")
        let isDown =
            !plain.isDisjoint(with: Self.down)
            || says("going down", "go down", "went down", "gone down", "coming down")
        guard isUp != isDown else { return nil }
        return isUp != isOfThen ? .up : .down
    }

    private static let thenAndNowPattern = Pattern(
        #/\b(?:yesterday|ago|earlier|before|last \w+)\b.*\bthan\b.*\b(?:today|now|currently|it is|moment)\b/#)

    /// "Was it busier yesterday than today?": what is asked to be more is what was.
    var isOfThen: Bool { text.contains(Self.thenAndNowPattern) }

    /// "Growing or shrinking", "up or down", "better or worse": neither is yes.
    var isEitherOr: Bool {
        guard let index = words.plain.firstIndex(of: "or") else { return false }
        let ways = Self.up.union(Self.down).union([
            "up", "down", "better", "bounce", "bouncing", "bounces", "fluctuate", "fluctuates", "fluctuating",
            "jumpy",
            "jumping", "erratic", "varying", "swinging", "volatile", "stable", "steady", "constant", "flat",
            "same", "level", "unchanged",
        ])
        return words.plain[..<index].contains(where: ways.contains)
            && words.plain[(index + 1)...].contains(where: ways.contains)
    }

    // MARK: One thing with another

    /// Whether it compares two things that it names: "is /a fuller than /b", "more in or more out".
    var comparesEachOther: Bool {
        let isComparative = !Self.comparatives.isDisjoint(with: words.plain)
        let isLinked = says("than", "or", "vs", "versus", "compare", "compared", "between", "against")
        return isComparative && isLinked || says("difference between")
    }

    var namedCount: Int { words.plain.count { $0 == Vocabulary.name } }
}
