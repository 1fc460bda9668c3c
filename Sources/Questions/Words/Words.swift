import Values

/// The words of a question: lower case, short forms written out, numbers apart from their units, known words in the form
/// in which the vocabulary has them.
struct Words {
    /// As they were written.
    private(set) var plain: [String] { didSet { phrases = Phrases(plain) } }
    /// What stands in `plain`.
    private(set) var phrases: Phrases
    /// The concepts that they stand for, phrases put together.
    private(set) var concepts: [String]
    let isQuestion: Bool
    private(set) var unknown: [String] = []
    /// Whether it is about the columns of vmstat or the like.
    let isTable: Bool

    init(_ text: String, names: [String] = []) {
        var lowered = text.lowercased()
        for name in names where name.count > 1 || !name.allSatisfy(\.isLetter) {
            lowered = lowered.replacingWord(name.lowercased(), with: " \(Vocabulary.name) ")
        }
        isQuestion = lowered.contains("?")
        let split = Self.split(lowered)
        let columns = ToolColumns.writtenOut(split)
        isTable = columns != nil
        let plain = (columns ?? split).map { word in
            if let device = Self.device(word) { return device }
            guard !Vocabulary.isKnown(word), !Vocabulary.programs.contains(word), !names.contains(word) else {
                return word
            }
            guard let meant = Vocabulary.nearest(to: word) else { return word }
            return meant
        }
        unknown = plain.filter {
            !Vocabulary.isKnown($0) && $0.contains(where: \.isLetter) && $0 != Vocabulary.name
        }
        concepts = Vocabulary.concepts(of: plain)
        (self.plain, phrases) = (plain, Phrases(plain))
    }

    var set: Set<String> { Set(concepts) }

    func has(_ words: String...) -> Bool { words.contains { contains(phrase: $0) } }

    /// Whether the words of a phrase stand next to each other.
    func contains(phrase: String) -> Bool { phrases.contains(phrase) }

    func begins(with beginnings: [String]) -> Bool { beginnings.contains(where: phrases.begin) }

    /// Takes words out from the beginning.
    mutating func drop(_ count: Int) {
        plain.removeFirst(min(count, plain.count))
        concepts = Vocabulary.concepts(of: plain)
    }

