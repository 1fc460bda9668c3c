import Foundation
import Testing

/// The units under systemd bound what a service may take.
struct UnitTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .appendingPathComponent("../../../Packaging/systemd").standardizedFileURL

    @Test func everyServiceHasRoomForConnectionsAndALimitOfMemory() throws {
        let units = try FileManager.default.contentsOfDirectory(
            at: Self.folder, includingPropertiesForKeys: nil
        )
        .filter { $0.pathExtension == "service" }
        #expect(units.count == 5)
        for unit in units {
            let lines = try String(contentsOf: unit, encoding: .utf8).split(separator: "\n")
            func value(_ key: String) -> Substring? {
                lines.last { $0.hasPrefix(key + "=") }?.dropFirst(key.count + 1)
            }
            let descriptors = try #require(
                value("LimitNOFILE").flatMap { Int($0) }, "\(unit.lastPathComponent)")
            #expect(descriptors >= 65_536, "\(unit.lastPathComponent)")
            let memory = try #require(value("MemoryMax"), "\(unit.lastPathComponent)")
            #expect(memory.wholeMatch(of: #/[1-9]\d*[MG]/#) != nil, "\(unit.lastPathComponent): \(memory)")
        }
    }
}
