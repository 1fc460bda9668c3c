import Cryptography
import Foundation
import Testing

@Suite struct SecretTextTests {
    private struct Holder {
        let token: SecretText?
        let others: [String: SecretText]
    }

    @Test func noFormOfItShowsTheText() throws {
        let text = "sesame-open-4711"
        let secret = SecretText(text)
        let holder = Holder(token: secret, others: ["a": secret])
        var dumped = ""
        dump(holder, to: &dumped)
        let forms = [
            "\(secret)", "\(holder)", String(reflecting: secret), String(reflecting: holder), dumped,
            String(describing: Optional(secret)), "\(Mirror(reflecting: secret).children.map { $0 })",
        ]
        for form in forms { #expect(!form.contains("sesame"), "\(form)") }
        #expect("\(secret)" == "<secret>")
        #expect(!(secret as Any is any Encodable))
    }

    @Test func itEqualsTheSameTextAlone() throws {
        let secret = SecretText("sesame")
        #expect(secret == SecretText("sesame"))
        #expect(secret.exposed == "sesame")
        for other in ["", "sesamE", "Sesame", "sesame ", "sesam"] { #expect(secret != SecretText(other)) }
        #expect(Set([secret, SecretText("sesame")]).count == 1)
        #expect(SecretText("").isEmpty && !secret.isEmpty)
        #expect(secret.hash == SHA256.hash("sesame".utf8))
    }

    @Test func itIsReadFromJSON() throws {
        let read = try JSONDecoder().decode([SecretText].self, from: Data(#"["sesame"]"#.utf8))
        #expect(read == [SecretText("sesame")])
    }
}
