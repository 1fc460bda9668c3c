/// A shell with completions.
package enum Shell: String, Sendable, CaseIterable { case bash, zsh, fish }

extension Command {
    /// A completion script for a shell. It is self-contained: completing starts no program.
    package static func completions(for shell: Shell) -> String {
        let places = allPaths().map(Place.init)
        return switch shell {
        case .bash: bash(places)
        case .zsh: zsh(places)
        case .fish: fish(places)
        }
    }

    private static func bash(_ places: [Place]) -> String {
        let values = places.flatMap { place in
            place.options.filter(\.takesValue).map { option in
                let offered =
                    option.choices.isEmpty ? "-f" : "-W \"\(option.choices.joined(separator: " "))\""
                let cases = place.cases(option)
                return "    \(cases)) COMPREPLY=($(compgen \(offered) -- \"$word\")); return ;;"
            }
        }
        let words = places.map { place in
            let offered = place.candidates.map(\.word).joined(separator: " ")
            return "    \"\(place.words)\") COMPREPLY=($(compgen -W \"\(offered)\" -- \"$word\")) ;;"
        }
        return """
            _\(name)() {
                local at=\(name) word i
                for ((i = 1; i < COMP_CWORD; i++)); do
                    case "$at ${COMP_WORDS[i]}" in
                    \(Place.cases(places))) at="$at ${COMP_WORDS[i]}" ;;
                    esac
                done
                word=${COMP_WORDS[COMP_CWORD]}
                case "$at ${COMP_WORDS[COMP_CWORD - 1]}" in
            \(values.joined(separator: "\n"))
                esac
                case $at in
            \(words.joined(separator: "\n"))
                esac
                [[ ${#COMPREPLY[@]} -gt 0 || $word == -* ]] || COMPREPLY=($(compgen -f -- "$word"))
            }
            complete -F _\(name) \(name)
            """
    }

    private static func zsh(_ places: [Place]) -> String {
        let values = places.flatMap { place in
            place.options.filter(\.takesValue).map { option in
                let offered =
                    option.choices.isEmpty ? "_files" : "compadd -- \(option.choices.joined(separator: " "))"
                return "    (\(place.cases(option))) \(offered); return ;;"
            }
        }
        let words = places.map { place in
            let offered = place.candidates.map { quoted("\($0.word):\($0.help)") }.joined(separator: " ")
            return "    (\"\(place.words)\") found=(\(offered)) ;;"
        }
        return """
            #compdef \(name)
            _\(name)() {
                # Not called path: that is PATH.
                local at=\(name) word
                local -a found
                for word in ${words[2,CURRENT-1]}; do
                    case "$at $word" in
                    (\(Place.cases(places))) at="$at $word" ;;
                    esac
                done
                case "$at $words[CURRENT-1]" in
            \(values.joined(separator: "\n"))
                esac
                case $at in
            \(words.joined(separator: "\n"))
                esac
                _describe '\(name)' found || _files
            }
            if [[ $funcstack[1] == _\(name) ]]; then _\(name) "$@"; else compdef _\(name) \(name); fi
            """
    }

    private static func fish(_ places: [Place]) -> String {
        let lines = places.flatMap { place -> [String] in
            let begin = "complete -c \(name) -n '__\(name)_at \(place.words)'"
            let commands = place.commands.map { "\(begin) -f -a \($0.word) -d \(quoted($0.help))" }
            let options = place.options.flatMap { option in
                option.spellings.map { spelling in
                    let kind =
                        spelling.hasPrefix("--")
                        ? "-l \(spelling.dropFirst(2))" : "-s \(spelling.dropFirst())"
                    let choices = option.choices.joined(separator: " ")
                    let value =
                        option.takesValue ? choices.isEmpty ? " -r" : " -x -a \(quoted(choices))" : ""
                    return "\(begin) \(kind)\(value) -d \(quoted(option.help))"
                }
            }
            return commands + options
        }
        return """
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
            complete -c \(name) -l help -s h -d 'Show help information.'
            \(lines.joined(separator: "\n"))
            """
    }

    /// For both zsh and fish.
    private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "’") + "'" }
}

/// A command and the words that may follow it.
private struct Place {
    let words: String
    let commands: [(word: String, help: String)]
    let options: [Parameter]

    init(_ path: [any Command.Type]) {
        let page = Page(path)
        words = page.words
        let isProgram = path.count == 1
        commands =
            page.about.shownCommands.map { ($0.name, $0.about.summary) }
            + (isProgram && !page.about.commands.isEmpty ? [("help", "Show help information.")] : [])
        options = page.options
    }

    var candidates: [(word: String, help: String)] {
        commands + options.flatMap { option in option.spellings.map { ($0, option.help) } }
            + [("--help", "Show help information.")]
    }

    /// The option's spellings as patterns of `case`.
    func cases(_ option: Parameter) -> String {
        option.spellings.map { "\"\(words) \($0)\"" }.joined(separator: "|")
    }

    static func cases(_ places: [Place]) -> String {
        places.map { "\"\($0.words)\"" }.joined(separator: "|")
    }
}
