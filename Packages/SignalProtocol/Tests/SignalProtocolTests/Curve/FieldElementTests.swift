import VectorSupport
import Testing

@testable import Cryptography
@testable import SignalProtocol

struct FieldElementTests {
    @Test func everyElementTimesItsInverseIsOne() {
        var random = SeededRandom(seed: 700)
        for round in 0..<50 {
            let element = FieldElement(littleEndian: random.bytes(32))
            #expect(
                (element * element.inverted).littleEndian == FieldElement.one.littleEndian, "round \(round)")
            #expect((element - element).littleEndian == [UInt8](repeating: 0, count: 32), "round \(round)")
            let other = FieldElement(littleEndian: random.bytes(32))
            let difference = (element - other) * (element + other)
            #expect(
                difference.littleEndian == (element * element - other * other).littleEndian, "round \(round)")
        }
    }

    /// Values around p, where reduction begins; the bytes are those of p plus `offset`.
    @Test(arguments: -3...18)
    func valuesAroundThePrimeAreReduced(offset: Int) {
        var bytes = [UInt8](repeating: 0xFF, count: 32)
        bytes[0] = UInt8(0xED + offset)
        bytes[31] = 0x7F
        let element = FieldElement(littleEndian: bytes)
        if offset < 0 {
            #expect(element.littleEndian == bytes)
        } else {
            #expect(element.littleEndian == [UInt8(offset)] + [UInt8](repeating: 0, count: 31))
        }
        #expect(element.isMinusOne == (offset == -1))
        // The top bit is not part of the value.
        bytes[31] = 0xFF
        #expect(FieldElement(littleEndian: bytes).littleEndian == element.littleEndian)
    }

    /// Numbers of one bit, of all bits up to one, and their opposites: the shortest and the longest ways to an inverse.
    @Test func inversesOfTheEdgesAreRight() {
        for bit in 0..<255 {
            var bytes = [UInt8](repeating: 0, count: 32)
            bytes[bit / 8] = 1 << (bit % 8)
            let power = FieldElement(littleEndian: bytes)
            for element in [power, power - .one, power + .one, .one - power] where !element.isZero {
                #expect(
                    (element * element.inverted).littleEndian == FieldElement.one.littleEndian, "bit \(bit)")
                #expect(element.inverted.inverted.littleEndian == element.littleEndian, "bit \(bit)")
            }
        }
    }

    @Test func zeroHasNoInverse() {
        let zero = FieldElement(littleEndian: [UInt8](repeating: 0, count: 32))
        #expect(zero.inverted.littleEndian == zero.littleEndian)
        #expect((zero - .one).isMinusOne)
    }
}

extension FieldElement {
    fileprivate var isZero: Bool { words == (0, 0, 0, 0) }
}
