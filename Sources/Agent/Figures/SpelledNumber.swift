/// A whole number written in English words: "ninety-five", "two hundred and six", "a hundred thousand".
struct SpelledNumber {
    let value: Double
    let range: Range<String.Index>

    /// All numbers in a text. Words that are part of a name (`two-face`, `ten_minutes`) are not numbers.
    static func all(in text: String) -> [SpelledNumber] {
        let words = words(of: text)
        var found: [SpelledNumber] = []
        var next = 0
        while next < words.count {
            var reading = Reading()
            var end = next
            var afterEnd = next
            while afterEnd < words.count,
                afterEnd == next || text.isOneSpace(words[afterEnd - 1].range, words[afterEnd].range),
                reading.take(words[afterEnd].parts)
            {
                afterEnd += 1
                if !reading.expectsMore { end = afterEnd }
            }
            if end > next {
                let range = words[next].range.lowerBound..<words[end - 1].range.upperBound
                found.append(SpelledNumber(value: reading.value, range: range))
            }
            next = max(end, next + 1)
        }
        return found
    }

    /// The words of a text, those with hyphens as one.
    private static func words(of text: String) -> [(parts: [String], range: Range<String.Index>)] {
        var words: [(parts: [String], range: Range<String.Index>)] = []
        var index = text.startIndex
        while let start = text[index...].firstIndex(where: \.isOfWord) {
            var end = start
            while true {
                end = text[end...].firstIndex { !$0.isOfWord } ?? text.endIndex
                // A hyphen between two letters goes on.
                guard text[end...].first == "-", text[end...].dropFirst().first?.isOfWord == true else {
                    break
                }
                end = text.index(after: end)
            }
            let word = text[start..<end].lowercased()
            words.append((word.split(separator: "-").map(String.init), start..<end))
            index = end
        }
        return words
    }

    /// What the words so far make.
    private struct Reading {
        private var total = 0.0
        private var group = 0.0
        private var hasBegun = false
        /// After "a" and "and", which are not numbers by themselves.
        private(set) var expectsMore = false

        var value: Double { total + group }

        /// - Returns: false, and nothing is changed, where the words do not go on with the number.
        mutating func take(_ words: [String]) -> Bool {
            var changed = self
            for word in words where !changed.take(word: word) { return false }
            self = changed
            return true
        }

        private mutating func take(word: String) -> Bool {
            if let small = SpelledNumber.small[word] {
                // "twenty five" goes on, "five twenty" and "twenty twelve" do not.
                let room = group.truncatingRemainder(dividingBy: 100)
                guard room == 0 || (room >= 20 && room.truncatingRemainder(dividingBy: 10) == 0 && small < 10)
                else { return false }
                if expectsMore, value == 0 { return false }
                group += small
            } else if word == "hundred" {
                guard hasBegun, group < 100 else { return false }
                group = max(1, group) * 100
            } else if let scale = SpelledNumber.scales[word] {
                guard hasBegun, total == 0 else { return false }
                total = max(1, group) * scale
                group = 0
            } else if word == "a" {
                guard !hasBegun else { return false }
                (hasBegun, expectsMore) = (true, true)
                return true
            } else if word == "and" {
                guard value >= 100, group.truncatingRemainder(dividingBy: 100) == 0, !expectsMore else {
                    return false
                }
                expectsMore = true
                return true
            } else {
                return false
            }
            (hasBegun, expectsMore) = (true, false)
            return true
        }
    }

    private static let small: [String: Double] = {
        let ones = [
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
            "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
        ]
        let tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
        let values = zip(ones, stride(from: 0.0, through: 19, by: 1))
        return Dictionary(
            uniqueKeysWithValues: Array(values) + zip(tens, stride(from: 20.0, through: 90, by: 10)))
    }()

    private static let scales: [String: Double] = ["thousand": 1e3, "million": 1e6, "billion": 1e9]
}

extension Character {
    fileprivate var isOfWord: Bool { isLetter || isNumber || self == "_" }
}

extension String {
    fileprivate func isOneSpace(_ left: Range<Index>, _ right: Range<Index>) -> Bool {
        self[left.upperBound..<right.lowerBound] == " "
    }
}
