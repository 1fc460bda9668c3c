import Commands
import Foundation
import TestSupport

/// Attacks fresh instances of SysMaint, and reports what each attack achieved.
@main
struct AttackProgram: Command {
    static let about = About(
        "Attack fresh instances of SysMaint as a stranger, an account or a relay would.", name: "attack",
        details: """
            Each attack gets an instance of its own, the program `sysmaint` beside this one, and is told as a row: what \
            was tried, what happened, and the bound that had to hold. Ends with status 1 if one did not.

            Example: attack --short --only ping-flood
            """)

    @Flag("Smaller attacks, against the same bounds.") var short = false
    @Option("The name of an attack; may be given several times.", value: "name") var only: [String] = []

    func run() async throws {
        let chosen = allAttacks.filter { only.isEmpty || only.contains($0.name) }
        guard !chosen.isEmpty else {
            throw ValidationError("the attacks are \(allAttacks.map(\.name).joined(separator: ", "))")
        }
        var rows: [Row] = []
        for attack in chosen {
            let row = await Row(attack, isShort: short)
            print(row.text)
            rows.append(row)
        }
        let failed = rows.filter { !$0.holds }.map(\.name)
        print("\(rows.count - failed.count) of \(rows.count) attacks were held off.")
        if !failed.isEmpty { throw ExitCode.failure }
    }
}

/// One line of the table.
private struct Row {
    let name: String
    let holds: Bool
    let text: String

    init(_ attack: any Attack, isShort: Bool) async {
        name = attack.name
        let outcome: Outcome
        do {
            let trial = try Trial(isShort: isShort)
            outcome = try await withTimeLimit(.seconds(600)) { try await attack.run(trial) }
        } catch {
            outcome = Outcome("it ended early: \(error)", bound: "it runs to its end", holds: false)
        }
        holds = outcome.holds
        text = """
            \(holds ? "held" : "FAILED")  \(name)
                tried     \(attack.tried)
                happened  \(outcome.happened)
                bound     \(outcome.bound)
            """
    }
}
