import Testing

/// Every vector file of the post-quantum ratchet.
struct SPQRVectorTests {
    @Test func fieldArithmetic() throws {
        #expect(try GF16Vectors(vectorFile: "spqr-gf16").check() == 64)
    }

    @Test func erasureCode() throws {
        #expect(try ErasureVectors(vectorFile: "spqr-erasure").check() == 6)
    }

    @Test func storedErasureCode() throws {
        #expect(try ErasureStateVectors(vectorFile: "spqr-erasure-state").check() == 16)
    }

    @Test func messages() throws {
        #expect(try SPQRMessageVectors(vectorFile: "spqr-message").check() == 72)
    }

    @Test func derivations() throws {
        #expect(try SPQRDerivationVectors(vectorFile: "spqr-kdf").check() == 21)
    }

    @Test func chains() throws {
        #expect(try SPQRChainVectors(vectorFile: "spqr-chain").check() == 96)
    }

    @Test func versionNegotiation() throws {
        #expect(try SPQRNegotiationVectors(vectorFile: "spqr-negotiation").check() == 72)
    }

    @Test(
        arguments: zip(
            ["lockstep", "minversion0", "onesided", "chaos1", "edges"], [400, 220, 340, 1171, 747]))
    func sessions(_ name: String, rowCount: Int) throws {
        #expect(try SPQRSessionVectors(vectorFile: "spqr-session-\(name)").check() == rowCount)
    }

    @Test func officialStatesGoOn() throws {
        #expect(try SPQROfficialStateVectors(vectorFile: "spqr-official-states").check() == 2)
    }
}
