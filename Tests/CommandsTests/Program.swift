import Commands

/// A program of which each part is there to be tested.
struct Program: Command {
    static let about = About(
        "Does things.", name: "program", details: "Example: program greet bob", version: "1.2.3",
        versionDetails: { "parts 4.5" }, commands: [Greet.self, Box.self, Secretly.self])

    struct Greet: Command {
        static let about = About("Greet somebody.", details: "Example: program greet bob -n 2 --loud")

        enum Tone: String, ArgumentValue, CaseIterable { case warm, cold }

        @Argument("Whom.") var name: String
        @Argument("Whom else.") var others: [String]
        @Option("How often.", short: "n", value: "number") var times = 1
        @Option("How.") var tone = Tone.warm
        @Option("On behalf of.") var from: [String]
        @Option("Where.", value: "url") var baseURL: String?
        @Flag("Loudly.", short: "l") var loud = false
        @Flag("Twice as long.", short: "v") var verbose = false
        @Flag("With colours.") var colour = true
        let shared = Shared()

        func validate() throws {
            guard times > 0 else { throw ValidationError("--times must be at least 1") }
        }

        func run() async throws {}
    }

    struct Shared: Arguments {
        @Option("Where the data is.", value: "folder") var home: String?

        func validate() throws {
            guard home != "nowhere" else { throw ValidationError("there is no such home") }
        }
    }

    struct Box: Command {
        static let about = About(
            "Boxes.", groups: [.init("Daily", [Open.self]), .init("Rare", [Close.self])])

        struct Open: Command {
            static let about = About("Open one.")
            @Option("Which.") var number: Int
            func run() async throws { throw ExitCode(Int32(number)) }
        }

        struct Close: Command {
            static let about = About("Close one.")
            func run() async throws { throw ValidationError("it cannot be closed") }
        }
    }

    struct Secretly: Command {
        static let about = About("For itself.", isHidden: true)
        func run() async throws {}
    }
}

/// Words as a shell would split them, without quotes.
func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

func greet(_ line: String) throws -> Program.Greet {
    guard case .run(let command as Program.Greet) = try Program.parse(words("greet " + line)) else {
        throw ValidationError("another command")
    }
    return command
}

func shown(_ line: String) throws -> String {
    guard case .show(let text) = try Program.parse(words(line)) else { throw ValidationError("no text") }
    return text
}

func complaint(_ line: String) -> String? {
    do throws(UsageError) {
        _ = try Program.parse(words(line))
        return nil
    } catch {
        return error.message
    }
}
