import Foundation
import TestSupport
import Testing
import VectorSupport

@testable import QRCode

struct QRCodeTests {
    struct Vector: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let content: Hex
        /// Drawings, one per mask; "1" is dark.
        let masks: [[String]]
        var testDescription: String { name }
    }

    private static func vectors() throws -> [Vector] {
        let url = try #require(Bundle.module.url(forResource: "Vectors/codes", withExtension: "json"))
        return try JSONDecoder().decode([Vector].self, from: Data(contentsOf: url))
    }

    @Test(arguments: try vectors())
    func drawingsAreThoseOfAnotherProgram(_ vector: Vector) throws {
        let content = vector.content.bytes
        let version = try #require(QRVersion.smallest(for: content.count))
        let canvas = QRCanvas(version: version)
        for (mask, expected) in vector.masks.enumerated() {
            let drawn = canvas.drawn(version.codewords(of: content), mask: mask)
            let rows = (0..<drawn.size).map { row in
                String((0..<drawn.size).map { drawn.modules[row * drawn.size + $0] ? "1" : "0" })
            }
            #expect(rows == expected, "mask \(mask)")
        }
    }

    /// Mode, length, content and end fill whole bytes here; then 236 and 17 follow by turns.
    @Test func shortContentIsFilledUp() throws {
        let version = try #require(QRVersion.smallest(for: 3))
        let codewords = version.codewords(of: [0x12, 0x34, 0x56])
        #expect(
            codewords.prefix(16) == [0x40, 0x31, 0x23, 0x45, 0x60] + [
                236, 17, 236, 17, 236, 17, 236, 17, 236, 17, 236,
            ])
        #expect(codewords.count == 26)
    }

    @Test func sizeGrowsWithTheContent() throws {
        for (count, size) in [
            (0, 21), (14, 21), (15, 25), (84, 37), (85, 41), (180, 53), (181, 57), (213, 57),
        ] {
            let code = try #require(QRCode([UInt8](repeating: 7, count: count)))
            #expect(code.size == size)
        }
        #expect(QRCode([UInt8](repeating: 7, count: QRCode.maxByteCount + 1)) == nil)
    }

    @Test func pathCoversTheDarkModules() throws {
        let code = try #require(QRCode(Array("SysMaint".utf8)))
        var dark = 0
        for row in 0..<code.size {
            for column in 0..<code.size where code.isDark(row: row, column: column) { dark += 1 }
        }
        let runs = code.svgPath.split(separator: "z").compactMap { run in
            run.split(separator: "h").dropFirst().first?.split(separator: "v").first.flatMap { Int($0) }
        }
        #expect(runs.reduce(0, +) == dark)
    }

    /// Read back from its text, a code is the code: every module and the quiet zone.
    @Test(arguments: [1, 80, 213])
    func halfBlocksShowEveryModule(byteCount: Int) throws {
        let code = try #require(QRCode((0..<byteCount).map { UInt8($0 & 0xFF) }))
        let lines = code.halfBlocks.split(separator: "\n").map(Array.init)
        #expect(lines.count == (code.size + 9) / 2)
        for row in -4..<code.size + 4 {
            for column in -4..<code.size + 4 {
                let character = lines[(row + 4) / 2][column + 4]
                let isDark = (row + 4).isMultiple(of: 2) ? "▀█".contains(character) : "▄█".contains(character)
                let isInside = (0..<code.size).contains(row) && (0..<code.size).contains(column)
                #expect(isDark == (isInside && code.isDark(row: row, column: column)))
            }
        }
    }
}
