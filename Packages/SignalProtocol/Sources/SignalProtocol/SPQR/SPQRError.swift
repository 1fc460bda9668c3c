/// The reason why the post-quantum ratchet rejected a message or a stored state.
///
/// Cases hold counters and epochs, never keys. No error ends a session: the message is dropped and the state is
/// unchanged.
enum SPQRError: Error, Hashable, Sendable {
    /// The stored state is damaged.
    case stateDecode
    /// The message is malformed, or a stored decoder is for a value of another size.
    case messageDecode
    /// The MAC over the header or over the ciphertext is wrong.
    case macVerifyFailed
    /// An epoch ahead of what the state accepts, or one whose keys are not held.
    case epochOutOfRange(UInt64)
    /// A message of version 0 after version 1 was negotiated.
    case versionMismatch
    /// A message of version 0 to a party that requires version 1.
    case minimumVersion
    /// The key at `index` is further ahead of `counter` than the limits allow.
    case keyJump(counter: UInt32, index: UInt32)
    /// The key was dropped in favor of newer ones.
    case keyTrimmed(UInt32)
    /// The key was already taken, or there is no key at that index.
    case keyAlreadyRequested(UInt32)
    /// The encapsulation key is not the one that its header announced.
    case erroneousDataReceived
    case sendKeyEpochDecreased(from: UInt64, to: UInt64)
    /// The state holds neither keys nor the means to derive them.
    case chainNotAvailable
    /// A chain has produced all of its 2^32 - 1 keys.
    case chainExhausted
}
