/// Hides the length of a message inside its ciphertext.
///
/// - Shape: the message, `80`, then zeros up to the next bucket. Buckets are the multiples of 160 bytes up to 1,280;
///   beyond, each doubling is divided into four equal steps (1,536, 1,792, 2,048, 2,560 … 163,840), so that padding adds
///   a quarter at most.
package enum MessagePadding {
    private static let smallStep = 160
    private static let smallLimit = 1280
    /// The largest bucket. With what encryption adds it stays below the largest body of an envelope.
    package static let maxPaddedByteCount = 160 * 1024
    package static let maxMessageByteCount = maxPaddedByteCount - 1
    private static let marker: UInt8 = 0x80

    package enum Failure: Error, Hashable, Sendable {
        case messageTooLong(byteCount: Int)
        /// What was decrypted does not end in `80` and zeros.
        case notPadded
    }

    package static func padded(_ message: some Collection<UInt8>) throws(Failure) -> [UInt8] {
        guard message.count <= maxMessageByteCount else { throw .messageTooLong(byteCount: message.count) }
        var padded: [UInt8] = []
        padded.reserveCapacity(bucket(for: message.count + 1))
        padded.append(contentsOf: message)
        padded.append(marker)
        padded.append(contentsOf: repeatElement(0, count: bucket(for: padded.count) - padded.count))
        return padded
    }

    package static func unpadded(_ padded: some BidirectionalCollection<UInt8>) throws(Failure) -> [UInt8] {
        guard let end = padded.lastIndex(where: { $0 != 0 }), padded[end] == marker else { throw .notPadded }
        return Array(padded[..<end])
    }

    /// The smallest bucket that holds `byteCount` bytes.
    static func bucket(for byteCount: Int) -> Int {
        let step = byteCount <= smallLimit ? smallStep : largeStep(for: byteCount)
        return (byteCount + step - 1) / step * step
    }

    /// A quarter of the greatest power of two below `byteCount`.
    private static func largeStep(for byteCount: Int) -> Int {
        let exponent = Int.bitWidth - 1 - (byteCount - 1).leadingZeroBitCount
        return 1 << (exponent - 2)
    }
}

extension MessagePadding.Failure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .messageTooLong(let byteCount):
            "the message has \(byteCount) bytes, more than \(MessagePadding.maxMessageByteCount); send less at once"
        case .notPadded: "the decrypted message is not padded as this version expects"
        }
    }
}
