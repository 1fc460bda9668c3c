import HTTP
import Networking
import TestSupport
import Testing

@testable import WebApp

struct BasePathTests {
    @Test(arguments: ["/sysmaint", "/sysmaint/", "/tools/sys.maint"])
    func pathsAreTaken(_ text: String) { #expect(BasePath(text) != nil) }

    @Test(arguments: [
        "sysmaint", "//evil.example", "/a/../b", "/a b", "/a?b", "/a//b", "https://x/y",
        "/a\r\nSet-Cookie: x", "/.",
    ])
    func whatIsNoPathIsRefused(_ text: String) { #expect(BasePath(text) == nil) }

    @Test func slashesAloneAreTheRoot() { #expect(BasePath("/") == .root) }

    /// A proxy leaves the path in its requests, or takes it off.
    @Test(arguments: ["", "/sysmaint"])
    func pagesAndLoginWorkBelowAPath(_ prefix: String) async throws {
        var fixture = try Fixture()
        fixture.configuration.token = "correct horse battery staple"
        fixture.configuration.basePath = try #require(BasePath("/sysmaint"))
        try await fixture.live { web in
            let redirect = try await web.get(prefix + "/chat?a=1")
            #expect(redirect.fields["Location"] == "/sysmaint/login?next=/chat%3Fa%3D1")
            #expect(try await web.get(prefix + "/login").status == 200)
            #expect(try await web.get(prefix + "/assets/shared/base.css").status == 200)
            let login = try await web.post(
                prefix + "/api/login", #"{"token":"correct horse battery staple"}"#)
            let cookie = try #require(login.fields["Set-Cookie"])
            #expect(cookie.contains("; Path=/sysmaint/;"))
            let pair = String(cookie.prefix { $0 != ";" })
            for path in ["/", "/chat", "/api/status/current"] {
                #expect(try await web.get(prefix + path, fields: ["Cookie": pair]).status == 200)
            }
            for query in ["", "?from=1&to=2"] {
                let redirect = try await web.get("/sysmaint" + query)
                #expect(redirect.status == 308)
                #expect(redirect.fields["Location"] == "/sysmaint/" + query)
            }
            #expect(try await web.get("/sysmaintenance", fields: ["Cookie": pair]).status == 404)
        }
    }

    /// Spellings by which a proxy, a router and a gate may take a path for different ones.
    @Test(arguments: ["", "/sysmaint"]) func noSpellingOfAPathPassesTheLogin(_ prefix: String) async throws {
        var fixture = try Fixture()
        fixture.configuration.token = "correct horse battery staple"
        fixture.configuration.basePath = try #require(BasePath("/sysmaint"))
        try await fixture.live { web in
            for path in [
                "/assets/../api/status/current", "/assets/%2e%2e/api/status/current", "/%61pi/status/current",
                "//api/status/current", "/api/status/current/", "/API/status/current", "/login/../chat",
                "/api/login/../status/current", "/api/status/current?x=/assets/", "/./api/status/current",
                "/sysmaint/api/status/current", "/favicon.svg/../api/status/current", "//evil.example/x",
            ] {
                let response = try await web.get(prefix + path)
                #expect([303, 401, 404].contains(response.status), "\(path)")
                let location = response.fields["Location"]
                #expect(location?.hasPrefix("/sysmaint/login?next=") ?? true, "\(path)")
            }
        }
    }

    /// An absolute link would leave the path.
    @Test func pagesHoldRelativeLinksAlone() {
        for asset in Asset.all where asset.mediaType.hasPrefix("text/html") {
            let text = String(decoding: asset.content, as: UTF8.self)
            #expect(!text.contains(#/(href|src|action)="\//#), "\(asset.path)")
            #expect(asset.path == "/login" || text.contains("aria-current=\"page\""), "\(asset.path)")
        }
    }
}
