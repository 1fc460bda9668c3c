import COpenSSL
import CSodium

/// The libraries behind the primitives, for people who ask what they run on.
public enum CryptographyLibraries {
    /// As the loaded libraries report themselves, not the headers they were compiled against.
    public static var versions: [(name: String, version: String)] {
        [
            ("OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING).map { String(cString: $0) } ?? "unknown"),
            ("libsodium", sodium_version_string().map { String(cString: $0) } ?? "unknown"),
        ]
    }
}
