#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A UUID that names an account or its phone-number identity.
///
/// | form | ACI | PNI |
/// |---|---|---|
/// | text | `c04d643e-…` | `PNI:c04d643e-…` |
/// | binary | 16 bytes | `01`, 16 bytes |
/// | fixed width | `00`, 16 bytes | `01`, 16 bytes |
public struct ServiceID: Hashable, Sendable {
    /// What a service id names.
    public enum Kind: UInt8, Sendable {
        /// An account.
        case aci = 0
        /// The phone-number identity of an account.
        case pni = 1
    }

    private static let pniPrefix = "PNI:"
    static let fixedWidthByteCount = 17

    /// What it names.
    public let kind: Kind
    /// The UUID, 16 bytes in network order. Its version and variant are not checked.
    public let uuid: [UInt8]

    /// - Parameters:
    ///   - kind: Account or phone-number identity.
    ///   - uuid: 16 bytes in network order; the result is nil for any other length.
    public init?(kind: Kind, uuid: some Collection<UInt8>) {
        guard uuid.count == UUIDText.byteCount else { return nil }
        self.kind = kind
        self.uuid = Array(uuid)
    }

    /// A service id for a UUID.
    public init(kind: Kind, uuid: UUID) {
        self.kind = kind
        self.uuid = withUnsafeBytes(of: uuid.uuid, Array.init)
    }

    /// The UUID as such, without what it names.
    public var uuidValue: UUID { UUID(networkOrder: uuid) }

    /// Reads the text form: an optional `PNI:`, then 8-4-4-4-12 hex digits of either case. Nothing else is accepted.
    public init?(_ text: String) {
        let isPNI = text.hasPrefix(Self.pniPrefix)
        guard let uuid = UUIDText.bytes(of: isPNI ? text.dropFirst(Self.pniPrefix.count) : text[...]) else {
            return nil
        }
        self.init(kind: isPNI ? .pni : .aci, uuid: uuid)
    }

    /// Reads the variable-width binary form.
    public init?(binary bytes: some Collection<UInt8>) {
        switch bytes.count {
        case UUIDText.byteCount: self.init(kind: .aci, uuid: bytes)
        case Self.fixedWidthByteCount where bytes.first == Kind.pni.rawValue:
            self.init(kind: .pni, uuid: bytes.dropFirst())
        default: return nil
        }
    }

    /// Reads the fixed-width binary form.
    public init?(fixedWidth bytes: some Collection<UInt8>) {
        guard let first = bytes.first, let kind = Kind(rawValue: first) else { return nil }
        self.init(kind: kind, uuid: bytes.dropFirst())
    }

    /// The variable-width binary form: 16 or 17 bytes.
    public var binary: [UInt8] { kind == .aci ? uuid : fixedWidth }

    /// The fixed-width binary form: 17 bytes.
    public var fixedWidth: [UInt8] { [kind.rawValue] + uuid }
}

extension ServiceID: CustomStringConvertible {
    /// The text form, in lower case.
    public var description: String { (kind == .pni ? Self.pniPrefix : "") + UUIDText.text(of: uuid) }
}

extension ServiceID: Comparable {
    /// Orders accounts before phone-number identities, then by the bytes of the UUID.
    public static func < (left: ServiceID, right: ServiceID) -> Bool {
        left.fixedWidth.lexicographicallyPrecedes(right.fixedWidth)
    }
}
