import Foundation
import Values

/// The parts of a text that can be read for themselves: several questions, and what is told around them.
struct Clauses {
    struct Clause: Hashable {
        let text: String
        let isQuestion: Bool

        /// Whether it only names something: "io pressure value", as opposed to "the CPU is at 90 %".
        var isNoun: Bool {
            let words = text.split { !$0.isLetter }.map(String.init)
            return words.count <= 6 && Self.verbs.isDisjoint(with: words)
        }

        private static let verbs: Set<String> = [
            "is", "are", "was", "were", "we", "i", "it", "they", "had", "have", "has", "went", "goes", "got",
            "seems", "feels", "looks", "says", "my", "our", "users", "customers", "alarm", "alert",
            "complain",
            "s", "m", "re", "just", "again", "slow", "high", "shows", "keeps",
        ]
    }

    /// Of longer texts the beginning and the end are read.
    private static let maxCount = 32

    let all: [Clause]

    init(_ text: String) {
        var parts: [String] = []
        let sentences = Self.sentences(text.lowercased())
        if sentences.count == 1, let both = Self.twoTimes(sentences[0]) {
            all = both.map { Clause(text: $0, isQuestion: true) }
            return
        }
        for sentence in sentences { parts += Self.afterthought(in: sentence) ?? Self.parts(of: sentence) }
        if parts.count > Self.maxCount {
            parts = Array(parts.prefix(Self.maxCount / 2) + parts.suffix(Self.maxCount / 2))
        }
        all = parts.map { Clause(text: $0, isQuestion: Self.isQuestion($0)) }
    }

    /// Whether there is more than one, at least one of which asks.
    var isWorthReading: Bool { all.count > 1 && all.contains(where: \.isQuestion) }

    var asksSeveral: Bool { all.count(where: \.isQuestion) > 1 }

    private static let requestPattern = Pattern(
        #/^(?:(?:whats up with|what's up with|what is up with|status of|state of|please|pls|show|give|tell|list|me|us|what(?:'s| is| are)|whats|i need|get|the|my|our|its) )+/#
    )

    /// The things of a list, "hostname, kernel and uptime please", in the ways in which it can be meant: as they stand; each
    /// of what stands before a colon, "relay: users, connections"; each of what the first is of, "relay version and uptime".
    static func lists(of text: String) -> [[String]] {
        let text = text.lowercased().replacing(requestPattern, with: "")
            .trimmingCharacters(in: CharacterSet(charactersIn: " ?!."))
        let halves = text.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        let head = halves.count == 2 && halves[0].split(separator: " ").count <= 2 ? halves[0] : nil
        let parts = (head == nil ? text : halves[1]).replacing(", and ", with: ",").replacing(
            " and ", with: ","
        )
        .replacing(" & ", with: ",").replacing(" + ", with: ",").replacing(" plus ", with: ",")
        .replacing(" please", with: "").split(separator: ",").map {
            $0.trimmingCharacters(in: .whitespaces).replacing(requestPattern, with: "")
        }.filter { !$0.isEmpty }
        guard 2...maxListLength ~= parts.count, parts.allSatisfy({ $0.split(separator: " ").count <= 3 })
        else { return [] }
        if let head { return [parts.map { "\(head) \($0)" }] }
        let first = parts[0].split(separator: " ")
        guard first.count > 1 else { return [parts] }
        let shared = first.dropLast().joined(separator: " ")
        let ofTheFirst = [parts[0]] + parts.dropFirst().map { "\(shared) \($0)" }
        // "Relay version and uptime": both are of the relay.
        return ["relay", "probe", "agent"].contains(first[0]) ? [ofTheFirst, parts] : [parts, ofTheFirst]
    }

    /// No more calls are made for one question.
    private static let maxListLength = 7

    // MARK: Sentences

