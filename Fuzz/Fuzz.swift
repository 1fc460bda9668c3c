import CLibFuzzer
import Foundation

/// `fuzz TARGET [libFuzzer's arguments]` feeds one target; `fuzz seeds FOLDER` writes sound inputs for all of them.
@main
enum Fuzz {
    private static let target = CommandLine.arguments.dropFirst().first.flatMap(Target.init(rawValue:))

    static func main() throws {
        let arguments = CommandLine.arguments
        if arguments.count == 3, arguments[1] == "seeds" {
            return try Seeds.write(to: URL(filePath: arguments[2]))
        }
        guard target != nil else {
            let names = Target.allCases.map(\.rawValue).joined(separator: " | ")
            print("usage: fuzz \(names) [libFuzzer's arguments]\n       fuzz seeds FOLDER")
            exit(2)
        }
        var pointers: [UnsafeMutablePointer<CChar>?] = ([arguments[0]] + arguments.dropFirst(2)).map {
            strdup($0)
        }
        var count = Int32(pointers.count)
        pointers.append(nil)
        let status = pointers.withUnsafeMutableBufferPointer { buffer in
            var start = buffer.baseAddress
            return LLVMFuzzerRunDriver(&count, &start) { data, size in
                Fuzz.target?.run(Array(UnsafeBufferPointer(start: data, count: size)))
                return 0
            }
        }
        exit(status)
    }
}

/// What is fed. The first six take an input's first byte as the number of a parser.
enum Target: String, CaseIterable {
    case messages, records, ratchet, kem, relay, frames, telemetry, session, model, requests, responses,
        sockets, database

    func run(_ input: [UInt8]) {
        switch self {
        case .messages: Parser.run(Parser.messages, on: input)
        case .records: Parser.run(Parser.records, on: input)
        case .ratchet: Parser.run(Parser.ratchet, on: input)
        case .kem: KEMInputs.run(input)
        case .relay: Parser.run(Parser.relay, on: input)
        case .frames: Parser.run(Parser.frames, on: input)
        case .telemetry: KernelFileParsers.run(on: input)
        case .session: SessionEvents.run(input)
        case .model: ModelStream.run(input)
        case .requests: HTTPMessages.readRequests(input)
        case .responses: HTTPMessages.readResponses(input)
        case .sockets: SocketFrames.run(on: input)
        case .database: DamagedDatabase.run(input)
        }
    }
}
