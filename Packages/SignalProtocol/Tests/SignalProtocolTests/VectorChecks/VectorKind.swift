import Foundation

/// One format of vector files: how it is known, by its contents and not by its name, and how its cases are checked.
struct VectorKind: Sendable {
    let name: String
    let recognises: @Sendable (VectorDocument) -> Bool
    /// Checks every case, reporting what does not hold, and says how many there were.
    let check: @Sendable (VectorDocument) throws -> Int

    init(
        _ name: String, recognises: @escaping @Sendable (VectorDocument) -> Bool,
        check: @escaping @Sendable (VectorDocument) throws -> Int
    ) {
        self.name = name
        self.recognises = recognises
        self.check = check
    }

    /// Files whose cases are in `list` and all have one of the forms in `checks`.
    init(_ name: String, list: String = "vectors", _ checks: [CaseCheck]) {
        self.init(name) { file in
            guard let cases = try? file.root.cases(list), !cases.isEmpty else { return false }
            return cases.allSatisfy { vector in checks.contains { $0.recognises(vector) } }
        } check: { file in
            let cases = try file.root.cases(list)
            for vector in cases {
                for check in checks where check.recognises(vector) { try check.check(vector, file) }
            }
            return cases.count
        }
    }

    /// Files which can be decoded as `File`.
    init<File: VectorFile>(_ file: File.Type) {
        self.init("\(file)") { document in
            (try? JSONDecoder().decode(file, from: document.data)) != nil
        } check: { document in
            try JSONDecoder().decode(file, from: document.data).check()
        }
    }

    /// Every format there is.
    static let all: [VectorKind] =
        [
            .curve, .signatures, .kem, .mlKEM, .symmetric, .ratchet, .pqxdh, .wire, .records, .addresses,
            .fingerprints,
            .certificates, .conversations, .groupConversations,
        ] + officialKinds + ratchetKinds

    /// The post-quantum ratchet and what it is made of.
    private static let ratchetKinds = [
        VectorKind(SplitMLKEMVectors.self), VectorKind(GF16Vectors.self), VectorKind(ErasureVectors.self),
        VectorKind(ErasureStateVectors.self), VectorKind(SPQRMessageVectors.self),
        VectorKind(SPQRDerivationVectors.self), VectorKind(SPQRChainVectors.self),
        VectorKind(SPQRSessionVectors.self), VectorKind(SPQRNegotiationVectors.self),
        VectorKind(SPQROfficialStateVectors.self),
    ]

    /// The format of a file.
    ///
    /// - Throws: If there is none, or more than one.
    static func of(_ file: VectorDocument) throws -> VectorKind {
        let kinds = all.filter { $0.recognises(file) }
        guard let kind = kinds.first, kinds.count == 1 else {
            let found = kinds.isEmpty ? "no known format" : "more than one format: \(kinds.map(\.name))"
            throw VectorError(description: "\(file.name) has \(found)")
        }
        return kind
    }
}

/// One form of cases.
struct CaseCheck: Sendable {
    let recognises: @Sendable (VectorCase) -> Bool
    let check: @Sendable (VectorCase, VectorDocument) throws -> Void

    /// Cases which say themselves what they are.
    static func kind(
        _ kind: String, key: String = "kind",
        _ check: @escaping @Sendable (VectorCase, VectorDocument) throws -> Void
    ) -> CaseCheck {
        CaseCheck(recognises: { (try? $0.string(key)) == kind }, check: check)
    }

    /// Cases which are known by what they hold.
    static func fields(
        _ fields: String..., check: @escaping @Sendable (VectorCase, VectorDocument) throws -> Void
    ) -> CaseCheck {
        CaseCheck(recognises: { vector in fields.allSatisfy { vector.has($0) } }, check: check)
    }
}
