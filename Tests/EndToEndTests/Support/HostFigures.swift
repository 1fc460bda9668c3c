import Foundation
import SystemSupport
import TestSupport

/// What the kernel says of this host, read here and now.
struct HostFigures {
    let memoryTotalBytes: Int64
    let memoryAvailableBytes: Int64
    let load1: Double
    let coreCount: Int
    let uptimeSeconds: Double
    let bootID: String

    init() throws {
        let memory = try Self.lines("/proc/meminfo")
        memoryTotalBytes = try Self.kibibytes("MemTotal:", in: memory)
        memoryAvailableBytes = try Self.kibibytes("MemAvailable:", in: memory)
        load1 = try Self.number(Self.lines("/proc/loadavg").first)
        uptimeSeconds = try Self.number(Self.lines("/proc/uptime").first)
        coreCount = try Self.lines("/proc/stat").count { $0.prefixMatch(of: #/cpu[0-9]+ /#) != nil }
        bootID = try Self.lines("/proc/sys/kernel/random/boot_id").first ?? ""
    }

    private static func lines(_ path: String) throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private static func kibibytes(_ name: String, in lines: [String]) throws -> Int64 {
        let line = lines.first { $0.hasPrefix(name) }
        guard let text = line?.split(separator: " ").dropFirst().first, let number = Int64(text) else {
            throw Unexpected("no \(name)")
        }
        return number * 1024
    }

    private static func number(_ line: String?) throws -> Double {
        guard let text = line?.split(separator: " ").first, let number = Double(text) else {
            throw Unexpected("no number in \(line ?? "nothing")")
        }
        return number
    }
}
