import CWslay

/// The source and destination of frames.
protocol FrameTransport: AnyObject {
    /// Moves bytes to `place`, at most `count`; returns the number of bytes.
    func read(to place: UnsafeMutableRawPointer?, count: Int) -> Int
    func write(_ bytes: UnsafeRawBufferPointer)
}

/// wslay's framing on a stream. It is a class because it owns wslay's context; confined to the stream's loop.
final class FrameCodec {
    enum Role { case server, client }

    private unowned let stream: any FrameTransport
    private let masks: UInt8
    private var context: OpaquePointer?
    private var frame: FrameHeader?
    private var rest: UInt64 = 0
    /// How many bytes wslay has taken, and how many of them belong to frames that have begun.
    private var taken: UInt64 = 0
    private var begun: UInt64 = 0
    /// The last bytes that it has taken: at least a header.
    private var newest: [UInt8] = []

    init(_ stream: any FrameTransport, role: Role) {
        self.stream = stream
        masks = role == .client ? 1 : 0
        var callbacks = wslay_frame_callbacks()
        // wslay calls these only from within `read` and `write`.
        callbacks.recv_callback = { place, count, _, context in
            let codec = object(context, FrameCodec.self)
            let count = codec.stream.read(to: place, count: count)
            guard count > 0 else { return -1 }
            codec.note(UnsafeRawBufferPointer(start: place, count: count))
            return count
        }
        callbacks.send_callback = { bytes, count, _, context in
            object(context, FrameCodec.self).stream.write(UnsafeRawBufferPointer(start: bytes, count: count))
            return count
        }
        callbacks.genmask_callback = { place, count, _ in
            var random = SystemRandomNumberGenerator()
            for index in 0..<count { place?[index] = random.next() }
            return 0
        }
        wslay_frame_context_init(&context, &callbacks, Unmanaged.passUnretained(self).toOpaque())
        precondition(context != nil, "out of memory")
    }

    deinit { wslay_frame_context_free(context) }

    /// Feeds frames to `assembler` until it has output; nil if more bytes are needed.
    func read(into assembler: inout MessageAssembler) throws(WebSocketViolation) -> MessageAssembler.Output? {
        while true {
            var received = wslay_frame_iocb()
            let count = wslay_frame_recv(context, &received)
            guard count >= 0 else {
                guard count == Int(WSLAY_ERR_WANT_READ.rawValue) else {
                    throw WebSocketViolation(1002, "the frame is malformed")
                }
                // wslay tells of a header together with the first bytes behind it, which may never come.
                if frame == nil, let header = FrameHeader(wholeHeader) { try begin(header, &assembler) }
                return nil
            }
            let current: FrameHeader
            if let frame {
                current = frame
            } else {
                current = FrameHeader(
                    isFinal: received.fin != 0, reservedBits: received.rsv, opcode: received.opcode,
                    isMasked: received.mask != 0, length: received.payload_length)
                try begin(current, &assembler)
            }
            let piece = UnsafeRawBufferPointer(start: received.data, count: received.data_length)
            if !piece.isEmpty { try assembler.append(piece.bytes, of: current) }
            rest -= UInt64(piece.count)
            guard rest == 0 else { continue }
            frame = nil
            if let output = try assembler.end(current) { return output }
        }
    }

    private func begin(
        _ header: FrameHeader, _ assembler: inout MessageAssembler
    ) throws(WebSocketViolation) {
        try assembler.begin(header)
        (frame, rest) = (header, header.length)
        begun += UInt64(header.byteCount) + header.length
    }

    private func note(_ bytes: UnsafeRawBufferPointer) {
        taken += UInt64(bytes.count)
        if bytes.count >= FrameHeader.maxByteCount { newest.removeAll(keepingCapacity: true) }
        newest.append(contentsOf: bytes.suffix(FrameHeader.maxByteCount))
        newest.removeFirst(max(0, newest.count - FrameHeader.maxByteCount))
    }

    /// What was taken behind the last frame.
    private var wholeHeader: ArraySlice<UInt8> { newest.suffix(Int(clamping: taken - begun)) }

    /// Adds one frame to the output.
    func write(_ opcode: UInt8, _ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { bytes in
            var frame = wslay_frame_iocb(
                fin: 1, rsv: 0, opcode: opcode, payload_length: UInt64(bytes.count), mask: masks,
                data: bytes.baseAddress, data_length: bytes.count)
            wslay_frame_send(context, &frame)
        }
    }
}

extension FrameHeader {
    static let maxByteCount = 14

    /// The size of the length behind the first two bytes.
    private static func extensionByteCount(_ length: UInt64) -> Int {
        length < 126 ? 0 : length <= UInt64(UInt16.max) ? 2 : 8
    }

    var byteCount: Int { 2 + Self.extensionByteCount(length) + (isMasked ? 4 : 0) }

    /// Nil unless the bytes are a header, from beginning to end.
    init?(_ bytes: ArraySlice<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count >= 2 else { return nil }
        let short = bytes[1] & 0x7F
        let extent = short == 126 ? 2 : short == 127 ? 8 : 0
        guard bytes.count >= 2 + extent else { return nil }
        let length = bytes[2..<(2 + extent)].reduce(0) { $0 << 8 | UInt64($1) }
        self.init(
            isFinal: bytes[0] & 0x80 != 0, reservedBits: bytes[0] >> 4 & 7, opcode: bytes[0] & 0x0F,
            isMasked: bytes[1] & 0x80 != 0, length: extent == 0 ? UInt64(short) : length)
        guard bytes.count == byteCount else { return nil }
    }
}
