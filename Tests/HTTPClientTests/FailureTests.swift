import Foundation
import HTTP
import TestSupport
import Testing

@testable import HTTPClient

/// Each reason why there is no answer is told apart from the others.
@Suite(.timeLimit(.minutes(5))) struct FailureTests {
    private let client = HTTPClient { _ in }

    @Test func missingLibraryNamesItsPackage() async throws {
        let client = HTTPClient { $0.libraryName = "libcurl-of-nobody.so.4" }
        let failure = try #require(await client.failure("http://127.0.0.1/"))
        #expect(failure.name == "libraryMissing")
        #expect(failure.description.contains("libcurl-of-nobody.so.4"))
        #expect(failure.summary.contains("apt install libcurl4"))
    }

    @Test func libraryWithoutTheFunctionsIsMissingToo() async throws {
        let failure = await HTTPClient { $0.libraryName = "libc.so.6" }.failure("http://127.0.0.1/")
        #expect(failure?.description.contains("curl_") == true)
    }

    @Test func libraryTellsItsVersion() {
        #expect(CurlLibrary.version?.contains(/^[78]\.[0-9]+\.[0-9]+$/) == true)
    }

    @Test(arguments: ["/short", "/nothing", "/reset"])
    func connectionEndsBeforeTheAnswer(path: String) async throws {
        let server = try await Server()
        if path == "/reset" { _ = try await client.text(server.url + "/next") }
        #expect(await client.failure(server.url + path)?.name == "brokenOff")
    }

    @Test func whatCameBeforeAFailureIsNotLost() async throws {
        let server = try await Server()
        var pieces = try await client.send(.init(server.url + "/reset")).body.makeAsyncIterator()
        #expect(try await pieces.next() == Array("half".utf8))
        _ = try await client.text(server.url + "/next")
        await #expect(throws: HTTPClient.Failure.self) { try await pieces.next() }
    }

    @Test func answerWithoutAHead() async throws {
        let server = try await Server()
        #expect(await client.failure(server.url + "/old")?.name == "invalidAnswer")
    }

    @Test func noServer() async throws {
        #expect(await client.failure("http://127.0.0.1:\(try freePort())/")?.name == "refused")
        #expect(await client.failure("http://nobody.invalid/")?.name == "unknownHost")
    }

    @Test(arguments: ["", "nonsense:", "file:///etc/passwd", "ftp://127.0.0.1/", "http://", "http://a b/"])
    func invalidURL(url: String) async {
        #expect(await client.failure(url) == .invalidURL)
    }

    @Test func certificates() async throws {
        let authority = try resource("authority.pem")
        let server = try await Server("--tls", try resource("localhost.pem"))
        let url = "https://localhost:\(server.port)/hello"
        let trusting = HTTPClient { $0.authorities = authority }
        #expect(try await trusting.text(url) == "hello")
        #expect(await client.failure(url)?.name == "certificateNotTrusted")
        #expect(
            await trusting.failure("https://127.0.0.1:\(server.port)/hello")?.name == "certificateForOthers")
        let missing = HTTPClient { $0.authorities = "/nowhere.pem" }
        #expect(await missing.failure(url)?.name == "invalidAuthorities")
    }

    @Test func ownAuthoritiesAreTrustedBesideTheSystems() async throws {
        let folder = try ScratchDirectory()
        // A folder of authorities is searched by the hash of their names.
        try FileManager.default.copyItem(
            atPath: try resource("authority.pem"), toPath: folder.file("f20e0b1e.0"))
        let another = folder.file("another.pem")
        try TestCertificate.first.certificate.write(toFile: another, atomically: true, encoding: .utf8)
        let server = try await Server("--tls", try resource("localhost.pem"))
        let client = HTTPClient {
            $0.authorities = another
            $0.authorityFolder = folder.url.path
        }
        #expect(try await client.text("https://localhost:\(server.port)/hello") == "hello")
    }

    @Test(
        .enabled(if: OpenSSLServer.isInstalled, "openssl is not installed"),
        arguments: OpenSSLServer.offers)
    func oldAndWeakTLSIsNotSpoken(_ options: [String], _ isGood: Bool) async throws {
        let server = try await OpenSSLServer(options)
        let client = HTTPClient { $0.authorities = server.authority }
        let failure = await client.failure("https://localhost:\(server.port)/")
        if isGood { #expect(failure == nil) } else { #expect(failure?.name == "noTLS") }
    }

    @Test func noAgreementOnTLS() async throws {
        let trusting = try HTTPClient.trusting()
        let old = try await Server("--tls", try resource("localhost.pem"), "--old")
        #expect(await trusting.failure("https://localhost:\(old.port)/hello")?.name == "noTLS")
        #expect(await client.failure(old.url + "/hello")?.name == "brokenOff")
        let plain = try await Server()
        #expect(await trusting.failure("https://localhost:\(plain.port)/hello")?.name == "noTLS")
    }
}

