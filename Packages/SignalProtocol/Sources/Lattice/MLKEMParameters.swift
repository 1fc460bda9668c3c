/// The parameters in which ML-KEM-768 and ML-KEM-1024 differ.
///
/// - Source: FIPS 203, table 2. Both sample their noise with η₁ = η₂ = 2.
public struct MLKEMParameters: Sendable, Equatable {
    /// ML-KEM-768.
    public static let mlkem768 = MLKEMParameters(rank: 3, vectorBits: 10, scalarBits: 4)
    /// ML-KEM-1024.
    public static let mlkem1024 = MLKEMParameters(rank: 4, vectorBits: 11, scalarBits: 5)

    /// d ‖ z, from which a key pair is derived.
    public static let seedByteCount = 64
    /// The size of a shared secret, and of the randomness of an encapsulation.
    public static let secretByteCount = 32

    /// k: the number of polynomials in a vector.
    let rank: Int
    /// d_u: the bits kept of each coefficient of the ciphertext's vector.
    let vectorBits: Int
    /// d_v: the bits kept of each coefficient of the ciphertext's last polynomial.
    let scalarBits: Int

    /// The size of an encoded vector of transforms: the secret key, or the long part of the encapsulation key.
    var keyVectorByteCount: Int { rank * Polynomial.byteCount }
    /// The vector, and the seed of the matrix.
    public var encapsulationKeyByteCount: Int { keyVectorByteCount + 32 }
    /// c1, the compressed vector of a ciphertext.
    var vectorByteCount: Int { rank * 32 * vectorBits }
    /// c2, its compressed last polynomial.
    var scalarByteCount: Int { 32 * scalarBits }
    /// The size of a ciphertext, c1 ‖ c2.
    public var ciphertextByteCount: Int { vectorByteCount + scalarByteCount }
    /// ŝ, the encapsulation key, its hash, and z.
    public var decapsulationKeyByteCount: Int { keyVectorByteCount + encapsulationKeyByteCount + 64 }
}
