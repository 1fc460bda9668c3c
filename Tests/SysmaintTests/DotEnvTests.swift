import Testing

@testable import sysmaint

struct DotEnvTests {
    @Test(arguments: [
        ("NAME=value", "value"), ("  NAME = value  ", "value"), ("export NAME=value", "value"),
        ("NAME=\"two words\"", "two words"), ("NAME='two words'", "two words"), ("NAME=\"", "\""),
        ("NAME=a=b", "a=b"), ("NAME=a#b", "a#b"), ("NAME=", ""), ("# comment\n\nNAME=value\r\n", "value"),
        ("NAME=first\nNAME=last", "last"),
    ])
    func readsAssignments(_ text: String, _ value: String) throws {
        #expect(try DotEnv(parsing: text).values == ["NAME": value])
    }

    @Test(arguments: [("NAME", 1), ("\nNAME=value\n=value", 3)])
    func lineWithoutANameIsRefusedByNumber(_ text: String, _ number: Int) {
        #expect(throws: DotEnv.MalformedLine(number: number)) { try DotEnv(parsing: text) }
    }
}
