import Foundation

/// The current boot of the machine.
enum Boot {
    /// Its id; empty if the system does not provide one.
    static let name: String = {
        let bytes = FileManager.default.contents(atPath: "/proc/sys/kernel/random/boot_id") ?? Data()
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }()
}
