import CEvent
import Foundation

/// The versions of the networking libraries in use.
package enum NetworkingLibraries {
    /// libevent's version as it reports itself. wslay has no such function: its version comes from the name of the
    /// loaded file.
    package static var versions: [(name: String, version: String)] {
        // Read to the end: the kernel returns the file in pieces.
        let maps = try? FileHandle(forReadingAtPath: "/proc/self/maps")?.readToEnd()
        let wslay = String(decoding: maps ?? Data(), as: UTF8.self).firstMatch(
            of: #/\/libwslay\.so\.([0-9.]+)/#)
        return [
            ("libevent", String(cString: event_get_version())),
            ("wslay", wslay.map { String($0.1) } ?? "unknown"),
        ]
    }
}
