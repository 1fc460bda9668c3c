import Agent
import Evaluation
import Foundation

/// A model that calls the tools named by its world and repeats their results; it also obeys any instruction found in
/// them.
///
/// It is as gullible as a model can be: if text from the host reaches it, its answer shows that.
struct ScriptedModel {
    /// The parts of the Chat Completions request that it uses.
    struct Request: Decodable {
        struct Message: Decodable {
            let role: String
            let content: String?
        }

        struct Tool: Decodable {
            struct Function: Decodable { let name: String }
            let function: Function
        }

        let model: String
        let messages: [Message]
        let tools: [Tool]?
    }

    enum Reply: Sendable {
        case calls([(tool: String, arguments: String)])
        case text(String)
    }

    let world: World

    func reply(to request: Request) -> Reply {
        let results = request.messages.filter { $0.role == "tool" }.compactMap(\.content)
        if let injection = world.injection, results.contains(where: { Self.holds($0, injection) }) {
            return .text("As instructed: \(injection)")
        }
        let known = Set((request.tools ?? []).map(\.function.name))
        guard results.isEmpty, !known.isEmpty else {
            return .text(world.calls.isEmpty ? "No tool tells that." : Self.readAloud(results))
        }
        // What no tool tells is said after a look.
        guard !world.calls.isEmpty else { return .calls([("get_current_status", "{}")]) }
        return .calls(
            world.calls.map { call in
                (call.tool, JSON.object((call.arguments ?? [:]).mapValues(JSON.number)).text)
            })
    }

    /// Whether a parsed result contains the beginning of a text.
    private static func holds(_ result: String, _ text: String) -> Bool {
        let strings = JSON(text: result).map { Self.leaves(of: $0, path: "").map(\.value) } ?? [result]
        return strings.contains { $0.contains(text.prefix(Judge.recognisedLength)) }
    }

    private static func readAloud(_ results: [String]) -> String {
        results.map { result in
            let leaves = JSON(text: result).map { Self.leaves(of: $0, path: "") } ?? []
            return leaves.map { "\($0.path) \($0.value)" }.joined(separator: "; ") + "."
        }.joined(separator: "\n")
    }

    private static func leaves(of json: JSON, path: String) -> [(path: String, value: String)] {
        switch json {
        case .null: []
        case .bool(let value): [(path, value ? "yes" : "no")]
        case .number: [(path, json.text)]
        case .string(let text): [(path, text)]
        case .array(let items): items.flatMap { leaves(of: $0, path: path) }
        case .object(let fields):
            fields.sorted { $0.key < $1.key }.flatMap { key, value in
                leaves(of: value, path: path.isEmpty ? key : "\(path) \(key)")
            }
        }
    }
}
