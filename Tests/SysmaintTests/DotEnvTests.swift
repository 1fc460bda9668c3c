import Testing

@testable import sysmaint

struct DotEnvTests {
    @Test(arguments: [
        ("NAME=value", "value"), ("  NAME = value  ", "value"), ("export NAME=value", "value"),
        ("NAME=\"two words\"", "two words"), ("NAME='two words'", "two words"), ("NAME=\"", "\""),
        ("NAME=a=b", "a=b"), ("NAME=a#b", "a#b"), ("NAME=", ""), ("# comment\n\nNAME=value\r\n", "value"),
        ("NAME=first\nNAME=last", "last"), ("\u{FEFF}NAME=value", "value"),
        ("\u{FEFF}# comment\nNAME=value", "value"),
        ("export\tNAME=value", "value"), ("export  NAME = 'v'\t\r\n\r\n", "v"),
        ("NAME=a\u{2028}b", "a\u{2028}b"),
        ("NAME=' kept '", " kept "), ("NAME='mixed\"", "'mixed\""), ("NAME=exported", "exported"),
    ])
    func readsAssignments(_ text: String, _ value: String) throws {
        #expect(try DotEnv(parsing: text).values == ["NAME": value])
    }

    @Test(arguments: [
        ("NAME", 1), ("\nNAME=value\n=value", 3), ("NAME=value\n\u{FEFF}OTHER=value", 2),
        ("TWO WORDS=value", 1),
        ("NAME=one\0two", 1), ("N\0A\0M\0E\0=\0v\0", 1), ("NAME=one\rOTHER=two", 1),
        ("export", 1), ("NAME=\u{1B}[2J", 1),
    ])
    func lineWithoutANameIsRefusedByNumber(_ text: String, _ number: Int) {
        #expect(throws: DotEnv.MalformedLine(number: number)) { try DotEnv(parsing: text) }
    }

    @Test func bytesThatAreNotTextAreRefused() {
        #expect(throws: DotEnv.MalformedLine(number: 2)) {
            try DotEnv(parsing: Array("NAME=v\nPASS=".utf8) + [0xFC])
        }
        // UTF-16, as some editors save.
        #expect(throws: DotEnv.MalformedLine(number: 1)) {
            try DotEnv(parsing: [0xFF, 0xFE] + Array("NAME=v".utf16).flatMap { [UInt8($0), 0] })
        }
    }

    @Test func namesThatComeTwiceAreKnown() throws {
        #expect(try DotEnv(parsing: "NAME=first\nOTHER=x\nNAME=last").repeated == ["NAME"])
    }
}
