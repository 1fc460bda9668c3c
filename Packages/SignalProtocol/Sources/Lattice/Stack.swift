import Cryptography

/// Runs `work`, whose secrets are on the stack, and overwrites what they left there.
///
/// Swift values cannot be wiped one by one, because Swift copies and moves them freely. All of them are below the frame
/// of this function's caller, as is the memory that is overwritten.
@inline(__always)
func wipingStack<Value>(_ work: () -> Value) -> Value {
    defer { wipeStack() }
    return inFrameOfItsOwn(work)
}

@inline(never)
private func inFrameOfItsOwn<Value>(_ work: () -> Value) -> Value { work() }

/// Ninety-six kilobytes of zeroes. An operation uses 92 of them in a debug build, 48 in a release build.
@inline(never)
private func wipeStack() {
    var room = InlineArray<12288, UInt64>(repeating: 0)
    // Passing on its address keeps the compiler from removing the zeroes.
    withUnsafeMutableBytes(of: &room) { wipe(UnsafeMutableRawBufferPointer(rebasing: $0[..<8])) }
}
