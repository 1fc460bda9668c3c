import Services

extension ServiceGroup {
    /// Runs the services that `make` makes while `body` runs, from when one of them has announced its port.
    package static func running<Value: Sendable>(
        _ make: (_ announce: @escaping @Sendable (Int) -> Void) throws -> ServiceGroup,
        _ body: @escaping @Sendable (_ port: Int, _ group: ServiceGroup) async throws -> Value
    ) async throws -> Value {
        let (ports, announced) = AsyncStream.makeStream(of: Int.self)
        let group = try make { announced.yield($0) }
        return try await withThrowingTaskGroup(of: Value?.self) { tasks in
            tasks.addTask {
                try await group.run()
                return nil
            }
            tasks.addTask {
                defer { group.stop() }
                guard let port = await ports.first(where: { _ in true }) else { throw CancellationError() }
                return try await body(port, group)
            }
            var value: Value?
            while let next = try await tasks.next() { value = next ?? value }
            guard let value else { throw Unexpected("the services ended before the test") }
            return value
        }
    }
}
