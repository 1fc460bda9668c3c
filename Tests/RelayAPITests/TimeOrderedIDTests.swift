import Foundation
import RelayAPI
import Testing
import TestSupport
import VectorSupport

struct TimeOrderedIDTests {
    @Test func laterIdsSortBehindEarlierOnes() {
        var random = SeededRandom(seed: 7)
        let ids = (0..<1000).map {
            UUID.timeOrdered(
                at: Date(timeIntervalSince1970: 1_700_000_000 + Double($0) / 1000), using: &random)
        }
        #expect(ids == ids.sorted { $0.uuidString < $1.uuidString })
        #expect(Set(ids).count == 1000)
    }

    /// The example of RFC 9562, appendix A.6: version, variant and the milliseconds stand where they belong.
    @Test func fieldsStandWhereTheStandardPutsThem() {
        var random = SeededRandom(seed: 1)
        let id = UUID.timeOrdered(at: Date(timeIntervalSince1970: 1_645_557_742), using: &random).uuidString
        #expect(id.hasPrefix("017F22E2-79B0-7"))
        #expect("89AB".contains(id.dropFirst(19).prefix(1)))
    }

    @Test func idsOfOneMomentDiffer() {
        let now = Date()
        #expect(Set((0..<1000).map { _ in UUID.timeOrdered(at: now) }).count == 1000)
    }
}
