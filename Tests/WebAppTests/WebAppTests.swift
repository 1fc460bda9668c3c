import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing

@testable import WebApp

struct WebAppTests {
    @Test func takenPortIsNamed() async throws {
        let fixture = try Fixture()
        try await fixture.live { web in
            var second = try Fixture()
            second.configuration.port = web.port
            await #expect(throws: WebAppError.portTaken(host: "127.0.0.1", port: web.port)) {
                try await second.app().run()
            }
        }
    }

    /// Open streams and waiting prompts do not hold up the end.
    @Test(.timeLimit(.minutes(15)))
    func stopsWhileClientsWait() async throws {
        let fixture = try Fixture()
        let agent = fixture.agent
        try await fixture.live { web in
            var events = try await web.events()
            #expect(try await events.next()?.name == "hello")
            async let answer = web.send(
                "POST", "/api/chat", headers: [("Content-Type", "application/json")],
                body: #"{"prompt":"hi"}"#)
            _ = await agent.incoming().first { _ in true }
            await web.stop()
            #expect(try await answer.status == 503)
            while try await events.next() != nil {}
        }
    }

    @Test func filesAreSentOnce() async throws {
        try await Fixture().test { client in
            for asset in Asset.all {
                let first = try await client.get(asset.path)
                #expect(first.status == .ok)
                #expect(first.headers[.contentType] == asset.mediaType)
                #expect(first.body == asset.content)
                let tag = try #require(first.headers[.eTag])
                let second = try await client.get(asset.path, headers: [.ifNoneMatch: tag])
                #expect(second.status == .notModified)
                #expect(second.body.readableBytes == 0)
                let changed = try await client.get(asset.path, headers: [.ifNoneMatch: "\"old\""])
                #expect(changed.status == .ok)
            }
        }
    }

    /// What a page refers to is served, comes from here, and is small; nothing inline would run.
    @Test(arguments: ["/", "/chat", "/demo", "/login"])
    func pagesAreWholeAndLight(_ path: String) throws {
        let files = Dictionary(uniqueKeysWithValues: Asset.all.map { ($0.path, String(buffer: $0.content)) })
        var wanted = [path]
        var weight: [String: Int] = [:]
        while let next = wanted.popLast() {
            guard weight[next] == nil else { continue }
            let text = try #require(files[next], "\(next) is referred to, but not served")
            weight[next] = text.utf8.count
            #expect(
                !text.contains("http://") || next.hasSuffix(".svg")
                    || text.contains("http://www.w3.org/2000/svg"))
            #expect(!text.contains("https://"))
            #expect(!text.contains("innerHTML"))
            wanted += text.matches(of: /"(\/assets\/[^"]+|\/favicon.svg)"/).map { String($0.1) }
        }
        let html = try #require(files[path])
        #expect(!html.contains(" style="))
        #expect(html.firstMatch(of: /<script(?![^>]*src=)/) == nil)
        #expect(weight.values.reduce(0, +) <= 200_000)
    }

    @Test(arguments: ["/", "/chat", "/demo"])
    func pagesShareOneHeaderThatMarksThem(_ path: String) throws {
        let page = try #require(Asset.all.first { $0.path == path })
        let html = String(buffer: page.content)
        #expect(html.ranges(of: "<header class=\"topbar\">").count == 1)
        #expect(html.ranges(of: "aria-current").count == 1)
        #expect(html.contains("<a href=\"\(path)\" aria-current=\"page\">"))
        #expect(!html.contains("<!--"))
    }

    /// All that all pages load together, uncompressed.
    @Test func pagesWeighLittle() {
        let byteCount = Asset.all.reduce(0) { $0 + $1.content.readableBytes }
        #expect(byteCount < 200 * 1024)
    }
}