/// Secrets of a request go to the server that they are meant for, and to no other.
@Suite(.timeLimit(.minutes(5))) struct RedirectTests {
    private let server: Server
    private let client = HTTPClient { _ in }

    init() async throws { server = try await Server() }

    private func request(_ status: Int, _ target: String, body: String? = nil) -> HTTPClient.Request {
        .init(
            "\(server.url)/redirect?\(status),\(target)", method: body == nil ? .get : .post,
            fields: ["Authorization": "secret"], body: body.map { Array($0.utf8) })
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func sameServerIsFollowed(status: Int) async throws {
        let text = try await client.text(request(status, "/echo"))
        #expect(text.hasPrefix("GET /echo\n") && text.contains("authorization: secret"))
        #expect(try await client.text(request(status, server.url + "/hello")) == "hello")
    }

    @Test(arguments: [307, 308])
    func bodyIsSentAgainWhereTheServerAsksForIt(status: Int) async throws {
        let text = try await client.text(request(status, "/echo", body: "body"))
        #expect(text.hasPrefix("POST /echo\n") && text.hasSuffix("\nbody"))
    }

    @Test(arguments: [301, 302, 303])
    func postDoesNotBecomeAnotherRequest(status: Int) async throws {
        let response = try await client.send(request(status, "/echo", body: "body"))
        #expect(response.status == status)
        #expect(try await response.body.collect(upTo: 100) == Array("elsewhere".utf8))
    }

    @Test func anotherServerIsNotAsked() async throws {
        let other = try await Server()
        #expect(await client.failure(request(307, other.url + "/echo")) == .redirected(other.url))
        #expect(
            await client.failure(request(307, "https://127.0.0.1:\(server.port)/"))
                == .redirected("https://127.0.0.1:\(server.port)"))
        #expect(await client.failure(request(307, "//localhost:\(server.port)/"))?.name == "redirected")
        #expect(await client.failure(request(307, "file:///etc/passwd"))?.name == "invalidAnswer")
        #expect(try await other.connectionCount == 1)
    }

    @Test func loopEnds() async throws {
        #expect(await client.failure(server.url + "/loop")?.name == "invalidAnswer")
    }
}

@Suite(.timeLimit(.minutes(5))) struct ProxyTests {
    private func client(_ proxy: HTTPClient.Proxy) throws -> HTTPClient {
        try .trusting { $0.proxy = proxy }
    }

    @Test func httpsGoesThroughTheProxy() async throws {
        let proxy = try await Server()
        let failure = try await client(.init(url: proxy.url)).failure("https://localhost/")
        // This one refuses, which shows that it was asked.
        #expect(failure == .proxy("HTTP 403"))
        let nobody = try client(.init(url: "http://nobody.invalid:1"))
        #expect(await nobody.failure("https://localhost/")?.name == "proxy")
        #expect(try await proxy.connectionCount == 2)
    }

    /// libcurl quotes what it does not understand.
    @Test(arguments: [
        "quux://carol:hunter2@proxy.example:1", "http://carol:hunter2@[proxy:1",
        "http://carol:hunter2@nobody.invalid:1",
    ])
    func passwordOfTheProxyIsNotTold(_ url: String) async throws {
        let failure = try #require(await client(.init(url: url)).failure("https://localhost/"))
        #expect(!"\(failure) \(failure.summary)".contains("hunter2"))
    }

    @Test func exceptionsAndPlainHTTPAreReachedDirectly() async throws {
        let (proxy, plain) = (try await Server(), try await Server())
        let secure = try await Server("--tls", try resource("localhost.pem"))
        let client = try client(.init(url: proxy.url, exceptions: "example.com,localhost"))
        #expect(try await client.text("https://localhost:\(secure.port)/hello") == "hello")
        #expect(try await client.text(plain.url + "/hello") == "hello")
        #expect(try await proxy.connectionCount == 1)
    }

    @Test func environmentNamesProxyAndExceptions() {
        func proxy(_ variables: [String: String]) -> HTTPClient.Proxy? { .environment(variables) }
        #expect(proxy([:]) == nil)
        #expect(proxy(["HTTPS_PROXY": "", "NO_PROXY": "*"]) == nil)
        #expect(proxy(["HTTP_PROXY": "http://a:1"]) == nil)
        #expect(proxy(["HTTPS_PROXY": "http://a:1"]) == .init(url: "http://a:1"))
        #expect(
            proxy(["https_proxy": "b", "HTTPS_PROXY": "a", "NO_PROXY": "c"])
                == .init(url: "b", exceptions: "c"))
    }
}

extension HTTPClient {
    fileprivate static func trusting(_ change: (inout Configuration) -> Void = { _ in }) throws -> HTTPClient
    {
        let authority = try resource("authority.pem")
        return HTTPClient { configuration in
            configuration.authorities = authority
            change(&configuration)
        }
    }
}

extension Server {
    /// How many there were, with the one that this asks on.
    fileprivate var connectionCount: Int? {
        get async throws { Int(try await HTTPClient { _ in }.text(url + "/connection")) }
    }
}
