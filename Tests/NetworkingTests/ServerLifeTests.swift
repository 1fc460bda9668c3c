import Glibc
import HTTP
import TestSupport
import Testing

@testable import Networking

/// Listening, caps and the end.
@Suite(.serialized) struct ServerLifeTests {
    private let get = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test func aPortThatIsTakenIsTold() async throws {
        let server = try await TestServer()
        await #expect(throws: ListenError.portTaken) { _ = try await TestServer { $0.port = server.port } }
        await server.stop()
        // Free again, although connections to it were open a moment ago.
        let next = try await TestServer { $0.port = server.port }
        await next.stop()
    }

    @Test(arguments: ["192.0.2.1", "2001:db8::1", "no-such-name.invalid"])
    func anAddressOfOthersIsTold(_ host: String) async {
        await #expect(throws: ListenError.addressNotAvailable) { _ = try await TestServer { $0.host = host } }
    }

    @Test(.enabled(if: getuid() != 0, "root may listen everywhere"))
    func aPortThatIsNotPermittedIsTold() async {
        await #expect(throws: ListenError.portNotPermitted) { _ = try await TestServer { $0.port = 1 } }
    }

    @Test func namesAndIPv6AreListenedOn() async throws {
        for host in ["localhost", "::1", "0.0.0.0", "::"] {
            let server = try await TestServer { $0.host = host }
            let to = host == "::1" ? "::1" : "localhost"
            let client = Client(Endpoint(host: to, port: server.port, isSecure: false), loop: server.loop)
            let answer = String(
                decoding: try await client.send(.get, "/about", within: .seconds(5)).body, as: UTF8.self)
            // An IPv4 address in IPv6 clothes is shown as what it is.
            #expect(answer.contains(" ::1 ") || answer.contains(" 127.0.0.1 "), "\(answer)")
            await server.stop()
        }
    }

    @Test func connectionsAreCappedInAllAndFreedAgain() async throws {
        let server = try await TestServer { $0.limits.connections = 2 }
        let first = try await RawClient.connect(server.port)
        let second = try await RawClient.connect(server.port)
        for client in [first, second] {
            client.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = await client.read(until: "event\n\r\n")
        }
        #expect(try await server.answer(to: get) == "")
        await first.close()
        // Its end has to arrive first.
        while server.server.connectionCount == 2 { await aMoment() }
        let third = try await RawClient.connect(server.port)
        third.send(get)
        #expect(await third.read(until: "hello").hasSuffix("hello"))
        await server.stop()
    }

    @Test func connectionsAreCappedByAddress() async throws {
        let server = try await TestServer {
            $0.host = "0.0.0.0"
            $0.limits.connectionsByAddress = 1
        }
        let first = try await RawClient.connect(server.port)
        first.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = await first.read(until: "event\n\r\n")
        #expect(try await server.answer(to: get) == "")
        await first.close()
        await server.stop()
    }

