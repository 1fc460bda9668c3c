import Foundation
import TestSupport
import Testing

@testable import attack

/// `make attack` in short: each attack against a fresh instance.
@Suite(.serialized)
struct ShortAttackTests {
    @Test(.timeLimit(.minutes(10)), arguments: allAttacks.map(\.name))
    func theAttackIsHeldOff(_ name: String) async throws {
        let program = try ChildProcess(
            ChildProcess.product("attack"), ["--short", "--only", name], in: ScratchDirectory())
        let output = try await program.end(within: .seconds(590))
        #expect(output.status == 0, "\(output.text) \(output.log)")
    }
}
