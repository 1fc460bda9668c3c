import FoundationEssentials
import Glibc

// One request a line on standard input, one reply a line on standard output, until the input ends.

signal(SIGPIPE, SIG_IGN)

let driver = Driver()
var pending: [UInt8] = []
var searched = 0
var chunk = [UInt8](repeating: 0, count: 1 << 16)

func writeAll(_ bytes: [UInt8]) {
    var start = 0
    while start < bytes.count {
        let count = bytes[start...].withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
        if count < 0 {
            if errno == EINTR { continue }
            exit(1)
        }
        start += count
    }
}

reading: while true {
    let count = chunk.withUnsafeMutableBytes { read(0, $0.baseAddress, $0.count) }
    if count < 0 {
        if errno == EINTR { continue }
        break
    }
    if count == 0 { break }
    pending += chunk[..<count]
    var lineStart = 0
    var replies: [UInt8] = []
    while let end = pending[max(lineStart, searched)...].firstIndex(of: 0x0A) {
        let line = Array(pending[lineStart..<end])
        lineStart = end + 1
        searched = lineStart
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
        replies += driver.reply(to: line)
        replies.append(0x0A)
        if driver.isFinished { break }
        if replies.count > 1 << 16 {
            writeAll(replies)
            replies = []
        }
    }
    writeAll(replies)
    if driver.isFinished { break reading }
    pending.removeFirst(lineStart)
    searched = pending.count
}