    /// Connections that say nothing, half a head or half a body, and some that have been served before.
    @Test(arguments: [true, false])
    func connectionsThatWaitForTheirClientsKeepNobodyOut(_ isByAddress: Bool) async throws {
        let server = try await TestServer {
            if isByAddress { $0.limits.connectionsByAddress = 4 } else { $0.limits.connections = 4 }
        }
        let texts = ["", "GET /hel", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc", get]
        var clients: [RawClient] = []
        for _ in 0..<5 {
            for text in texts {
                let client = try await RawClient.connect(server.port)
                client.send(text)
                clients.append(client)
                #expect(try await server.client.send(.get, "/hello", within: .seconds(20)).status == 200)
                #expect(server.server.connectionCount <= 4)
            }
        }
        // One that is served stays, whatever comes.
        let busy = try await RawClient.connect(server.port)
        busy.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = await busy.read(until: "event\n\r\n")
        for _ in 0..<8 { clients.append(try await RawClient.connect(server.port)) }
        #expect(try await server.client.send(.get, "/hello", within: .seconds(20)).status == 200)
        await busy.close()
        while await server.signals.next() != "cancelled" {}
        for client in clients { await client.close() }
        await server.stop()
    }

    @Test func connectionsAreSpreadOverLoops() async throws {
        let loops = (0..<3).map { _ in EventLoop() }
        for loop in loops { loop.start() }
        var configuration = ServerConfiguration()
        configuration.port = 0
        let server = HTTPServer(loops: loops, configuration: configuration) { _ in
            ServerResponse(body: .bytes(Array("\(loops.firstIndex { $0.isOnLoop } ?? -1)!".utf8)))
        }
        let port = try await server.start()
        var seen: Set<String> = []
        var clients: [RawClient] = []
        for _ in 0..<12 {
            let client = try await RawClient.connect(port)
            client.send(get)
            seen.insert(String(await client.read(until: "!").suffix(2)))
            clients.append(client)
        }
        #expect(seen.count > 1)
        #expect(seen.isSubset(of: ["0!", "1!", "2!"]))
        await server.shutdown(grace: .seconds(5))
        for loop in loops { loop.stop() }
    }

    // MARK: Shutdown

    @Test func shutdownClosesWhatIsIdleAndLetsRequestsEnd() async throws {
        let server = try await TestServer()
        let idle = try await RawClient.connect(server.port)
        idle.send(get)
        _ = await idle.read(until: "hello")
        let busy = try await RawClient.connect(server.port)
        busy.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nab")
        while server.server.connectionCount < 2 { await aMoment() }
        // The server has the head once it waits for the body.
        busy.send("")
        let streaming = try await RawClient.connect(server.port)
        streaming.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = await streaming.read(until: "event\n\r\n")
        async let stopped: Void = server.stop(grace: .seconds(60))
        #expect(await idle.readToEnd() == "")
        #expect(await server.signals.next() == "cancelled")
        #expect(await streaming.readToEnd() == "0\r\n\r\n")
        busy.send("c")
        let answer = await busy.readToEnd()
        #expect(answer.bodies == ["abc"])
        #expect(answer.contains("Connection: close\r\n"))
        await stopped
        #expect(server.server.connectionCount == 0)
        await #expect(throws: ConnectionError.refused(server.endpoint)) {
            _ = try await Client(server.endpoint).send(.get, "/hello", within: .seconds(5))
        }
    }

    @Test func shutdownTellsSocketsAndCutsWhatIsLeftAfterItsGrace() async throws {
        let server = try await TestServer()
        let socket = try await server.rawSocket()
        let stuck = try await RawClient.connect(server.port)
        stuck.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(await server.signals.next() == "waiting")
        async let stopped: Void = server.stop(grace: .milliseconds(300))
        #expect(
            await socket.read(count: 17)
                == RawFrame.server(0x88, RawFrame.closePayload(1001, "shutting down")))
        await stopped
        #expect(await stuck.readToEnd() == "")
        #expect(server.server.connectionCount == 0)
    }

    // MARK: The loop

    @Test func workRunsInOrderOnTheLoop() async {
        let loop = EventLoop()
        loop.start()
        let seen = await withCheckedContinuation { (continuation: CheckedContinuation<[Int], Never>) in
            // Used on the loop alone, and read when it is done.
            final class Seen: @unchecked Sendable { var numbers: [Int] = [] }
            let seen = Seen()
            for number in 0..<1000 {
                loop.execute {
                    loop.preconditionOnLoop()
                    seen.numbers.append(number)
                    // From within: after what is there already.
                    if number == 0 { loop.execute { seen.numbers.append(1000) } }
                    if number == 999 { loop.execute { continuation.resume(returning: seen.numbers) } }
                }
            }
        }
        #expect(seen.filter { $0 < 1000 } == Array(0..<1000))
        #expect(seen.contains(1000))
        loop.stop()
    }

    @Test func tasksStayOnTheirLoop() async {
        let loop = EventLoop()
        loop.start()
        await Task(executorPreference: loop) {
            #expect(loop.isOnLoop)
            // A suspension that another thread ends.
            try? await Task.sleep(for: .milliseconds(1))
            #expect(loop.isOnLoop)
            await Task.yield()
            #expect(loop.isOnLoop)
        }.value
        #expect(!loop.isOnLoop)
        loop.stop()
    }

    @Test func whatIsScheduledHappensOnceUnlessCancelled() async {
        let loop = EventLoop()
        loop.start()
        let (events, event) = AsyncStream.makeStream(of: Int.self)
        loop.schedule(after: .milliseconds(20)) { event.yield(2) }
        loop.schedule(after: .zero) { event.yield(1) }
        loop.schedule(after: .milliseconds(10)) { event.yield(99) }.cancel()
        loop.schedule(after: .milliseconds(40)) { event.finish() }
        var seen: [Int] = []
        for await number in events { seen.append(number) }
        #expect(seen == [1, 2])
        loop.stop()
    }
}
