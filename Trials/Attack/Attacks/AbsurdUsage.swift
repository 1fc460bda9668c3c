import Foundation
import SystemSupport
import TestSupport

/// What a model server claims to have counted must not stop anything.
struct AbsurdUsage: Attack {
    let name = "absurd-usage"
    let tried = "a model server reports 9e18 and other absurd numbers of tokens"

    func run(_ trial: Trial) async throws -> Outcome {
        var lived = 0
        let figures = ["9e18", "9223372036854775807", "-9e18", "1e308"]
        let figure = Box(figures[0])
        let server = try RawServer { connection in
            guard receive(from: connection) != nil else { return }
            let usage = #"{"prompt_tokens":\#(figure.value),"completion_tokens":\#(figure.value)}"#
            let body =
                #"{"choices":[{"index":0,"message":{"role":"assistant","content":"fine"},"finish_reason":"stop"}],"usage":\#(usage)}"#
            _ = sendAll(
                Array(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
                        .utf8), to: connection)
        }
        let system = try await RunningSystem(
            Installation(), environment: ["OPENAI_BASE_URL": server.url + "/v1", "OPENAI_MODEL": "absurd"])
        for text in figures {
            figure.value = text
            _ = try await system.ask("How are you?")
            if try await Web.get("\(system.web)/api/status/current").status == 200 { lived += 1 }
        }
        let end = try await system.stop().status
        return Outcome(
            "after \(lived) of \(figures.count) answers the status was shown; the system ended with \(end ?? -1) when asked to",
            bound: "after each; with 0", holds: lived == figures.count && end == 0)
    }
}