    /// At a full stop, a question mark, a dash or a new line; a question mark stays with its sentence.
    private static func sentences(_ text: String) -> [String] {
        var sentences: [String] = []
        var sentence = ""
        let characters = Array(text)
        for (index, character) in characters.enumerated() {
            // "Memory available: now and two hours ago?" names what the rest is about.
            if character == ":", sentence.count <= maxHeadLength, namesFigure(sentence) { continue }
            let isBeforeSpace = index + 1 == characters.count || characters[index + 1].isWhitespace
            let isAfterSpace = index > 0 && characters[index - 1].isWhitespace
            let isEnd =
                switch character {
                case "?", "!", ";", "\n", "…": true
                case ".", ":": isBeforeSpace
                case "-", "–", "—": isBeforeSpace && isAfterSpace
                default: false
                }
            if !isEnd || character == "?" { sentence.append(character) }
            if isEnd {
                sentences.append(sentence)
                sentence = ""
            }
        }
        return (sentences + [sentence]).filter { $0.contains { $0.isLetter || $0.isNumber } }
    }

    /// "CPU today so far, and yesterday?"
    private static let twoDaysPattern = Pattern(
        #/^(.*\b(?:today|so far|this morning|this week|tonight)\b.*?),? (?:and|vs\.?|versus) ((?:the day before )?(?:yesterday|last week|last night|last month)[?! ]*)$/#
    )

    /// No name of a figure is longer.
    private static let maxHeadLength = 40
    /// Of a longer sentence not every "today" is tried.
    private static let maxTwoDaysLength = 200

    /// Whether a few words name a figure and nothing else.
    private static func namesFigure(_ head: String) -> Bool {
        guard 1...5 ~= head.split(separator: " ").count, Clause(text: head, isQuestion: false).isNoun else {
            return false
        }
        return Vocabulary.gauges(in: Words(head).set) != nil
    }

