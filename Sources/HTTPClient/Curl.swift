import CCurl

/// The functions of libcurl, loaded from the shared library on creation.
@dynamicMemberLookup
struct Curl: Sendable {
    #if os(macOS)
        static let libraryName = "libcurl.4.dylib"
    #else
        static let libraryName = "libcurl.so.4"
    #endif

    /// Never freed, because the library is never closed.
    nonisolated(unsafe) let functions: UnsafePointer<CurlFunctions>

    /// Opens the library, unless it is already open.
    ///
    /// - Throws: `libraryMissing`.
    init(_ name: String = libraryName) throws(HTTPClient.Failure) {
        let functions = UnsafeMutablePointer<CurlFunctions>.allocate(capacity: 1)
        if let missing = ccurl_open(name, functions) {
            functions.deallocate()
            throw .libraryMissing(String(cString: missing))
        }
        self.functions = UnsafePointer(functions)
        // Reference-counted and thread-safe; it fails only for lack of memory.
        _ = self.global_init(Int(CURL_GLOBAL_DEFAULT))
    }

    subscript<Function>(dynamicMember path: KeyPath<CurlFunctions, Function>) -> Function {
        functions.pointee[keyPath: path]
    }

    var version: String? {
        self.version_info(CURLVERSION_FIRST)?.pointee.version.map { String(cString: $0) }
    }
}

/// The system's libcurl.
package enum CurlLibrary {
    /// The library's version; nil if it is not installed.
    package static var version: String? { try? Curl().version }
}
