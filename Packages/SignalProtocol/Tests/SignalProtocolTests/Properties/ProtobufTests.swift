import Testing

@testable import SignalProtocol

struct ProtobufTests {
    @Test(
        arguments: [
            ([0x08], "no value"), ([0x08, 0x80], "a varint that does not end"),
            ([0x0A, 5, 1, 2], "fewer bytes than announced"), ([0x09, 1, 2, 3], "half a fixed number"),
            ([0x0D, 1], "half a short fixed number"), ([0x00], "field number zero"),
            ([0x02, 0], "field number zero"),
            ([0x0C], "the end of no group"), ([0x0B, 0x14], "the end of another group"),
            ([0x0B], "a group without end"),
            ([0x0E], "a wire type that does not exist"), ([0x0F], "a wire type that does not exist"),
            ([0x80, 0x80, 0x80, 0x80, 0x10, 0], "a field number that is too large"),
            ([0x08] + [UInt8](repeating: 0x80, count: 10) + [0], "a varint of eleven bytes"),
            ([0x08] + [UInt8](repeating: 0xFF, count: 9) + [2], "a varint of 65 bits"),
            ([0x0A] + [UInt8](repeating: 0xFF, count: 9) + [1], "a length of 64 bits"),
            ([UInt8](repeating: 0x0B, count: 1000), "groups without end"),
        ] as [([UInt8], String)])
    func brokenInputIsRefused(bytes: [UInt8], what: String) {
        #expect(throws: SignalError.invalidProtobufEncoding, "\(what)") {
            var reader = ProtobufReader(bytes)
            while try reader.next() != nil {}
        }
    }

    @Test func unknownFieldsOfEveryTypeAreSkipped() throws {
        let unknown: [UInt8] = [
            0x10, 0xFF, 0x01, 0x19, 1, 2, 3, 4, 5, 6, 7, 8, 0x22, 2, 9, 9, 0x2D, 1, 2, 3, 4,
            // A group with a group in it.
            0x33, 0x08, 1, 0x3B, 0x0A, 1, 0, 0x3C, 0x34,
        ]
        var reader = ProtobufReader(unknown + [0x08, 7])
        var numbers: [UInt32] = []
        var value: UInt32 = 0
        while let field = try reader.next() {
            numbers.append(field.number)
            if field.number == 1 { value = try field.uint32 }
        }
        #expect(numbers == [2, 3, 4, 5, 6, 1])
        #expect(value == 7)
    }

    @Test func aKnownFieldOfAnotherTypeIsRefused() throws {
        for bytes in [
            [0x08, 1], [0x09, 0, 0, 0, 0, 0, 0, 0, 0], [0x0A, 0], [0x0B, 0x0C], [0x0D, 0, 0, 0, 0],
        ]
            as [[UInt8]]
        {
            var reader = ProtobufReader(bytes)
            let field = try #require(try reader.next())
            let type = bytes[0] & 7
            #expect((try? field.uint64) == (type == 0 ? 1 : nil))
            #expect((try? field.fixed64) == (type == 1 ? 0 : nil))
            #expect((try? field.bytes) == (type == 2 ? [] : nil))
        }
    }

    @Test func numbersAreWrittenShortestAndReadInAnyLength() throws {
        for (value, bytes) in [
            (0, [0]), (127, [0x7F]), (128, [0x80, 1]), (300, [0xAC, 2]),
            (.max, [UInt8](repeating: 0xFF, count: 9) + [1]),
        ] as [(UInt64, [UInt8])] {
            var writer = ProtobufWriter()
            writer.put(value, field: 1)
            #expect(writer.bytes == [0x08] + bytes)
            var reader = ProtobufReader(writer.bytes)
            #expect(try reader.next()?.uint64 == value)
        }
        var long = ProtobufReader([0x08, 0x85, 0x80, 0x00] as [UInt8])
        #expect(try long.next()?.uint64 == 5)
        // A number of more than 32 bits is reduced.
        var wide = ProtobufReader([0x08, 0x85, 0x80, 0x80, 0x80, 0x10] as [UInt8])
        #expect(try wide.next()?.uint32 == 5)
    }
}
