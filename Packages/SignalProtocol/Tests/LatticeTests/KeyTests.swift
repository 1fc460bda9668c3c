import Cryptography
import Lattice
import VectorSupport
import Testing

struct KeyTests {
    private let sizes = [MLKEMParameters.mlkem768, .mlkem1024]

    /// FIPS 203, table 3.
    @Test func sizesAreThoseOfTheStandard() {
        #expect(sizes.map(\.encapsulationKeyByteCount) == [1184, 1568])
        #expect(sizes.map(\.decapsulationKeyByteCount) == [2400, 3168])
        #expect(sizes.map(\.ciphertextByteCount) == [1088, 1568])
    }

    @Test func freshSecretsAreSharedAndDiffer() throws {
        for parameters in sizes {
            let key = try #require(
                MLKEMDecapsulationKey(seed: SecretBytes(randomByteCount: 64), parameters: parameters))
            let stranger = try #require(
                MLKEMDecapsulationKey(seed: SecretBytes(randomByteCount: 64), parameters: parameters))
            let read = try #require(MLKEMEncapsulationKey(key.encapsulationKey.bytes, parameters: parameters))
            var secrets: [[UInt8]] = []
            for _ in 0..<20 {
                let (secret, ciphertext) = read.encapsulate()
                #expect(key.decapsulate(ciphertext) == secret)
                #expect(stranger.decapsulate(ciphertext) != secret)
                secrets.append(secret.exposed)
            }
            #expect(Set(secrets).count == 20)
        }
    }

    /// Each byte of a ciphertext counts; a rejected one gives the same secret each time, and another for every other.
    @Test func everyAlteredCiphertextIsRejectedToASecretOfItsOwn() throws {
        for parameters in sizes {
            let key = try #require(
                MLKEMDecapsulationKey(seed: SecretBytes([UInt8](0..<64)), parameters: parameters))
            var (secret, ciphertext) = key.encapsulationKey.encapsulate(message: SecretBytes([UInt8](0..<32)))
            var seen: Set<[UInt8]> = [secret.exposed]
            for index in ciphertext.indices where index % 7 == 0 || index == ciphertext.count - 1 {
                ciphertext[index] ^= 1 << UInt8(index % 8)
                let rejected = try #require(key.decapsulate(ciphertext))
                #expect(key.decapsulate(ciphertext) == rejected)
                #expect(seen.insert(rejected.exposed).inserted, "byte \(index)")
                ciphertext[index] ^= 1 << UInt8(index % 8)
            }
            #expect(key.decapsulate(ciphertext) == secret)
        }
    }

    /// FIPS 203, section 7.2: both sides of the modulus, at every place of a coefficient in its three bytes.
    @Test func encapsulationKeysAreCheckedForTheModulus() throws {
        for parameters in sizes {
            let key = try #require(
                MLKEMDecapsulationKey(seed: SecretBytes([UInt8](0..<64)), parameters: parameters))
            let sound = key.encapsulationKey.bytes
            let coefficientCount = (sound.count - 32) * 2 / 3
            for number in [0, 1, 255, 256, 511, coefficientCount - 2, coefficientCount - 1] {
                for (value, isTaken) in [(0, true), (3328, true), (3329, false), (4095, false)] {
                    var bytes = sound
                    let start = number / 2 * 3
                    if number.isMultiple(of: 2) {
                        bytes[start] = UInt8(value & 0xFF)
                        bytes[start + 1] = bytes[start + 1] & 0xF0 | UInt8(value >> 8)
                    } else {
                        bytes[start + 1] = bytes[start + 1] & 0x0F | UInt8(value & 0x0F) << 4
                        bytes[start + 2] = UInt8(value >> 4)
                    }
                    #expect(
                        (MLKEMEncapsulationKey(bytes, parameters: parameters) != nil) == isTaken,
                        "\(number): \(value)")
                }
            }
            #expect(MLKEMEncapsulationKey(sound.dropLast(), parameters: parameters) == nil)
            #expect(MLKEMEncapsulationKey(sound + [0], parameters: parameters) == nil)
            #expect(MLKEMEncapsulationKey([], parameters: parameters) == nil)
            // The seed of the matrix may be any.
            #expect(
                MLKEMEncapsulationKey(sound.dropLast() + [~sound[sound.count - 1]], parameters: parameters)
                    != nil)
        }
    }

    /// FIPS 203, section 7.3: a bit of the public part or of its hash is noticed; one of ŝ or z is not a matter of form.
    @Test func decapsulationKeysAreCheckedForTheirHash() throws {
        for parameters in sizes {
            let key = try #require(
                MLKEMDecapsulationKey(seed: SecretBytes([UInt8](0..<64)), parameters: parameters))
            let start = parameters.decapsulationKeyByteCount - parameters.encapsulationKeyByteCount - 64
            for (index, isTaken) in [
                (0, true), (start - 1, true), (start, false),
                (start + parameters.encapsulationKeyByteCount - 1, false),
                (parameters.decapsulationKeyByteCount - 64, false),
                (parameters.decapsulationKeyByteCount - 33, false),
                (parameters.decapsulationKeyByteCount - 32, true),
                (parameters.decapsulationKeyByteCount - 1, true),
            ] {
                var bytes = key.expanded.exposed
                bytes[index] ^= 0x10
                let read = MLKEMDecapsulationKey(expanded: SecretBytes(bytes), parameters: parameters)
                #expect((read != nil) == isTaken, "byte \(index)")
            }
        }
    }

    @Test func keysOfOneSizeAreNoneOfTheOther() throws {
        let small = try #require(
            MLKEMDecapsulationKey(seed: SecretBytes([UInt8](0..<64)), parameters: .mlkem768))
        #expect(MLKEMEncapsulationKey(small.encapsulationKey.bytes, parameters: .mlkem1024) == nil)
        #expect(MLKEMDecapsulationKey(expanded: small.expanded, parameters: .mlkem1024) == nil)
        #expect(small.decapsulate([UInt8](repeating: 0, count: 1568)) == nil)
    }

    @Test func secretsAreNotPrinted() throws {
        let key = try #require(
            MLKEMDecapsulationKey(seed: SecretBytes([UInt8](0..<64)), parameters: .mlkem768))
        var dumped = ""
        dump(key, to: &dumped)
        for text in [dumped, "\(key)", String(reflecting: key)] { #expect(text.count < 100, "\(text)") }
    }
}
