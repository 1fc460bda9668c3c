/// The two stored forms of KEM keys that were generated here. Both are read.
enum StoredForm: Sendable {
    /// The expanded secret key, as the official library writes and reads it.
    case official
    /// The 64-byte seed that the key was generated from, which only this library reads.
    case compact
}
