import Foundation
import HTTP
import HTTPEdge
import Networking
import TestSupport
import Testing

@testable import WebApp

struct WebAppTests {
    @Test func takenPortIsNamed() async throws {
        let fixture = try Fixture()
        try await fixture.live { web in
            var second = try Fixture()
            second.configuration.port = web.port
            let error = await #expect(throws: ListeningError.self) { try await second.app().run() }
            #expect(error?.cause == .portTaken)
            #expect(error?.description.contains("web: 127.0.0.1:\(web.port) is in use") == true)
            #expect(error?.description.hasSuffix("another port with WEB_PORT") == true)
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
            async let answer = web.post("/api/chat", #"{"prompt":"hi"}"#)
            _ = await agent.incoming().first { _ in true }
            web.stop()
            #expect(try await answer.status == 503)
            while try await events.next() != nil {}
        }
    }

    @Test func filesAreSentOnce() async throws {
        try await Fixture().live { web in
            for asset in Asset.all {
                let first = try await web.get(asset.path)
                #expect(first.status == 200)
                #expect(first.fields["Content-Type"] == asset.mediaType)
                #expect(first.body == asset.content)
                let tag = try #require(first.fields["ETag"])
                let second = try await web.get(asset.path, fields: ["If-None-Match": tag])
                #expect(second.status == 304)
                #expect(second.body.isEmpty)
                // As a proxy marks it that compresses.
                for known in ["W/\(tag)", "\"old\", W/\(tag)"] {
                    #expect(
                        try await web.get(asset.path, fields: ["If-None-Match": known]).status == 304)
                }
                let changed = try await web.get(asset.path, fields: ["If-None-Match": "\"old\""])
                #expect(changed.status == 200)
            }
        }
    }

    @Test func aSlashAtTheEndLeadsToThePage() async throws {
        var fixture = try Fixture()
        try await fixture.live { web in
            for (path, place) in [
                ("/chat/", "/chat"), ("/demo/?a=1&b=/", "/demo?a=1&b=/"), ("/login/", "/login"),
            ] {
                let response = try await web.get(path)
                #expect(response.status == 308)
                #expect(response.fields["Location"] == place)
            }
            #expect(try await web.get("/api/status/current/").status == 404)
            #expect(try await web.get("/chat//").status == 404)
        }
        fixture.configuration.basePath = try #require(BasePath("/tools/sysmaint"))
        try await fixture.live { web in
            for path in ["/chat/", "/tools/sysmaint/chat/"] {
                let response = try await web.get(path)
                #expect(response.fields["Location"] == "/tools/sysmaint/chat")
            }
        }
    }

    /// What a page refers to is served, comes from here, and is small; nothing inline would run.
    @Test(arguments: ["/", "/chat", "/demo", "/login"])
    func pagesAreWholeAndLight(_ path: String) throws {
        let files = Dictionary(
            uniqueKeysWithValues: Asset.all.map { ($0.path, String(decoding: $0.content, as: UTF8.self)) })
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
            let page = URL(string: "http://web.example\(next)")
            wanted += text.matches(of: /"([.A-Za-z0-9\/_-]+\.(?:js|css|svg))"/).compactMap {
                URL(string: String($0.1), relativeTo: page)?.path
            }
        }
        #expect(weight.count > 5)
        let html = try #require(files[path])
        #expect(!html.contains(" style="))
        #expect(html.firstMatch(of: /<script(?![^>]*src=)/) == nil)
        #expect(weight.values.reduce(0, +) <= 200_000)
    }

    @Test(arguments: ["/", "/chat", "/demo"])
    func pagesShareOneHeaderThatMarksThem(_ path: String) throws {
        let page = try #require(Asset.all.first { $0.path == path })
        let html = String(decoding: page.content, as: UTF8.self)
        #expect(html.ranges(of: "<header class=\"topbar\">").count == 1)
        #expect(html.ranges(of: "aria-current").count == 1)
        let link = path == "/" ? "./" : String(path.dropFirst())
        #expect(html.contains("<a href=\"\(link)\" aria-current=\"page\">"))
        #expect(!html.contains("<!--"))
    }

    /// All that all pages load together, uncompressed.
    @Test func pagesWeighLittle() {
        let byteCount = Asset.all.reduce(0) { $0 + $1.content.count }
        #expect(byteCount < 200 * 1024)
    }
}
