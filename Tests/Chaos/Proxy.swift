import NIOCore
import NIOPosix
import Synchronization

/// A way to the relay that breaks: cuts connections, or leaves them open and carries nothing any more.
final class Proxy: Sendable {
    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private struct Link {
        let ends: [any Channel]
        var isFrozen = false
    }

    private struct State {
        var lastID = 0
        var links: [Int: Link] = [:]
    }

    private let listener: NIOAsyncChannel<Connection, Never>
    private let target: Int
    private let state = Mutex(State())

    var port: Int { listener.channel.localAddress?.port ?? 0 }

    /// Listens on a port of its own for connections to the port `target`.
    init(to target: Int) async throws {
        self.target = target
        listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try Connection(wrappingChannelSynchronously: channel)
                }
            }
    }

    /// Carries connections until the task is cancelled.
    func run() async throws {
        try await listener.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { group in
                for try await connection in connections {
                    // However a connection ends, the others go on.
                    group.addTask { try? await self.carry(connection) }
                }
            }
        }
    }

    /// Cuts all connections, without a goodbye.
    func cut() {
        for link in state.withLock({ Array($0.links.values) }) { close(link) }
    }

    /// From now on nothing passes on the present connections, though they stay open.
    ///
    /// - Returns: Which these are.
    func freeze() -> [Int] {
        state.withLock { state in
            for id in state.links.keys { state.links[id]?.isFrozen = true }
            return Array(state.links.keys)
        }
    }

    func cut(_ ids: [Int]) {
        for link in state.withLock({ state in ids.compactMap { state.links[$0] } }) { close(link) }
    }

    private func close(_ link: Link) {
        for end in link.ends { end.close(promise: nil) }
    }

    private func carry(_ near: Connection) async throws {
        try await near.executeThenClose { nearIn, nearOut in
            let far = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(host: "127.0.0.1", port: self.target) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try Connection(wrappingChannelSynchronously: channel)
                    }
                }
            let id = self.state.withLock { state in
                state.lastID += 1
                state.links[state.lastID] = Link(ends: [near.channel, far.channel])
                return state.lastID
            }
            defer { self.state.withLock { $0.links[id] = nil } }
            try await far.executeThenClose { farIn, farOut in
                try await withThrowingTaskGroup { group in
                    group.addTask { try await self.carry(from: nearIn, to: farOut, on: id) }
                    group.addTask { try await self.carry(from: farIn, to: nearOut, on: id) }
                    try await group.next()
                    group.cancelAll()
                }
            }
        }
    }

    private func carry(
        from inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        to outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>, on id: Int
    ) async throws {
        for try await bytes in inbound where !isFrozen(id) { try await outbound.write(bytes) }
        // The end of a frozen connection is not passed on either: the task stays until the connection is cut, which ends
        // its group, at the latest for longer than anybody waits for it.
        if isFrozen(id) { try await Task.sleep(for: .seconds(30)) }
    }

    private func isFrozen(_ id: Int) -> Bool { state.withLock { $0.links[id]?.isFrozen ?? false } }
}
