/// What is fed. The first six take an input's first byte as the number of a parser.
package enum FuzzTarget: String, CaseIterable, Sendable {
    case messages, records, ratchet, kem, relay, frames, telemetry, session, model, requests, responses,
        sockets, database

    package func run(_ input: [UInt8]) {
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
