import Foundation
import Logging
import Networking
import Synchronization

/// The certificate chain and the private key of a relay, as PEM files.
package struct CertificateFiles: Hashable, Sendable {
    package var certificatePath: String
    package var keyPath: String

    package init(certificatePath: String, keyPath: String) {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
    }
}

/// The certificate that new connections get; follows its files, so that a renewed one needs no restart.
final class Certificate: Sendable {
    private struct State {
        var context: TLSContext
        var readFrom: [FileState]
    }

    /// What tells one version of a file from the next.
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

    /// Reads the files again if they have changed, and says whether they had. A pair that does not work leaves the one
    /// in use in its place; it is read again when it changes again.
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

    /// Reads the files again if they have changed, and tells the log.
    func follow(_ logger: Logger) {
        do {
            if try reloadIfChanged() { logger.notice("certificate read again") }
        } catch {
            logger.error("new certificate not usable, the old one stays", ["error": "\(error)"])
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
