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

    init(_ stream: any FrameTransport, role: Role) {
        self.stream = stream
        masks = role == .client ? 1 : 0
        var callbacks = wslay_frame_callbacks()
        // wslay calls these only from within `read` and `write`.
        callbacks.recv_callback = { place, count, _, context in
            let count = object(context, FrameCodec.self).stream.read(to: place, count: count)
            return count > 0 ? count : -1
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
                if count == Int(WSLAY_ERR_WANT_READ.rawValue) { return nil }
                throw WebSocketViolation(1002, "the frame is malformed")
            }
            let current: FrameHeader
            if let frame {
                current = frame
            } else {
                current = FrameHeader(
                    isFinal: received.fin != 0, reservedBits: received.rsv, opcode: received.opcode,
                    isMasked: received.mask != 0, length: received.payload_length)
                rest = received.payload_length
                try assembler.begin(current)
                frame = current
            }
            let piece = UnsafeRawBufferPointer(start: received.data, count: received.data_length)
            if !piece.isEmpty { try assembler.append(piece.bytes, of: current) }
            rest -= UInt64(piece.count)
            guard rest == 0 else { continue }
            frame = nil
            if let output = try assembler.end(current) { return output }
        }
    }

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
