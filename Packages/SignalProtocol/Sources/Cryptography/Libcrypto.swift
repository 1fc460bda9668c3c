import COpenSSL

/// Ends the program if libcrypto fails where it cannot: sizes are checked beforehand, so memory is exhausted.
func require(_ result: Int32) {
    guard result == 1 else { preconditionFailure("libcrypto failed: \(takeLibcryptoErrors())") }
}

/// Runs an operation that may fail, and clears the thread's error queue afterwards: otherwise later code on the same
/// thread, such as TLS, would take the error for its own.
func mayFail(_ body: () -> Int32) -> Bool {
    let isDone = body() == 1
    if !isDone { ERR_clear_error() }
    return isDone
}

/// Takes all errors from the thread's queue, as text.
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
