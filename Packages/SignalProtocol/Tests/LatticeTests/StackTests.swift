import Foundation
import Glibc
import VectorSupport
import Testing

@testable import Cryptography
@testable import Lattice

/// Where secrets pass through the stack, nothing of them is left there.
struct StackTests {
    @Test func nothingSecretStaysOnTheStack() throws {
        let message = SecretBytes([UInt8](0x90..<0xB0))
        for parameters in [MLKEMParameters.mlkem768, .mlkem1024] {
            let seed = SecretBytes(randomByteCount: 64)
            let key = try #require(MLKEMDecapsulationKey(seed: seed, parameters: parameters))
            let (secret, ciphertext) = key.encapsulationKey.encapsulate(message: message)
            // Long runs, so that they are nowhere by chance.
            let secrets = [
                "d": seed.slice(0..<16), "message": message.slice(0..<16), "secret": secret.slice(0..<16),
                "ŝ": key.expanded.slice(0..<16), "row of ŝ": try row(of: key, parameters),
            ]
            let found = [
                "generation": try stack { _ = MLKEMDecapsulationKey(seed: seed, parameters: parameters) },
                "encapsulation": try stack { _ = key.encapsulationKey.encapsulate(message: message) },
                "decapsulation": try stack { _ = key.decapsulate(ciphertext) },
                "Kyber's last step": try stack { _ = Kyber.secret(from: secret, ciphertext: ciphertext) },
            ]
            for (operation, memory) in found {
                // It went deep enough for the search to mean something.
                #expect(memory.count - (memory.firstIndex { $0 != 0 } ?? memory.count) > 8192)
                for (name, pattern) in secrets {
                    let isFound = pattern.withUnsafeBytes { memory.range(of: Data($0)) != nil }
                    #expect(!isFound, "\(name) after \(operation)")
                }
            }
            // Without this the test could not fail: the same search finds what is not overwritten. It lies deep, where the
            // end of the thread does not come; with the thread sanitizer that uses the stack too.
            let leaked = try stack { [bytes = secret.exposed] in
                var room = InlineArray<16384, UInt8>(repeating: 0)
                for index in 0..<32 { room[index] = bytes[index] }
                withUnsafeMutableBytes(of: &room) { wipe(UnsafeMutableRawBufferPointer(rebasing: $0[32...])) }
            }
            #expect(secret.slice(0..<16).withUnsafeBytes { leaked.range(of: Data($0)) != nil })
        }
    }

    @Test func nothingSecretOfASplitEncapsulationStaysOnTheStack() throws {
        let message = SecretBytes([UInt8](0x90..<0xB0))
        let seed = SecretBytes(randomByteCount: 64)
        let key = try #require(MLKEMDecapsulationKey(seed: seed, parameters: SplitMLKEM.parameters))
        let (header, vector) = SplitMLKEM.split(key.encapsulationKey)
        let step = SplitMLKEM.encapsulate(header: header, message: message)
        let stored = step.pending.serialized
        let secrets = [
            "message": message.slice(0..<16), "secret": step.sharedSecret.slice(0..<16),
            "ŷ": stored.slice(0..<16), "e₂": stored.slice(1536..<1568),
        ]
        let found = [
            "first step": try stack { _ = SplitMLKEM.encapsulate(header: header, message: message) },
            "second step": try stack { _ = step.pending.secondCiphertext(vector: vector) },
            "reading": try stack { _ = stored.withArray { PendingEncapsulation(serialized: $0) } },
        ]
        for (operation, memory) in found {
            for (name, pattern) in secrets {
                let isFound = pattern.withUnsafeBytes { memory.range(of: Data($0)) != nil }
                #expect(!isFound, "\(name) after \(operation)")
            }
        }
    }

    /// Sixteen bytes of the first row of the secret vector, as the transform holds it.
    private func row(of key: MLKEMDecapsulationKey, _ parameters: MLKEMParameters) throws -> SecretBytes {
        key.expanded.withUnsafeBytes { bytes in
            let transform = Transform(ordered: Polynomial(bytes: part(0, of: bytes, Polynomial.byteCount)))
            return withUnsafeBytes(of: transform.rows[0]) {
                SecretBytes(UnsafeRawBufferPointer(rebasing: $0[..<16]))
            }
        }
    }

    /// What a thread leaves on its stack, which was all zeroes before it did `body`.
    private func stack(_ body: @escaping @Sendable () -> Void) throws -> Data {
        let byteCount = 512 << 10
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 1 << 16)
        defer { memory.deallocate() }
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
        pthread_attr_init(attributes)
        defer {
            pthread_attr_destroy(attributes)
            attributes.deallocate()
        }
        let start = try #require(memory.baseAddress)
        try #require(pthread_attr_setstack(attributes, start, byteCount) == 0)
        final class Work: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(body)).toOpaque()
        let status = pthread_create(
            &thread, attributes,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, work)
        try #require(status == 0)
        pthread_join(thread, nil)
        return Data(memory)
    }
}
