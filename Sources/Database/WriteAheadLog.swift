import Foundation

/// A write-ahead log as a file, apart from SQLite, which reads it up to the first frame that is damaged and says nothing of
/// those after it.
package struct WriteAheadLog {
    private static let headerByteCount = 32
    private static let frameHeaderByteCount = 24

    private let bytes: Data

    /// The log beside a database that no process has open; nil if there is none.
    package init?(besides path: String) {
        guard let bytes = FileManager.default.contents(atPath: path + "-wal"), !bytes.isEmpty else {
            return nil
        }
        self.bytes = bytes
    }

    /// How many commits stand behind a damaged frame: they were confirmed, and SQLite will not read them.
    ///
    /// Where the machine lost its power during a commit, that one may count, too.
    package var lostCommitCount: Int {
        guard bytes.count > Self.headerByteCount + Self.frameHeaderByteCount else { return 0 }
        let isBigEndian = word(at: 0) & 1 == 1
        var sums = Checksum(isBigEndian: isBigEndian)
        sums.add(bytes[..<24])
        // Without a header nothing is read.
        guard sums.matches(word(at: 24), word(at: 28)) else { return 1 }
        let frameByteCount = Self.frameHeaderByteCount + Int(word(at: 8))
        guard frameByteCount > Self.frameHeaderByteCount else { return 1 }
        let salts = (word(at: 16), word(at: 20))
        var (isSound, count) = (true, 0)
        for start in stride(
            from: Self.headerByteCount, through: bytes.count - frameByteCount, by: frameByteCount)
        where (word(at: start + 8), word(at: start + 12)) == salts {
            if isSound {
                sums.add(bytes[start..<start + 8])
                sums.add(bytes[(start + Self.frameHeaderByteCount)..<start + frameByteCount])
                isSound = sums.matches(word(at: start + 16), word(at: start + 20))
            }
            // The last frame of a commit holds the size of the database.
            if !isSound, word(at: start + 4) > 0 { count += 1 }
        }
        return count
    }

    private func word(at place: Int) -> UInt32 { bytes[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) } }
}

/// As SQLite's file format defines it.
private struct Checksum {
    let isBigEndian: Bool
    private var (first, second): (UInt32, UInt32) = (0, 0)

    init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

    /// Adds whole pairs of words.
    mutating func add(_ bytes: Data) {
        bytes.withUnsafeBytes { buffer in
            for place in stride(from: 0, to: buffer.count - 7, by: 8) {
                first &+= word(buffer, place) &+ second
                second &+= word(buffer, place + 4) &+ first
            }
        }
    }

    private func word(_ buffer: UnsafeRawBufferPointer, _ place: Int) -> UInt32 {
        let word = buffer.loadUnaligned(fromByteOffset: place, as: UInt32.self)
        return isBigEndian ? UInt32(bigEndian: word) : UInt32(littleEndian: word)
    }

    func matches(_ first: UInt32, _ second: UInt32) -> Bool { (self.first, self.second) == (first, second) }
}