    private static let diskNamePattern = Pattern(
        #/nvme\d+n\d+(?:p\d+)?|x?[sv]d[a-z]\d*|mmcblk\d+|md\d+|dm\d+/#)
    private static let interfaceNamePattern = Pattern(#/(?:eth|ens|eno|wlan|bond|wg)\d+|enp\d+s\d+\w*/#)

    /// What a name of a device stands for: "nvme0n1" for the disk, "eth0" for the interface.
    private static func device(_ word: String) -> String? {
        if word.wholeMatch(of: Self.diskNamePattern) != nil {
            return "disk"
        }
        if word.wholeMatch(of: Self.interfaceNamePattern) != nil {
            return "interface"
        }
        return nil
    }

    /// Takes words out from the end.
    mutating func dropLast(_ count: Int) {
        plain.removeLast(min(count, plain.count))
        concepts = Vocabulary.concepts(of: plain)
    }

    private static func split(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        let isOfTable = ToolColumns.isNamed(in: text)
        func flush() {
            let trimmed = word.trimmed(of: ".-_:+*&'\"")
            word = ""
            guard !trimmed.isEmpty else { return }
            if isHostName(trimmed) {
                words.append("host")
                return
            }
            // Columns are as short as slips: "si" of vmstat is no "is".
            let shortForms = isOfTable && trimmed.count == 2 ? [:] : shortForms
            if trimmed.hasSuffix("'s"), shortForms[trimmed] == nil {
                words.append(String(trimmed.dropLast(2)))
            } else if let short = shortForms[trimmed] {
                words += short
            } else if let (number, unit) = glued(trimmed) {
                words += [number, unit]
            } else if let rate = Self.rate(trimmed) {
                words += rate
            } else if trimmed.contains(where: { "-_".contains($0) }), !trimmed.contains("/") {
                words += trimmed.split { "-_".contains($0) }.map(String.init)
            } else {
                words.append(trimmed)
            }
        }
        for character in text {
            switch character {
            case "’", "‘", "'": word.append("'")
            case "%":
                flush()
                words.append("%")
            case ">", "<", "=":
                flush()
                words.append(String(character))
            case let character where character.isLetter || character.isNumber || "./-_:".contains(character):
                word.append(character)
            default: flush()
            }
        }
        flush()
        return words
    }

    private static let hostNamePattern = Pattern(#/([a-z]+)-?(?:[a-z]+-)?\d{1,3}/#)

    /// "web-01", as opposed to "top-5" and "last-24h".
    private static func isHostName(_ word: String) -> Bool {
        // The pattern takes the square of a word's length, and no name is longer.
        guard word.contains("-"), word.utf8.count <= 253,
            let match = word.wholeMatch(of: Self.hostNamePattern)
        else { return false }
        return ![
            "top", "last", "past", "first", "pid", "core", "cpu", "process", "next", "p", "first", "load",
            "ldavg", "loadavg",
        ].contains(
            String(match.1))
    }

    /// "Errors/s" are errors per second.
    private static func rate(_ word: String) -> [String]? {
        let parts = word.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count > 1, parts[0].allSatisfy(\.isLetter),
            ["s", "sec", "second"].contains(parts[1])
        else { return nil }
        return [String(parts[0]), "per", "second"]
    }

    /// "24h" is 24 hours, "4gb" are 4 gigabytes.
    private static func glued(_ word: String) -> (String, String)? {
        if word.hasPrefix("top"), let number = Int(word.dropFirst(3)), number > 0 {
            return ("top", "\(number)")
        }
        let number = word.prefix { $0.isNumber || $0 == "." }
        let unit = word.dropFirst(number.count)
        guard !number.isEmpty, Vocabulary.units.contains(String(unit)) else { return nil }
        return (String(number), String(unit))
    }

    private static let shortForms: [String: [String]] = {
        var forms: [String: [String]] = [
            "i/o": ["io"], "i'm": ["i", "am"], "im": ["i", "am"], "don't": ["do", "not"],
            "dont": ["do", "not"],
            "doesn't": ["does", "not"], "doesnt": ["does", "not"], "can't": ["can", "not"],
            "cant": ["can", "not"],
            "isn't": ["is", "not"], "isnt": ["is", "not"], "aren't": ["are", "not"],
            "didn't": ["did", "not"],
            "wasn't": ["was", "not"], "wasnt": ["was", "not"], "weren't": ["were", "not"],
            "werent": ["were", "not"],
            "hasn't": ["has", "not"], "hasnt": ["has", "not"], "didnt": ["did", "not"],
            "won't": ["will", "not"], "let's": ["let", "us"],
            "we're": ["we", "are"],
            "i've": ["i", "have"], "we've": ["we", "have"], "you're": ["you", "are"],
            "it'll": ["it", "will"],
            "teh": ["the"], "atm": ["at", "the", "moment"], "rn": ["right", "now"],
            "packetloss": ["packet", "loss"],
            "diskspace": ["disk", "space"], "cpuload": ["cpu", "load"], "cpuusage": ["cpu", "usage"],
            "memusage": ["memory", "usage"], "memoryusage": ["memory", "usage"],
            "diskusage": ["disk", "usage"],
            "freemem": ["free", "memory"], "swapspace": ["swap", "space"], "peek": ["peak"],
            "peeks": ["peaks"],
            "hoggin": ["hogging"], "eatin": ["eating"], "usin": ["using"], "runnin": ["running"],
            "doin": ["doing"],
            "goin": ["going"], "gonna": ["going", "to"], "wanna": ["want", "to"], "gimme": ["give", "me"],
            "lemme": ["let", "me"], "whos": ["who", "is"], "tmrw": ["tomorrow"], "tomorow": ["tomorrow"],
            "tommorow": ["tomorrow"], "wether": ["weather"], "av": ["average"], "avrg": ["average"],
            "proceses": ["processes"], "procceses": ["processes"], "processs": ["process"],
            "proccess": ["process"], "wtf": ["what"], "wth": ["what"], "youre": ["you", "are"],
            "wat": ["what"], "wut": ["what"], "wots": ["what", "is"], "wen": ["when"],
            "wheres": ["where", "is"], "ful": ["full"], "alot": ["a", "lot"], "abit": ["a", "bit"],
            "wats": ["what", "is"], "nite": ["night"], "tonite": ["tonight"], "2day": ["today"],
            "thru": ["through"],
            "sinds": ["since"], "b4": ["before"],
            "whats": ["what", "is"], "howmuch": ["how", "much"], "howmany": ["how", "many"],
            "isit": ["is", "it"], "svr": ["server"], "srv": ["server"],
            "wht": ["what"], "waht": ["what"], "hw": ["how"],
            "wich": ["which"], "u": ["you"], "ur": ["your"],
            "adn": ["and"], "si": ["is"], "hwo": ["how"], "ist": ["is"], "cs/s": ["context", "switches"],
            "nf_conntrack": ["conntrack"], "tl;dr": ["tldr"], "r/w": ["read", "write"],
            "they're": ["they", "are"],
        ]
        for word in [
            "what", "who", "how", "where", "when", "it", "that", "there", "why", "which", "everything",
        ] {
            forms["\(word)'s"] = [word, "is"]
            if word != "it" { forms["\(word)s"] = [word, "is"] }
            forms["\(word)'re"] = [word, "are"]
        }
        return forms
    }()
}

extension String {
    func trimmed(of characters: String) -> String {
        var result = Substring(self)
        while let last = result.last, characters.contains(last) { result.removeLast() }
        while let first = result.first, characters.contains(first) { result.removeFirst() }
        return String(result)
    }

    /// Puts a word in place of a name that stands as a word of its own.
    fileprivate func replacingWord(_ name: String, with word: String) -> String {
        var result = ""
        var rest = self[...]
        while let range = rest.firstRange(of: name) {
            let before = rest[..<range.lowerBound].last ?? result.last
            let after = rest[range.upperBound...].first
            func isPart(_ character: Character?) -> Bool {
                character.map { $0.isLetter || $0.isNumber || "/_-".contains($0) } ?? false
            }
            let isWord = !isPart(before) && !isPart(after)
            result += rest[..<range.lowerBound] + (isWord ? word : name)
            rest = rest[range.upperBound...]
        }
        return result + rest
    }
}
