import Foundation
import Networking
import TestSupport
import Testing

struct CertificateFileTests {
    @Test func endOfTheFirstCertificateIsRead() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.file("chain.pem")
        let chain = "a note\n\(TestCertificate.first.certificate)\n\(TestCertificate.second.certificate)\n"
        try chain.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(CertificateFile.end(of: path)?.formatted(.iso8601) == "2126-10-30T05:45:05Z")
    }

    @Test func fileWithoutACertificateHasNoEnd() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.file("key.pem")
        try TestCertificate.first.key.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(CertificateFile.end(of: path) == nil)
        #expect(CertificateFile.end(of: scratch.file("nothing")) == nil)
    }

    @Test func librariesTellTheirVersions() {
        for (name, version) in NetworkingLibraries.versions {
            #expect(version.contains(#/^[0-9]+\.[0-9]+/#), "\(name)")
        }
    }
}
