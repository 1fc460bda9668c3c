import Foundation

extension Command {
    /// A page of the manual for this program and each of its commands, as `mandoc` and `groff -mdoc` read it, by file name.
    ///
    /// - Parameter date: As in `November 28, 2026`; absent, pages are the same whenever they are made.
    package static func manual(date: String = "") -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: allPaths().map { path in
                (
                    path.map { $0.name }.joined(separator: "-") + ".1",
                    Page(path).manual(date: date, version: about.version)
                )
            })
    }
}

extension Page {
    fileprivate func manual(date: String, version: String?) -> String {
        let title = path.map { $0.name }.joined(separator: "-")
        let program = [path[0].name, version].compactMap(\.self).joined(separator: " ")
        var lines = [
            ".Dd \(date.isEmpty ? "$Mdocdate$" : date)", ".Dt \(title.uppercased()) 1", ".Os \(program.roff)",
        ]
        lines += [
            ".Sh NAME", ".Nm \(title)", ".Nd \(about.summary.dropSuffix(".").roff)", ".Sh SYNOPSIS",
            ".Nm \(words.roff)",
        ]
        if about.commands.isEmpty {
            lines += (options + places).map { ($0.isRequired ? "." : ".Op ") + $0.macro }
        } else {
            lines.append(".Ar command")
        }
        lines += [".Sh DESCRIPTION"] + (about.details.isEmpty ? about.summary : about.details).roffParagraphs
        func list(_ title: String, _ items: [(String, String)]) {
            guard !items.isEmpty else { return }
            lines +=
                [".Sh \(title)", ".Bl -tag -width Ds"] + items.flatMap { [".It \($0)", $1.roff] } + [".El"]
        }
        list("ARGUMENTS", places.map { ($0.macro, $0.explanation) })
        list("OPTIONS", options.map { ($0.macro, $0.explanation) } + [("Fl h , Fl Fl help", "Show help.")])
        for group in groups {
            list(
                group.title.uppercased(),
                group.commands.map { ("Xr \(title)-\($0.name) 1", $0.about.summary) })
        }
        let variables = parameters.filter { $0.environment != nil }
        list(
            "ENVIRONMENT",
            variables.map { ("Ev \($0.environment ?? "")", "Where --\($0.name) is not given: \($0.help)") })
        if about.commands.isEmpty { lines += [".Sh EXIT STATUS", ".Ex -std \(title)"] }
        if path.count > 1 {
            lines += [".Sh SEE ALSO", ".Xr \(path.dropLast().map { $0.name }.joined(separator: "-")) 1"]
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Parameter {
    /// As mdoc calls it.
    fileprivate var macro: String {
        switch kind {
        case .positional: "Ar \(valueName)" + (isRepeated ? " ..." : "")
        case .option, .flag, .inverted:
            (short.map { "Fl \($0) , " } ?? "")
                + "Fl Fl \(kind == .inverted ? "no-\(name)" : name)"
                + (kind == .option ? " Ar \(valueName)" : "")
        }
    }
}

extension String {
    /// As troff shows it: no backslash, and no dot or quote at the begin of a line, means anything.
    fileprivate var roff: String {
        let text = replacing("\\", with: "\\e").replacing("-", with: "\\-")
        return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
    }

    /// Paragraphs, and lines that begin with a space as they are.
    fileprivate var roffParagraphs: [String] {
        split(separator: "\n\n").flatMap { paragraph -> [String] in
            // A sentence begins on a line of its own.
            let lines = paragraph.replacing(". ", with: ".\n").split(separator: "\n").map(String.init)
            guard paragraph.hasPrefix(" ") else { return [".Pp"] + lines.map(\.roff) }
            return [".Bd -literal"] + lines.map(\.roff) + [".Ed"]
        }.trimmingFirst(".Pp")
    }

    fileprivate func dropSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}

extension [String] {
    fileprivate func trimmingFirst(_ line: String) -> [String] { first == line ? Array(dropFirst()) : self }
}
