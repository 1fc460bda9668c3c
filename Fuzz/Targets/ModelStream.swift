import Foundation

@testable import Agent

/// What a model server streams: however its bytes are cut into pieces, the same events come out.
enum ModelStream {
    static func run(_ input: [UInt8]) {
        guard let first = input.first else { return }
        let bytes = input.dropFirst()
        let events = events([bytes])
        let size = Int(first) + 1
        let pieces = stride(from: bytes.startIndex, to: bytes.endIndex, by: size).map {
            bytes[$0..<min($0 + size, bytes.endIndex)]
        }
        precondition(self.events(pieces) == events)
        var assembly = CompletionAssembly(known: ["ping"])
        for event in events {
            guard let completion = JSON(sent: event),
                (try? assembly.add(completion)) != nil
            else { break }
        }
        assembly.end(isAnnounced: true)
        _ = assembly.reply
    }

    /// Until a line is too long.
    private static func events(_ pieces: [ArraySlice<UInt8>]) -> [Data] {
        var stream = EventStream()
        var events: [Data] = []
        for piece in pieces {
            guard let more = try? stream.add(piece) else { break }
            events += more
        }
        return events + stream.end()
    }
}
