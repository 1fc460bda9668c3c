import Foundation
import SystemSupport
import TestSupport

/// What is left of a text in bytes that were recorded or stored.
struct Trace {
    private let bytes: Data
    private let differences: Data

    init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Data(bytes)
        differences = Self.differences(self.bytes)
    }

    /// All files whose names begin so: a database has its log beside it, and a socket, which holds nothing.
    init(files path: String) throws {
        let url = URL(fileURLWithPath: path)
        let folder = url.deletingLastPathComponent().path
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasPrefix(url.lastPathComponent) && !$0.hasSuffix(".sock") }
        guard !names.isEmpty else { throw Unexpected("no file \(path)") }
        self.init(
            try names.reduce(Data()) { try $0 + Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($1)")) })
    }

    /// Whether it is there as it is, as part of something in base64, or under the four-byte mask of a WebSocket client.
    func holds(_ text: String) -> Bool {
        let plain = Data(text.utf8)
        let forms = [plain] + (0..<3).map { Self.base64(plain, offset: $0) }
        return forms.contains { form in
            bytes.range(of: form) != nil || differences.range(of: Self.differences(form)) != nil
        }
    }

    /// A mask that repeats every four bytes cancels out between bytes that far apart.
    private static func differences(_ data: Data) -> Data {
        let bytes = [UInt8](data)
        guard bytes.count > 4 else { return Data() }
        return Data((4..<bytes.count).map { bytes[$0] ^ bytes[$0 - 4] })
    }

    /// The characters that the text alone decides when so many bytes stand before it.
    private static func base64(_ text: Data, offset: Int) -> Data {
        let encoded = Data((Data(count: offset) + text).base64EncodedString().utf8)
        let first = (offset * 8 + 5) / 6
        let end = (offset + text.count) * 8 / 6
        return encoded[first..<end]
    }
}
