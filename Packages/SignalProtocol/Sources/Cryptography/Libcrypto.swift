import COpenSSL

/// Ends the program where libcrypto refuses what it cannot refuse: sizes are checked before, so memory ran out.
func require(_ result: Int32) {
    guard result == 1 else { preconditionFailure("libcrypto failed: \(takeLibcryptoErrors())") }
}

/// Calls what may fail. What libcrypto leaves about it in the thread's queue is taken out again: whoever asks
/// the queue next, such as TLS on the same thread, would take it for an error of its own.
func mayFail(_ body: () -> Int32) -> Bool {
    let isDone = body() == 1
    if !isDone { ERR_clear_error() }
    return isDone
}

/// The thread's queue of errors as text; it is empty afterwards.
private func takeLibcryptoErrors() -> String {
    var errors: [String] = []
    while case let code = ERR_get_error(), code != 0 {
        errors.append(
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
                guard let start = text.baseAddress else { return "" }
                ERR_error_string_n(code, start, text.count)
                return String(cString: start)
            })
    }
    return errors.joined(separator: "; ")
}
