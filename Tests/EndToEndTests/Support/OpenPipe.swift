import Foundation

/// A pipe whose ends no program inherits but the one that it is made for.
struct OpenPipe: Sendable {
    let readEnd: Int32
    let writeEnd: Int32

    /// Two steps: nobody may start a program between them.
    init() throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Unexpected("no pipe: \(String(cString: strerror(errno)))") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    /// Hands on what is written until the last writer is gone, then closes the reading end.
    func forEachChunk(_ body: (ArraySlice<UInt8>) -> Void) {
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = read(readEnd, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            body(buffer[..<count])
        }
        close(readEnd)
    }

    /// Writes a text that fits into the pipe, and closes the writing end.
    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(writeEnd, bytes, bytes.count)
        close(writeEnd)
    }
}
