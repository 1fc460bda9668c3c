import CCurl

/// The functions of libcurl, found in the shared library when this is made.
@dynamicMemberLookup
struct Curl: Sendable {
    #if os(macOS)
        static let libraryName = "libcurl.4.dylib"
    #else
        static let libraryName = "libcurl.so.4"
    #endif

    /// Never freed, as the library is never closed.
    nonisolated(unsafe) let functions: UnsafePointer<CurlFunctions>

    /// Opens the library, or finds it open already.
    ///
    /// - Throws: `libraryMissing`.
    init(_ name: String = libraryName) throws(HTTPClient.Failure) {
        let functions = UnsafeMutablePointer<CurlFunctions>.allocate(capacity: 1)
        if let missing = ccurl_open(name, functions) {
            functions.deallocate()
            throw .libraryMissing(String(cString: missing))
        }
        self.functions = UnsafePointer(functions)
        // Counted and safe on any thread; it fails for want of memory alone.
        _ = self.global_init(Int(CURL_GLOBAL_DEFAULT))
    }

    subscript<Function>(dynamicMember path: KeyPath<CurlFunctions, Function>) -> Function {
        functions.pointee[keyPath: path]
    }

    var version: String? {
        self.version_info(CURLVERSION_FIRST)?.pointee.version.map { String(cString: $0) }
    }
}

/// The libcurl of this system.
package enum CurlLibrary {
    /// Opens the library; nil where it is not installed.
    package static var version: String? { try? Curl().version }
}
