import Foundation
import TestSupport

@testable import Messenger

/// Stands between clients and a relay on this machine, and changes what it carries.
struct MeddlingProxy: Sendable {
    /// Of what was read at one time.
    typealias Change = @Sendable (Data) -> Data

    var toRelay: Change = { $0 }
    var toClient: Change = { $0 }

    /// Runs while `body` runs.
    func serve<Value: Sendable>(
        _ relay: RelayClient, _ body: @Sendable (RelayClient) async throws -> Value
    ) async throws -> Value {
        let proxy = try TCPProxy(to: relay.port) { bytes, direction in
            switch direction {
            case .toServer: Array(toRelay(Data(bytes)))
            case .toClient: Array(toClient(Data(bytes)))
            }
        }
        defer { withExtendedLifetime(proxy) {} }
        var client = RelayClient(url: "http://127.0.0.1:\(proxy.port)")
        // As if its operator had published the proxy's address.
        client.origin = relay.origin
        return try await body(client)
    }
}

extension Data {
    func holds(_ text: String) -> Bool { range(of: Data(text.utf8)) != nil }

    /// With another text in the first place of one; as it is where that is not there.
    func replacing(_ text: String, with other: some Collection<UInt8>) -> Data {
        guard let place = range(of: Data(text.utf8)) else { return self }
        var changed = self
        changed.replaceSubrange(place, with: Array(other))
        return changed
    }
}
