import COpenSSL
import CSodium

/// The versions of the cryptographic libraries in use.
public enum CryptographyLibraries {
    /// As reported by the loaded libraries, not by the headers they were compiled against.
    public static var versions: [(name: String, version: String)] {
        [
            ("OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING).map { String(cString: $0) } ?? "unknown"),
            ("libsodium", sodium_version_string().map { String(cString: $0) } ?? "unknown"),
        ]
    }
}
