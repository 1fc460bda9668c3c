/// Text from elsewhere, made safe to show: what a terminal would obey or not show at all is made visible.
///
/// These are control characters (C0, C1), line and paragraph separators, and whatever changes the direction of text or has no width:
/// bidirectional controls, tags, fillers, zero-width characters. Joiners and variation selectors stay where scripts and emoji use
/// them.
extension String {
    /// For several lines: hidden characters become `�`; newlines and tabs stay.
    package var printable: String { printable(indent: 0) }

    /// For several lines, of which those after the first begin with `indent` spaces, so that none can pass for a line of ours.
    package func printable(indent: Int) -> String {
        let lines = replacing("\r\n", with: "\n").marked(keeping: ["\n", "\t"])
        return indent == 0
            ? lines : lines.replacing("\n", with: "\n" + String(repeating: " ", count: indent))
    }

    /// For a part of a line: newlines and tabs become `�` too.
    package var printableInLine: String { marked(keeping: []) }

    /// JSON in which hidden characters are escaped; they can only be inside its strings.
    package var escapedJSON: String {
        escapingHidden { scalar in
            String(scalar).utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined()
        }
    }

    /// As a literal of Swift if it holds a hidden character; otherwise unchanged.
    package var quotedIfHidden: String {
        guard unicodeScalars.contains(where: \.isHidden) else { return self }
        return debugDescription.escapingHidden { "\\u{\(String($0.value, radix: 16, uppercase: true))}" }
    }

    private func marked(keeping kept: Set<Unicode.Scalar>) -> String {
        guard unicodeScalars.contains(where: \.isHidden) else { return self }
        let scalars = Array(unicodeScalars)
        var text = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            let (before, after) = (index > 0 ? scalars[index - 1] : nil, scalars[(index + 1)...].first)
            let isShown =
                !scalar.isHidden || kept.contains(scalar) || scalar.isUseful(between: before, and: after)
            text.append(isShown ? scalar : "\u{FFFD}")
        }
        return String(text)
    }

    private func escapingHidden(_ escape: (Unicode.Scalar) -> String) -> String {
        guard unicodeScalars.contains(where: \.isHidden) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            if scalar.isHidden { text += escape(scalar) } else { text.unicodeScalars.append(scalar) }
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isHidden: Bool {
        // Nearly all text is ASCII.
        if value < 0x7F { return value < 0x20 }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: properties.isDefaultIgnorableCodePoint
        }
    }

    /// Whether it joins or selects the form of characters that are shown: emoji, and letters of scripts that need it.
    fileprivate func isUseful(between before: Unicode.Scalar?, and after: Unicode.Scalar?) -> Bool {
        func isShaped(_ scalar: Unicode.Scalar?) -> Bool {
            guard let scalar, !scalar.isHidden || scalar.isVariationSelector else { return false }
            return scalar.value > 0x7F || scalar.properties.isEmoji
        }
        if isVariationSelector { return isShaped(before) && before?.isVariationSelector != true }
        // Zero width non-joiner and joiner.
        guard value == 0x200C || value == 0x200D else { return false }
        return isShaped(before) && isShaped(after) && after?.isVariationSelector != true
    }

    private var isVariationSelector: Bool { 0xFE00...0xFE0F ~= value || 0xE0100...0xE01EF ~= value }
}
