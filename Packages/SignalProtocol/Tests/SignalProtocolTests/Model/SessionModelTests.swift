import Testing

struct SessionModelTests {
    /// Ten thousand steps in all.
    @Test(arguments: [(2, 1), (2, 2), (3, 3), (4, 4)] as [(Int, UInt64)])
    func everyMessageArrivesOnceOrIsKnownToBeLost(partyCount: Int, seed: UInt64) throws {
        var model = try SessionModel(partyCount: partyCount, seed: seed)
        for step in 0..<2500 {
            do { try model.step() } catch { Issue.record(error, "seed \(seed), step \(step)") }
        }
        try model.settle()
        #expect(model.deliveredCount > 700, "seed \(seed)")
        #expect(model.lostCount < model.deliveredCount / 2, "seed \(seed)")
    }
}
