import Foundation
import Testing

@testable import Commands

struct HelpTextTests {
    @Test func helpSaysAll() throws {
        #expect(try shown("help greet") == shown("greet bob -h"))
        #expect(
            Page([Program.self, Program.Greet.self]).help(columns: 80) == """
                OVERVIEW: Greet somebody.

                Example: program greet bob -n 2 --loud

                USAGE: program greet <name> [<others> ...] [--times <number>] [--tone <tone>]
                  [--from <from> ...] [--base-url <url>] [--loud] [--verbose]
                  [--colour/--no-colour] [--home <folder>]

                ARGUMENTS:
                  <name>                  Whom.
                  <others> ...            Whom else.

                OPTIONS:
                  -n, --times <number>    How often. (default: 1)
                  --tone <tone>           How. (values: warm, cold; default: warm)
                  --from <from> ...       On behalf of.
                  --base-url <url>        Where.
                  -l, --loud              Loudly.
                  -v, --verbose           Twice as long.
                  --colour/--no-colour    With colours. (default: --colour)
                  --home <folder>         Where the data is.
                  -h, --help              Show help information.
                """)
    }

    @Test func groupsShowTheirCommandsAndHideWhatIsHidden() throws {
        #expect(
            Page([Program.self]).help(columns: 80) == """
                OVERVIEW: Does things.

                Example: program greet bob

                USAGE: program <subcommand>

                OPTIONS:
                  --version               Show the version; --verbose adds the libraries'.
                  -h, --help              Show help information.

                SUBCOMMANDS:
                  greet                   Greet somebody.
                  box                     Boxes.

                  See 'program help <subcommand>' for detailed help.
                """)
        let box = try shown("box")
        #expect(box.contains("DAILY SUBCOMMANDS:\n  open "))
        #expect(
            box.hasSuffix(
                "RARE SUBCOMMANDS:\n  close                   Close one.\n\n  See 'program help box <subcommand>' for detailed help."
            ))
        #expect(try shown("") == shown("--help"))
    }

    @Test(arguments: [40, 60, 80, 200])
    func helpFits(_ columns: Int) {
        for path in Program.allPaths() {
            let lines = Page(path).help(columns: columns).split(separator: "\n")
            #expect(lines.allSatisfy { $0.count <= max(columns, 56) }, "\(path)")
        }
    }

    @Test func versionIsShownWithItsDetailsWhereTheyAreWanted() throws {
        #expect(try shown("--version") == "1.2.3")
        #expect(try shown("greet --version") == "1.2.3")
        #expect(try shown("--version --verbose") == "1.2.3\nparts 4.5")
    }

    @Test func everythingIsDescribedForPrograms() throws {
        struct Entry: Decodable {
            struct Parameter: Decodable {
                let kind: String
                let spellings: [String]
                let isRequired: Bool
            }
            let name: String
            let parameters: [Parameter]
            let commands: [Entry]
        }
        let program = try JSONDecoder().decode(Entry.self, from: Data(shown("--describe").utf8))
        #expect(program.commands.map(\.name) == ["greet", "box"])
        #expect(program.commands[1].commands.map(\.name) == ["open", "close"])
        let greet = program.commands[0].parameters
        #expect(greet.map(\.kind).prefix(3) == ["positional", "positional", "option"])
        #expect(greet[2].spellings == ["--times", "-n"] && greet[0].isRequired && !greet[2].isRequired)
    }
}
