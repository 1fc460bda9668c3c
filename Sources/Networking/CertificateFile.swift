import CEvent
import Foundation

/// Information about a certificate in a PEM file.
package enum CertificateFile {
    /// The expiry date of the first certificate in the file; nil if none can be read.
    package static func end(of path: String) -> Date? {
        defer { _ = OpenSSLErrors.taken() }
        guard let file = BIO_new_file(path, "r") else { return nil }
        defer { BIO_free(file) }
        guard let certificate = PEM_read_bio_X509(file, nil, nil, nil) else { return nil }
        defer { X509_free(certificate) }
        var time = tm()
        guard ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &time) == 1 else { return nil }
        return Date(timeIntervalSince1970: Double(timegm(&time)))
    }
}
