import Cryptography

/// Does `work`, whose secrets pass through the stack, and overwrites what they left there.
///
/// The values of Swift cannot be wiped one by one: it copies and moves them as it likes. All of them lie below the frame
/// of this function's caller, and so does the room that is overwritten.
@inline(__always)
func wipingStack<Value>(_ work: () -> Value) -> Value {
    defer { wipeStack() }
    return inFrameOfItsOwn(work)
}

@inline(never)
private func inFrameOfItsOwn<Value>(_ work: () -> Value) -> Value { work() }

/// Ninety-six kilobytes of zeroes. An operation goes 92 deep in a debug build, 48 in one for release.
@inline(never)
private func wipeStack() {
    var room = InlineArray<12288, UInt64>(repeating: 0)
    // That its address is handed on keeps the compiler from leaving the zeroes out.
    withUnsafeMutableBytes(of: &room) { wipe(UnsafeMutableRawBufferPointer(rebasing: $0[..<8])) }
}
