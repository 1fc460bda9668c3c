import Cryptography
import Lattice
import VectorSupport
import Testing

/// Every case of project Wycheproof for ML-KEM-768 and -1024: keys from seeds, encapsulation, decapsulation with keys in
/// either form, and broken keys and ciphertexts.
@Suite(
    .enabled(
        if: WycheproofFolder.path != nil,
        "SYSMAINT_WYCHEPROOF_DIR names no folder of Wycheproof's cases"))
struct Wycheproof {
    private struct Group: Decodable {
        let type, parameterSet: String
        let tests: [Case]
    }

    private struct Case: Decodable {
        let tcId: Int
        let seed, ek, dk, m, c, K: Hex?
        let result: WycheproofFolder.Verdict
    }

    @Test func everyFileIsRecognisedAndEveryCaseHolds() throws {
        var (fileCount, caseCount) = (0, 0)
        for file in try WycheproofFolder.files() where file.algorithm == "ML-KEM" {
            var count = 0
            for group in try file.groups(of: Group.self) {
                let sizes = ["ML-KEM-768": MLKEMParameters.mlkem768, "ML-KEM-1024": .mlkem1024]
                guard let parameters = sizes[group.parameterSet], let check = Self.checks[group.type] else {
                    Issue.record("\(file.name): \(group.parameterSet), \(group.type) is not known here")
                    continue
                }
                for test in group.tests {
                    let isValid = try check(test, parameters)
                    #expect(isValid == (test.result == .valid), "\(file.name), case \(test.tcId)")
                }
                count += group.tests.count
            }
            #expect(count == file.numberOfTests, "\(file.name)")
            print("\(file.name): \(count) cases run")
            fileCount += 1
            caseCount += count
        }
        #expect(fileCount > 0)
        print("Wycheproof for ML-KEM: \(fileCount) files, \(caseCount) cases run")
    }

    /// Each says whether the input is taken and gives what the case expects.
    private static let checks: [String: @Sendable (Case, MLKEMParameters) throws -> Bool] = [
        "MLKEMKeyGen": { test, parameters in
            guard let key = MLKEMDecapsulationKey(seed: try secret(test.seed), parameters: parameters) else {
                return false
            }
            return try key.encapsulationKey.bytes == test.ek?.bytes && key.expanded == secret(test.dk)
        },
        "MLKEMEncapsTest": { test, parameters in
            guard let key = MLKEMEncapsulationKey(try #require(test.ek).bytes, parameters: parameters) else {
                return false
            }
            let (shared, ciphertext) = key.encapsulate(message: try secret(test.m))
            return try ciphertext == test.c?.bytes && shared == secret(test.K)
        },
        "MLKEMDecapsValidationTest": { test, parameters in
            guard let key = MLKEMDecapsulationKey(expanded: try secret(test.dk), parameters: parameters),
                let shared = key.decapsulate(try #require(test.c).bytes)
            else { return false }
            return try shared == secret(test.K)
        },
        "MLKEMTest": { test, parameters in
            guard let key = MLKEMDecapsulationKey(seed: try secret(test.seed), parameters: parameters),
                let shared = key.decapsulate(try #require(test.c).bytes)
            else { return false }
            return try shared == secret(test.K)
                && (test.ek.map { $0.bytes == key.encapsulationKey.bytes } ?? true)
        },
    ]

    private static func secret(_ hex: Hex?) throws -> SecretBytes { SecretBytes(try #require(hex).bytes) }
}
