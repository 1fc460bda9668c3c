import Testing

@testable import Commands

struct ParserTests {
    @Test func defaultsHoldWhereNothingIsGiven() throws {
        let greet = try greet("bob")
        #expect(greet.name == "bob" && greet.others.isEmpty)
        #expect(greet.times == 1 && greet.tone == .warm)
        #expect(greet.from.isEmpty && greet.baseURL == nil && greet.shared.home == nil)
        #expect(!greet.loud && greet.colour)
    }

    @Test(arguments: [
        "bob --times 3", "bob --times=3", "bob -n 3", "bob -n3", "--times 3 bob", "bob -ln3", "bob -n 3 --",
        "bob --times 2 -n 3",
    ])
    func valuesAreWrittenInSeveralWays(_ line: String) throws { #expect(try greet(line).times == 3) }

    @Test func everythingIsRead() throws {
        let greet = try greet(
            "bob carol dave -lv --no-colour --tone=cold --from a --from b --base-url=x=y --home h")
        #expect(greet.others == ["carol", "dave"])
        #expect(greet.loud && greet.verbose && !greet.colour && greet.tone == .cold)
        #expect(greet.from == ["a", "b"] && greet.baseURL == "x=y" && greet.shared.home == "h")
    }

    @Test func dashesAreValuesWhereTheyCanBeNothingElse() throws {
        #expect(try greet("-").name == "-")
        #expect(try greet("-- --times -n").others == ["-n"])
        #expect(try greet("-- --help").name == "--help")
        #expect(try greet("bob --base-url=--x").baseURL == "--x")
        #expect(try greet("bob --base-url=").baseURL == "")
        #expect(complaint("greet bob -n -3") == "--times must be at least 1")
    }

    @Test(arguments: [
        ("gret", "unknown command 'gret'. Did you mean 'greet'?"),
        ("box opne", "unknown command 'opne'. Did you mean 'open'?"),
        ("help box opne", "unknown command 'opne'. Did you mean 'open'?"),
        ("secretyl", "unknown command 'secretyl'"),
        ("fly", "unknown command 'fly'"),
        ("greet bob --tims 3", "unknown option '--tims'. Did you mean '--times'?"),
        ("greet bob -x", "unknown option '-x'"),
        ("greet", "missing '<name>'"),
        ("box open", "missing '--number <number>'"),
        ("box close now", "unexpected argument 'now'"),
        ("greet bob --times", "missing value for '--times <number>'"),
        ("greet bob --times --loud", "missing value for '--times <number>'"),
        (
            "greet bob --times many",
            "'many' is not a valid value for '--times <number>'; it must be a whole number"
        ),
        (
            "greet bob --tone wram",
            "'wram' is not a valid value for '--tone <tone>'; it must be one of warm, cold. Did you mean 'warm'?"
        ),
        ("greet bob --loud=yes", "'--loud' takes no value"),
        ("greet bob --times 0", "--times must be at least 1"),
        ("greet bob --home nowhere", "there is no such home"),
        ("--loud", "unknown option '--loud'"),
        ("--generate-completion-script", "'--generate-completion-script' needs a shell: bash, zsh, fish"),
        (
            "--generate-completion-script tcsh",
            "'--generate-completion-script' needs a shell: bash, zsh, fish"
        ),
    ])
    func wrongUsageIsExplained(_ line: String, message: String) { #expect(complaint(line) == message) }

    @Test func explanationShowsUsage() throws {
        let error = try #require(throws: UsageError.self) { try Program.parse(["box", "open"]) }
        #expect(
            error.description == """
                Error: missing '--number <number>'
                Usage: program box open --number <number>
                  See 'program box open --help' for more information.
                """)
    }

    @Test func programsEndWithCodes() async {
        #expect(await Program.call(words("box open --number 7")) == ExitCode(7))
        #expect(await Program.call(words("box close")) == .failure)
        #expect(await Program.call(words("box shut")) == .usage)
        #expect(await Program.call(words("greet bob")) == ExitCode(0))
    }

    @Test func fallbackRunsWhereNoCommandIsNamed() throws {
        struct Outer: Command {
            static let about = About("Runs.", commands: [Inner.self], fallback: Inner.self)
        }
        struct Inner: Command {
            static let about = About("Runs.")
            @Option("For how long.") var seconds = 1
            @Argument("Where.") var place: String?
            func run() async throws {}
        }
        for line in ["--seconds 2 here", "inner here --seconds 2", "here --seconds=2"] {
            guard case .run(let inner as Inner) = try Outer.parse(words(line)) else {
                Issue.record("\(line)")
                continue
            }
            #expect(inner.seconds == 2 && inner.place == "here")
        }
        guard case .run = try Outer.parse([]) else {
            Issue.record("nothing runs")
            return
        }
    }

    @Test func definitionsHaveNoFaults() {
        struct Twice: Command {
            static let about = About("")
            @Option("A.") var home: String?
            @Argument("All.") var all: [String]
            @Argument("One more.") var more: String?
            let shared = Program.Shared()
            func run() async throws {}
        }
        #expect(Program.faults == [])
        #expect(
            Twice.faults == [
                "twice: --home is there twice", "twice: an argument follows one that takes all the rest",
                "twice: has no summary",
            ])
    }

    /// Whatever the words are, the parser answers or explains.
    @Test func anyWordsAreAnsweredOrExplained() {
        let vocabulary =
            words(
                "greet box open close help bob -n -n3 -ln -l -x -- - --times --times= --times=3 --tone --tone=cold --home --help "
                    + "--version --verbose --no-colour --number 7 =") + ["", "ü🙂", "--=", "-=", "---"]
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<5_000 {
            let line = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
                vocabulary[Int.random(in: 0..<vocabulary.count, using: &generator)]
            }
            do throws(UsageError) {
                _ = try Program.parse(line)
            } catch {
                #expect(!error.message.isEmpty && error.description.contains("Usage: program"), "\(line)")
            }
        }
    }
}
