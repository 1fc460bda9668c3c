import Testing

@testable import HTTP

struct URLTextTests {
    @Test(arguments: [
        ("https://relay.example:8080/a", "https://relay.example:8080/a"),
        ("https://carol:hunter2@relay.example/a", "https://…@relay.example/a"),
        ("http://hunter2@relay.example", "http://…@relay.example"),
        ("postgres://carol:hunt@er2@db/relay", "postgres://…@db/relay"),
        ("carol:hunter2@relay.example", "…@relay.example"),
        ("carol:hunter2@http://relay.example", "…@http://relay.example"),
        ("http:/carol:hunter2@relay.example", "…@relay.example"),
        ("https://carol:hunter2/@relay.example", "https://…@relay.example"),
        ("https://model.example/v1?key=hunter2", "https://model.example/v1?…"),
        ("https://carol:hunter2?@model.example/v1#hunter2", "https://…@model.example/v1#…"),
        ("", ""), ("relay.db", "relay.db"),
    ])
    func credentialsAreLeftOut(_ url: String, _ shown: String) {
        #expect(url.withoutCredentials == shown)
    }
}
