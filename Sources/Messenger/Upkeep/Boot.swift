import Foundation

/// The present start of the machine.
enum Boot {
    /// Names it; empty where the system does not say.
    static let name: String = {
        let bytes = FileManager.default.contents(atPath: "/proc/sys/kernel/random/boot_id") ?? Data()
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }()
}
