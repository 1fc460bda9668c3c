import Foundation
import RelayAPI
import Testing

struct RelayOriginTests {
    @Test(arguments: [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("HTTPS://Relay.Example.ORG/", "https://relay.example.org:443"),
        ("http://relay/below/a/path?x#y", "http://relay:80"),
        ("https://relay.example.org.:443", "https://relay.example.org:443"),
        ("http://[::1]:8080", "http://[::1]:8080"), ("http://[2001:DB8:0:0::1]", "http://[2001:db8::1]:80"),
    ])
    func originsHaveOneForm(_ url: String, _ form: String) throws {
        let origin = try #require(RelayOrigin(url: url))
        #expect(origin.description == form)
        let coded = try JSONEncoder().encode([origin])
        #expect(try JSONDecoder().decode([RelayOrigin].self, from: coded) == [origin])
    }

    @Test(arguments: [
        "", "relay", "ftp://relay", "http://", "http://:80", "http://user@relay", "http://relay:0",
        "http://relay:65536",
        "http://relay:+80", "http://[::1", "http://[::1]8080", "http://re lay",
    ])
    func otherTextsAreNoOrigins(_ url: String) { #expect(RelayOrigin(url: url) == nil) }

    @Test func onlyTheOneFormIsRead() {
        #expect(throws: (any Error).self) {
            try JSONDecoder().decode([RelayOrigin].self, from: Data(#"["http://RELAY"]"#.utf8))
        }
    }
}
