import HTTP
import Networking
import RelayAPI
import SystemSupport
import TestSupport

/// Garbage of accounts that are gone must not keep a person from her mail.
struct VanishedStrangers: Attack {
    let name = "vanished-strangers"
    let tried = "accounts send a person what cannot be read, and are removed before she looks"

    func run(_ trial: Trial) async throws -> Outcome {
        let victim = try await trial.relay()
        let carol = try Installation(["RELAY_URL": victim.url])
        let dave = try Installation(["RELAY_URL": victim.url])
        for (person, name) in [(carol, "carol"), (dave, "dave")] {
            try await person.run("init", "--id", name)
            try await person.run("register")
        }
        let count = trial.isShort ? 20 : 50
        for number in 0..<count {
            let stranger = try await Intruder("stranger-\(number)", at: victim)
            let garbage = try stranger.envelope(
                to: DeviceAddress(IdentityID("carol"), DeviceID(1)), byteCount: 40)
            let sent = try await stranger.client.ask(
                .post, "/v1/messages", token: stranger.token, json: garbage)
            let removed = try await stranger.client.ask(.delete, "/v1/devices/1", token: stranger.token)
            guard sent.status == 200, removed.status == 204 else {
                throw Unexpected("\(sent.status) and \(removed.status)")
            }
        }
        try await dave.run("send", "carol", "the real one")
        let shown = try await carol.attempt("inbox")
        return Outcome(
            "after \(count) of them inbox ended with \(shown.status.map(String.init) ?? "a signal") and \(shown.text.contains("the real one") ? "showed" : "did not show") the real one",
            bound: "it ends with 0 and shows it",
            holds: shown.status == 0 && shown.text.contains("the real one"))
    }
}
