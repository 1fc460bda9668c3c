import Testing
import VectorSupport

@testable import SignalProtocol

extension VectorKind {
    /// Service ids, device ids, the field that says who wrote to whom.
    static let addresses = VectorKind(
        "addresses",
        [
            .kind("representations") { vector, _ in
                let id = try #require(ServiceID(vector.string("string")), "\(vector)")
                #expect(try id.kind == kind(vector), "\(vector)")
                #expect(try id.binary == vector.bytes("binary"), "\(vector)")
                #expect(try id.fixedWidth == vector.bytes("fixed_width"), "\(vector)")
                #expect(try id.description == vector.string("string"), "\(vector)")
                #expect(ServiceID(binary: id.binary) == id, "\(vector)")
                #expect(ServiceID(fixedWidth: id.fixedWidth) == id, "\(vector)")
            },
            .kind("parse_string_reject") { vector, _ in
                let input = try vector.string("input")
                #expect(ServiceID(input) == nil, "\(vector)")
            },
            .kind("parse_string_accept") { vector, _ in
                let id = try #require(ServiceID(vector.string("input")), "\(vector)")
                #expect(try id.kind == kind(vector), "\(vector)")
                #expect(try UUIDText.text(of: id.uuid) == vector.string("uuid"), "\(vector)")
            },
            .kind("parse_binary_reject") { vector, _ in
                let input = try vector.bytes("input")
                #expect(ServiceID(binary: input) == nil, "\(vector)")
            },
            .kind("parse_fixed_width_reject") { vector, _ in
                let input = try vector.bytes("input")
                #expect(ServiceID(fixedWidth: input) == nil, "\(vector)")
            },
            .kind("addresses_field") { vector, _ in
                let sender = try ProtocolAddress(
                    name: vector.string("sender_name"), deviceID: vector.int("sender_device") as Int)
                let recipient = try ProtocolAddress(
                    name: vector.string("recipient_name"), deviceID: vector.int("recipient_device") as Int)
                let field = AddressesField.bytes(sender: sender, recipient: recipient)
                #expect(try field == vector.bytesIfPresent("bytes"), "\(vector)")
            },
            .kind("device_id") { vector, _ in
                let value: UInt32 = try vector.int("value")
                if try vector.bool("valid") {
                    #expect(
                        try ProtocolAddress(name: "somebody", deviceID: value).deviceID == value, "\(vector)")
                } else {
                    #expect(
                        throws: SignalError.invalidProtocolAddress(name: "somebody", deviceID: value),
                        "\(vector)"
                    ) { try ProtocolAddress(name: "somebody", deviceID: value) }
                }
            },
        ])

    private static func kind(_ vector: VectorCase) throws -> ServiceID.Kind {
        try vector.string("type") == "PNI" ? .pni : .aci
    }
}
