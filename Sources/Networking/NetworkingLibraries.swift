import CEvent
import Foundation

/// The libraries behind the connections, for people who ask what they run on.
package enum NetworkingLibraries {
    /// libevent as it reports itself. wslay has no function for that: its version is that of the file it was loaded from.
    package static var versions: [(name: String, version: String)] {
        // Read to its end: a file of the kernel comes in pieces.
        let maps = try? FileHandle(forReadingAtPath: "/proc/self/maps")?.readToEnd()
        let wslay = String(decoding: maps ?? Data(), as: UTF8.self).firstMatch(
            of: #/\/libwslay\.so\.([0-9.]+)/#)
        return [
            ("libevent", String(cString: event_get_version())),
            ("wslay", wslay.map { String($0.1) } ?? "unknown"),
        ]
    }
}
