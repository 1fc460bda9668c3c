import VectorSupport
import Testing

@testable import SignalProtocol

struct ErasureTests {
    @Test(arguments: [96, 160, 960, 1152])
    func anyChunksRebuildTheMessageAndOneFewerDoNot(_ byteCount: Int) {
        var random = SeededRandom(seed: UInt64(byteCount))
        for round in 0..<8 {
            let message = random.bytes(byteCount)
            let count = byteCount / 32
            var indices: Set<UInt32> = []
            while indices.count < count {
                // Some rounds from the first chunks, most from all there are.
                indices.insert(
                    UInt32.random(in: 0..<(round < 2 ? UInt32(2 * count) : 65_536), using: &random))
            }
            var decoder = ErasureDecoder(byteCount: byteCount)
            for (position, index) in indices.shuffled(using: &random).enumerated() {
                #expect(decoder.message == nil, "round \(round): \(position) chunks")
                var encoder = ErasureEncoder(takenCount: index, form: .message(message))
                let chunk = encoder.next()
                decoder.add(chunk)
                decoder.add(chunk)
                #expect(decoder.chunks.count == position + 1, "round \(round): a duplicate counted")
            }
            #expect(decoder.message == message, "round \(round)")
        }
    }

    @Test func chunksAreTheMessageFirstAndBeginAgainAfterTheLast() {
        var random = SeededRandom(seed: 32)
        let message = random.bytes(96)
        var encoder = ErasureEncoder(message)
        let first = (0..<5).map { _ in encoder.next() }
        #expect(first.map(\.index) == [0, 1, 2, 3, 4])
        #expect(first.prefix(3).flatMap(\.bytes) == message)

        var late = ErasureEncoder(takenCount: 65_534, form: encoder.form)
        #expect((0..<7).map { _ in late.next() }.suffix(5) == first[...])
        var last = ErasureEncoder(takenCount: .max, form: encoder.form)
        #expect(last.next().index == 65_535)
        #expect(last.next() == first[0])
    }

    @Test func completeDecoderIgnoresFurtherParity() {
        let message = [UInt8](0..<96)
        var encoder = ErasureEncoder(message)
        var decoder = ErasureDecoder(byteCount: 96)
        for _ in 0..<3 { decoder.add(encoder.next()) }
        let complete = decoder
        decoder.add(encoder.next())
        #expect(decoder == complete)
    }
}
