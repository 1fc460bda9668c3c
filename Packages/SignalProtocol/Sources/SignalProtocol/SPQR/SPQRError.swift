/// Why the post-quantum ratchet refused a message or a stored state.
///
/// Cases hold counters and epochs, never keys. None of them ends a session: the message is dropped and the state
/// stays as it was.
enum SPQRError: Error, Hashable, Sendable {
    /// The stored state is damaged.
    case stateDecode
    /// The message is malformed, or a stored decoder is for a value of another size.
    case messageDecode
    /// The MAC over the header or over the ciphertext is wrong.
    case macVerifyFailed
    /// An epoch ahead of what the state accepts, or one whose keys are not held.
    case epochOutOfRange(UInt64)
    /// A message of version 0 after version 1 was settled.
    case versionMismatch
    /// A message of version 0 to a party that insists on version 1.
    case minimumVersion
    /// The key at `index` is further ahead of `counter` than the limits allow.
    case keyJump(counter: UInt32, index: UInt32)
    /// The key was dropped because newer ones took its place.
    case keyTrimmed(UInt32)
    /// The key was given out before, or there is none at that index.
    case keyAlreadyRequested(UInt32)
    /// The encapsulation key is not the one that its header announced.
    case erroneousDataReceived
    case sendKeyEpochDecreased(from: UInt64, to: UInt64)
    /// The state holds neither keys nor what is needed to make them.
    case chainNotAvailable
    /// A chain gave its 2^32 - 1 keys.
    case chainExhausted
}
