import Foundation
import Logging
import Networking
import Synchronization

/// A relay's certificate chain and private key, as PEM files.
package struct CertificateFiles: Hashable, Sendable {
    package var certificatePath: String
    package var keyPath: String

    package init(certificatePath: String, keyPath: String) {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
    }
}

/// The certificate for new connections. It follows its files, so renewal needs no restart.
final class Certificate: Sendable {
    private struct State {
        var context: TLSContext
        var readFrom: [FileState]
    }

    /// Identifies a version of a file.
    private struct FileState: Equatable {
        let modifiedAt: Date?
        let byteCount: Int?

        init(_ path: String) {
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            modifiedAt = attributes?[.modificationDate] as? Date
            byteCount = (attributes?[.size] as? NSNumber)?.intValue
        }
    }

    private let files: CertificateFiles
    private let state: Mutex<State>

    /// - Throws: `RelayError.certificateUnusable`.
    init(_ files: CertificateFiles) throws(RelayError) {
        self.files = files
        let readFrom = Self.fileStates(files)
        state = Mutex(State(context: try Self.context(files), readFrom: readFrom))
    }

    var context: TLSContext { state.withLock { $0.context } }

    /// Reloads the files if they have changed, and returns whether they had. If the new pair is unusable, the current
    /// one stays in use until the files change again.
    func reloadIfChanged() throws(RelayError) -> Bool {
        let newest = Self.fileStates(files)
        let isNew = state.withLock { state in
            defer { state.readFrom = newest }
            return state.readFrom != newest
        }
        guard isNew else { return false }
        let context = try Self.context(files)
        state.withLock { $0.context = context }
        return true
    }

    /// Reloads the files if they have changed, and logs the result.
    func follow(_ logger: Logger) {
        do {
            if try reloadIfChanged() { logger.notice("certificate reloaded") }
        } catch {
            logger.error("new certificate not usable, keeping the old one", ["error": "\(error)"])
        }
    }

    private static func fileStates(_ files: CertificateFiles) -> [FileState] {
        [files.certificatePath, files.keyPath].map(FileState.init)
    }

    private static func context(_ files: CertificateFiles) throws(RelayError) -> TLSContext {
        do {
            return try TLSContext.server(certificateChain: files.certificatePath, key: files.keyPath)
        } catch {
            throw RelayError.certificateUnusable(path: files.certificatePath, reason: "\(error)")
        }
    }
}
