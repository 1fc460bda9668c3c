#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A UUID that names one sender's distribution in a group.
public struct DistributionID: Hashable, Sendable {
    /// 16 bytes in network order.
    public let bytes: [UInt8]

    /// - Parameter bytes: 16 bytes in network order; the result is nil for any other length.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == UUIDText.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// The id for a UUID.
    public init(_ uuid: UUID) { bytes = withUnsafeBytes(of: uuid.uuid, Array.init) }

    /// The id as a UUID.
    public var uuid: UUID { UUID(networkOrder: bytes) }

    /// Reads the hyphenated text of a UUID, in either case.
    public init?(_ text: String) {
        guard let bytes = UUIDText.bytes(of: text[...]) else { return nil }
        self.bytes = bytes
    }
}

extension DistributionID: CustomStringConvertible {
    /// The hyphenated text, in lower case.
    public var description: String { UUIDText.text(of: bytes) }
}
