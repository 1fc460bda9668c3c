import Testing
import TestSupport
import VectorSupport

@testable import Messenger

struct MessagePaddingTests {
    @Test func paddingComesOffAgain() throws {
        let seed: UInt64 = 11
        var random = SeededRandom(seed: seed)
        for count in [
            0, 1, 2, 158, 159, 160, 161, 1278, 1279, 1280, 1281, 5000, MessagePadding.maxMessageByteCount,
        ] {
            var message = random.bytes(count)
            #expect(try MessagePadding.unpadded(MessagePadding.padded(message)) == message, "seed \(seed)")
            message += [0x80, 0, 0]
            guard message.count <= MessagePadding.maxMessageByteCount else { continue }
            #expect(try MessagePadding.unpadded(MessagePadding.padded(message)) == message, "seed \(seed)")
        }
    }

    @Test(arguments: [
        (1, 160), (160, 160), (161, 320), (1120, 1120), (1121, 1280), (1280, 1280), (1281, 1536),
        (1536, 1536),
        (1537, 1792), (2048, 2048), (2049, 2560), (4096, 4096), (4097, 5120), (131_072, 131_072),
        (131_073, 163_840),
    ])
    func bucketHolds(byteCount: Int, bucket: Int) {
        #expect(MessagePadding.bucket(for: byteCount) == bucket)
    }

    @Test func bucketsAreFewAndAddAQuarterAtMost() {
        var buckets: Set<Int> = []
        for count in 1...MessagePadding.maxPaddedByteCount {
            let bucket = MessagePadding.bucket(for: count)
            buckets.insert(bucket)
            let isTight = bucket >= count && (count <= 1280 ? bucket - count < 160 : bucket * 4 <= count * 5)
            if !isTight { Issue.record("\(count) in \(bucket)") }
        }
        #expect(buckets.count == 8 + 4 * 7)
        #expect(buckets.max() == MessagePadding.maxPaddedByteCount)
    }

    @Test func lengthWithinABucketDoesNotShow() throws {
        let sizes = try Set(
            (0..<160).map { try MessagePadding.padded([UInt8](repeating: 1, count: $0)).count })
        #expect(sizes == [160])
    }

    @Test func longestMessageIsTheLimit() throws {
        let limit = MessagePadding.maxMessageByteCount
        #expect(try MessagePadding.padded([UInt8](repeating: 1, count: limit)).count == limit + 1)
        #expect(throws: MessagePadding.Failure.messageTooLong(byteCount: limit + 1)) {
            try MessagePadding.padded([UInt8](repeating: 1, count: limit + 1))
        }
    }

    @Test(
        arguments: [[], [0], [0, 0, 0], [1], [0x80, 1], [0x80, 0, 0x7F, 0], Array("text".utf8)] as [[UInt8]])
    func whatIsNotPaddedIsRefused(_ bytes: [UInt8]) {
        #expect(throws: MessagePadding.Failure.notPadded) { try MessagePadding.unpadded(bytes) }
    }

    @Test(arguments: [[0x80], [0x80, 0], [0x80] + [UInt8](repeating: 0, count: 1000)] as [[UInt8]])
    func emptyMessageIsOne(_ bytes: [UInt8]) throws {
        #expect(try MessagePadding.unpadded(bytes) == [])
    }
}
