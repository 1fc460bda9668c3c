/// A shell that completes words.
package enum Shell: String, Sendable, CaseIterable { case bash, zsh, fish }

extension Command {
    /// A script for that shell. It holds all it needs: completing starts no program.
    package static func completions(for shell: Shell) -> String {
        let places = allPaths().map(Place.init)
        return switch shell {
        case .bash: bash(places)
        case .zsh: zsh(places)
        case .fish: fish(places)
        }
    }

    private static func bash(_ places: [Place]) -> String {
        """
        _\(name)() {
            local at=\(name) word i
            for ((i = 1; i < COMP_CWORD; i++)); do
                case "$at ${COMP_WORDS[i]}" in
                \(places.isEmpty ? "" : places.map { "\"\($0.words)\"" }.joined(separator: "|")))
                    at="$at ${COMP_WORDS[i]}" ;;
                esac
            done
            word=${COMP_WORDS[COMP_CWORD]}
            case "$at ${COMP_WORDS[COMP_CWORD - 1]}" in
        \(places.flatMap { place in place.valued.map { option in
            let reply = option.choices.isEmpty
                ? "compgen -f -- \"$word\"" : "compgen -W \"\(option.choices.joined(separator: " "))\" -- \"$word\""
            return "    \(option.spellings.map { "\"\(place.words) \($0)\"" }.joined(separator: "|"))) COMPREPLY=($(\(reply))); return ;;"
        } }.joined(separator: "\n"))
            esac
            case $at in
        \(places.map { "    \"\($0.words)\") COMPREPLY=($(compgen -W \"\($0.candidates.map(\.word).joined(separator: " "))\" -- \"$word\")) ;;" }
            .joined(separator: "\n"))
            esac
            [[ ${#COMPREPLY[@]} -gt 0 || $word == -* ]] || COMPREPLY=($(compgen -f -- "$word"))
        }
        complete -F _\(name) \(name)
        """
    }

    private static func zsh(_ places: [Place]) -> String {
        """
        #compdef \(name)
        _\(name)() {
            # Not called path: that is PATH.
            local at=\(name) word
            local -a found
            for word in ${words[2,CURRENT-1]}; do
                case "$at $word" in
                (\(places.map { "\"\($0.words)\"" }.joined(separator: "|"))) at="$at $word" ;;
                esac
            done
            case "$at $words[CURRENT-1]" in
        \(places.flatMap { place in place.valued.map { option in
            let reply = option.choices.isEmpty ? "_files" : "compadd -- \(option.choices.joined(separator: " "))"
            return "    (\(option.spellings.map { "\"\(place.words) \($0)\"" }.joined(separator: "|"))) \(reply); return ;;"
        } }.joined(separator: "\n"))
            esac
            case $at in
        \(places.map { place in
            let found = place.candidates.map { quoted("\($0.word.replacing(":", with: "\\:")):\($0.help)") }
            return "    (\"\(place.words)\") found=(\(found.joined(separator: " "))) ;;"
        }.joined(separator: "\n"))
            esac
            _describe '\(name)' found || _files
        }
        if [[ $funcstack[1] == _\(name) ]]; then _\(name) "$@"; else compdef _\(name) \(name); fi
        """
    }

    private static func fish(_ places: [Place]) -> String {
        """
        function __\(name)_at
            set -l at \(name)
            for word in (commandline -opc)[2..]
                switch "$at $word"
                    case \(places.map { "'\($0.words)'" }.joined(separator: " "))
                        set at "$at $word"
                end
            end
            test "$at" = "$argv"
        end
        \(places.flatMap { place in
            let begin = "complete -c \(name) -n '__\(name)_at \(place.words)'"
            return place.commands.map { "\(begin) -f -a \($0.word) -d \(quoted($0.help))" }
                + place.options.map { option in
                    let letter = option.short.map { " -s \($0)" } ?? ""
                    let choices = option.choices.isEmpty ? "" : " -f -a \(quoted(option.choices.joined(separator: " ")))"
                    let spelled = option.kind == .inverted ? "no-\(option.name)" : option.name
                    return "\(begin) -l \(spelled)\(letter)\(option.takesValue ? " -r" : "")\(choices) -d \(quoted(option.help))"
                }
        }.joined(separator: "\n"))
        """
    }

    /// For zsh and fish alike, as far as help goes.
    private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "’") + "'" }
}

/// A command with what may stand behind it.
private struct Place {
    let words: String
    let commands: [(word: String, help: String)]
    let options: [Parameter]

    init(_ path: [any Command.Type]) {
        let page = Page(path)
        words = page.words
        commands = page.groups.flatMap(\.commands).map { ($0.name, $0.about.summary) }
        options = page.options
    }

    var valued: [Parameter] { options.filter(\.takesValue) }
    var candidates: [(word: String, help: String)] {
        commands + options.map { ($0.spellings[0], $0.help) } + [("--help", "Show help.")]
    }
}
