/// Stands between text from a host and a model.
///
/// Process names, mount points and the like are chosen by the users of the host, so a model sees a label
/// instead (`process-1`), and the person who asked sees the name again. One per request.
struct HostNames {
    enum Kind: String, CaseIterable {
        case process, filesystem, disk, interface, sensor, host, kernel
    }

    private var labels: [Kind: [String: String]] = [:]
    private var names: [String: String] = [:]

    static let maxNameLength = 64

    /// The label of a name, always the same one within a request.
    mutating func label(_ name: String, _ kind: Kind) -> String {
        if let known = labels[kind]?[name] { return known }
        let label = "\(kind.rawValue)-\((labels[kind]?.count ?? 0) + 1)"
        labels[kind, default: [:]][name] = label
        names[label] = name
        return label
    }

    /// The name behind a label of this request.
    func name(of label: String) -> String? { names[label] }

    /// An answer with the names put back, in quotes and without anything but printable characters.
    func named(_ text: String) -> String {
        replacingLabels(in: text) { label in names[label].map { "“\(Self.printable($0))”" } }
    }

    /// An answer whose labels, which mean nothing in another request, have become words.
    func unnamed(_ text: String) -> String {
        replacingLabels(in: text) { label in
            names[label].flatMap { _ in label.split(separator: "-").first.map { "some \($0)" } }
        }
    }

    private func replacingLabels(in text: String, by name: (String) -> String?) -> String {
        var result = ""
        var word = ""
        func flush() {
            result += name(word) ?? word
            word = ""
        }
        for character in text {
            if character.isLetter || character.isNumber || character == "-" {
                word.append(character)
            } else {
                flush()
                result.append(character)
            }
        }
        flush()
        return result
    }

    /// Takes out what could change the look or the meaning of the text around it.
    static func printable(_ name: String) -> String {
        let visible = name.unicodeScalars.map { scalar -> Character in
            let isPlain =
                scalar.properties.generalCategory != .control && scalar.properties.generalCategory != .format
                && scalar.properties.generalCategory != .lineSeparator
                && scalar.properties.generalCategory != .paragraphSeparator
            return isPlain && scalar != "“" && scalar != "”" ? Character(scalar) : "·"
        }
        return visible.count > maxNameLength ? String(visible.prefix(maxNameLength)) + "…" : String(visible)
    }
}