    private static let clockTimePattern = Pattern(#/\b\d{1,2}(?::\d{2}| ?[ap]m\b)/#)
    private static let comparisonPattern = Pattern(
        #/ (?:vs\.?|versus|compared (?:to|with)|against|and) (?=.*(?:\d{1,2}(?::\d{2}| ?[ap]m\b)|\bnow\b))/#)
    private static let openRangePattern = Pattern(#/\b(?:between|from) \d{1,2}(?::\d{2})?$/#)

    /// "CPU at 5:30 vs 7:00", "at 15:02 compared to now": the same at two times, one of which stands on the clock.
    private static func twoTimes(_ sentence: String) -> [String]? {
        if sentence.count <= maxTwoDaysLength, let match = sentence.firstMatch(of: twoDaysPattern) {
            return [String(match.1), String(match.2)]
        }
        let clock = Self.clockTimePattern
        guard
            let link = sentence.firstMatch(
                of:
                    Self.comparisonPattern
            )
        else { return nil }
        let (left, right) = (
            String(sentence[..<link.range.lowerBound]), String(sentence[link.range.upperBound...])
        )
        let isAnd = sentence[link.range].contains("and")
        guard left.contains(clock), right.contains(clock) || right.contains("now"),
            !isAnd || !left.contains(Self.openRangePattern),
            right.split(separator: " ").count <= 5
        else { return nil }
        return [left, right]
    }

    // MARK: Parts of a sentence

    private static let afterthoughtPattern = Pattern(
        #/^((?:\S+ ){2,}\S+?),? ((?:so )?(?:what(?:'s|s| is) (?:going on|wrong|up|happening|the (?:matter|problem|reason|cause))|what happened|why is that|how come)[?! ]*)$/#
    )

    /// "The fans are loud what's going on": what is told and what is asked, without a comma between them.
    private static func afterthought(in sentence: String) -> [String]? {
        guard let match = sentence.trimmingCharacters(in: .whitespaces).firstMatch(of: afterthoughtPattern)
        else { return nil }
        let first = String(match.1)
        return isQuestion(first) ? nil : [first, String(match.2)]
    }

    /// At a comma or an "and" behind which a question begins; "in the last hour, what was …" stays in one.
    private static func parts(of sentence: String) -> [String] {
        var words: [(text: Substring, hasComma: Bool)] = []
        for word in sentence.split(whereSeparator: \.isWhitespace) {
            words.append((word, word.hasSuffix(",")))
        }
        let plainWords = words.map { plain($0.text) }
        var parts: [[Substring]] = [[]]
        var index = 0
        while index < words.count {
            let rest = plainWords[index...]
            let isJoint = ["and", "but", "also", "then", "so", "plus"].contains(plainWords[index])
            let isAfterComma = index > 0 && words[index - 1].hasComma
            let after = isJoint ? rest.dropFirst() : rest
            let isTag = index > 0 && after.count <= 3 && after.allSatisfy(tagWords.contains)
            let begins = !isTag && (startsQuestion(after) || isAfterComma && startsRequest(after))
            let before = parts[parts.count - 1]
            if isJoint || isAfterComma, begins, !before.isEmpty, !isAdverbial(before.map(plain)) {
                parts.append([])
            }
            parts[parts.count - 1].append(words[index].text)
            index += 1
        }
        return parts.map { $0.joined(separator: " ") }.filter { !$0.isEmpty }
    }

    private static func plain(_ word: Substring) -> String {
        word.filter { $0.isLetter || $0 == "'" || $0 == "’" }.replacing("’", with: "'")
    }

    private static let asking: Set<String> = [
        "what", "what's", "whats", "which", "who", "who's", "whose", "how", "how's", "hows", "when", "why",
        "where", "since", "until", "is", "are", "was", "were", "did", "does", "do", "has", "have", "had",
        "can", "could", "will", "would", "should", "am", "isn't", "aren't", "for",
    ]

    /// "…, is it?", which belongs to what stands before.
    private static let tagWords: Set<String> = [
        "is", "it", "isn't", "isnt", "are", "aren't", "they", "there", "does", "doesn't", "do", "not", "am",
        "i", "right",
        "did", "has", "was",
    ]

    /// "… and since when", "… is it also ffmpeg"; not "for the last hour".
    private static func startsQuestion(_ words: some Collection<String>) -> Bool {
        guard let first = words.first else { return false }
        let next = words.dropFirst().first ?? ""
        // "At what time", "by how much".
        if ["at", "in", "by", "from", "to", "on", "of", "over", "with"].contains(first) {
            return ["what", "which", "how", "whom", "when"].contains(next)
        }
        guard asking.contains(first) else { return false }
        switch first {
        case "since", "until": return next == "when" || next == "what"
        case "for": return next == "how"
        case "will", "would": return words.count > 1
        default: return true
        }
    }

    private static func startsRequest(_ words: some Collection<String>) -> Bool {
        guard let first = words.first else { return false }
        return [
            "tell", "show", "give", "list", "please", "name", "explain", "check", "any", "anything",
            "restart",
            "reboot", "kill", "delete",
        ].contains(first)
    }

    /// It says when or of what the rest is: "over the last day", "yesterday", "of all disks".
    private static func isAdverbial(_ words: [String]) -> Bool {
        guard let first = words.first else { return true }
        let isShort = words.count <= 7
        return isShort
            && [
                "in", "over", "during", "within", "between", "at", "from", "yesterday", "today", "last",
                "right",
                "of", "about", "regarding", "on", "concerning", "for", "since", "now", "currently", "until",
                "hi", "hello", "hey", "ok", "okay", "so", "well", "please", "and", "but", "tonight", "this",
                "sysmaint", "morning", "good", "again", "also", "then", "thanks", "compared", "versus", "vs",
                "relative",
                "unlike", "apart", "besides", "except", "aside",
            ].contains(first)
    }

    // MARK: Which part asks

    private static func isQuestion(_ part: String) -> Bool {
        var words = part.split(whereSeparator: \.isWhitespace).map(plain).filter { !$0.isEmpty }
        while let first = words.first,
            [
                "and", "but", "also", "then", "so", "plus", "please", "hey", "hi", "ok", "well", "hello",
                "now",
                "just", "or", "if",
            ].contains(first)
        {
            words.removeFirst()
        }
        return part.contains("?") || startsQuestion(words) || startsRequest(words)
    }
}
