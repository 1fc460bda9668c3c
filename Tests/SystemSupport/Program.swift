import Foundation
import TestSupport

/// A program that a test runs: the executable under test unless another is named.
package typealias Program = ChildProcess

extension ChildProcess {
    package static var executable: URL { URL(fileURLWithPath: product("sysmaint")) }

    /// Where these tests and the executable were built.
    package static var products: URL { executable.deletingLastPathComponent() }

    /// Starts a program whose personal folder is the one it runs in.
    package convenience init(
        _ arguments: [String], executable: URL = ChildProcess.executable, in folder: ScratchDirectory,
        environment: [String: String] = [:], input: String? = nil
    ) throws {
        let own = ["HOME": folder.url.path, "TMPDIR": folder.url.path]
        try self.init(
            executable.path, arguments, in: folder, environment: own.merging(environment) { $1 },
            input: input)
    }
}
