/// The protocol between the processes of a run, one line per message.
enum PartyEvent: Hashable {
    case ready
    case tried(peer: String, number: Int)
    case posted(peer: String, number: Int)
    case took(peer: String, number: Int)
    case handled(peer: String, number: Int)
    /// The relay has rejected a message because the recipient's queue is full.
    case queueFull
    /// A note for the reader of the report.
    case note(String)

    init?(_ line: String) {
        let words = line.split(separator: " ", maxSplits: 2).map(String.init)
        switch words.first {
        case "ready": self = .ready
        case "full": self = .queueFull
        case "note": self = .note(words.dropFirst().joined(separator: " "))
        case let word?:
            guard words.count == 3, let number = Int(words[2]) else { return nil }
            switch word {
            case "tried": self = .tried(peer: words[1], number: number)
            case "posted": self = .posted(peer: words[1], number: number)
            case "took": self = .took(peer: words[1], number: number)
            case "handled": self = .handled(peer: words[1], number: number)
            default: return nil
            }
        case nil: return nil
        }
    }

    var line: String {
        switch self {
        case .ready: "ready"
        case .queueFull: "full"
        case .tried(let peer, let number): "tried \(peer) \(number)"
        case .posted(let peer, let number): "posted \(peer) \(number)"
        case .took(let peer, let number): "took \(peer) \(number)"
        case .handled(let peer, let number): "handled \(peer) \(number)"
        case .note(let text): "note \(text.split(separator: "\n").joined(separator: " "))"
        }
    }
}

enum PartyCommand: Hashable {
    /// Send to this peer, starting with this number.
    case send(peer: String, from: Int)
    /// Start no new messages.
    case stop
    /// Open a second connection of the same device.
    case intrude
    /// Move the wall clock.
    case jump(seconds: Int)
    /// Limit files to this size, as on a full disk.
    case fill(byteCount: UInt64)
    /// Lift the limit on file sizes.
    case free

    init?(_ line: String) {
        let words = line.split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case ("send", 3): self = .send(peer: words[1], from: Int(words[2]) ?? 0)
        case ("stop", 1): self = .stop
        case ("intrude", 1): self = .intrude
        case ("jump", 2): self = .jump(seconds: Int(words[1]) ?? 0)
        case ("fill", 2): self = .fill(byteCount: UInt64(words[1]) ?? 0)
        case ("free", 1): self = .free
        default: return nil
        }
    }

    var line: String {
        switch self {
        case .send(let peer, let number): "send \(peer) \(number)"
        case .stop: "stop"
        case .intrude: "intrude"
        case .jump(let seconds): "jump \(seconds)"
        case .fill(let byteCount): "fill \(byteCount)"
        case .free: "free"
        }
    }
}
