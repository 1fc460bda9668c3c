import TestSupport

@testable import Networking

/// Reads what comes as frames of a client, whole and in pieces; what was read must come through when it is sent again.
///
/// The first byte says how long the pieces are.
enum SocketFrames {
    private final class Pipe: FrameTransport {
        var input: [UInt8] = []
        var output: [UInt8] = []

        func read(to place: UnsafeMutableRawPointer?, count: Int) -> Int {
            let piece = input.prefix(count)
            piece.withUnsafeBytes { bytes in
                if let start = bytes.baseAddress { place?.copyMemory(from: start, byteCount: bytes.count) }
            }
            input.removeFirst(piece.count)
            return piece.count
        }

        func write(_ bytes: UnsafeRawBufferPointer) { output.append(contentsOf: bytes) }
    }

    private struct Reading: Equatable {
        var outputs: [MessageAssembler.Output] = []
        var violation: UInt16?
    }

    static func run(on input: [UInt8]) {
        guard let first = input.first else { return }
        let bytes = Array(input.dropFirst())
        let whole = read(bytes, max(1, bytes.count), isServer: true)
        precondition(read(bytes, Int(first % 16) + 1, isServer: true) == whole, "pieces make a difference")
        let pipe = Pipe()
        let codec = FrameCodec(pipe, role: .server)
        let sent = whole.outputs.filter { if case .message = $0 { true } else { false } }
        for case .message(let message) in sent {
            codec.write(message.kind == .text ? FrameHeader.text : FrameHeader.binary, message.bytes)
        }
        precondition(read(pipe.output, 7, isServer: false).outputs == sent, "messages do not come through")
    }

    private static func read(_ bytes: [UInt8], _ size: Int, isServer: Bool) -> Reading {
        var limits = WebSocketLimits()
        (limits.message, limits.fragments) = (70_000, 10)
        var reading = Reading()
        var assembler = MessageAssembler(isServer: isServer, limits: limits)
        let pipe = Pipe()
        let codec = FrameCodec(pipe, role: isServer ? .server : .client)
        do {
            for start in stride(from: 0, to: bytes.count, by: size) {
                pipe.input += bytes[start..<min(bytes.count, start + size)]
                while let output = try codec.read(into: &assembler) {
                    if case .message(let message) = output, message.kind == .text {
                        precondition(
                            String(validating: message.bytes, as: UTF8.self) != nil, "text that is not UTF-8")
                    }
                    reading.outputs.append(output)
                }
            }
        } catch {
            reading.violation = error.code
        }
        return reading
    }

    static var seeds: [(name: String, bytes: [UInt8])] {
        let mask: [UInt8] = [1, 2, 3, 4]
        let frame = RawFrame.client
        let text = Array("hällo 🙂".utf8)
        return [
            ("text", frame(0x81, text)), ("binary", frame(0x82, [UInt8](repeating: 0, count: 200))),
            (
                "fragments",
                frame(0x01, Array(text.prefix(2))) + frame(0x89, [1]) + frame(0x80, Array(text.dropFirst(2)))
            ),
            ("controls", frame(0x89, [1, 2]) + frame(0x8A, []) + frame(0x88, [3, 232] + text)),
            ("reserved", frame(0xC1, text)), ("long", [0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0] + mask + [1]),
            ("unmasked", [0x81, 1, 97]), ("empty", frame(0x81, []) + frame(0x88, [])),
        ].map { ($0, [3] + $1) }
    }
}
