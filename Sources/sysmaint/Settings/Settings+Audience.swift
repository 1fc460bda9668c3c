import Foundation
import RelayAPI

/// Whose questions the agent answers.
enum Audience: Hashable {
    case everyone
    /// Those of this installation, and these.
    case own(and: Set<IdentityID>)
}

extension Settings {
    /// Where the relay is on this machine, so are those who can reach it, as a rule: all are answered unless the setting
    /// names some. A relay that strangers can reach serves none of them unless it says so.
    func audience() throws -> Audience {
        guard let text = reader.text(.serves) else {
            let relay = try RelaySettings(reader, home: home)
            let hosts = [URLComponents(string: try relayURL())?.host ?? "", relay.host]
            // Behind a proxy that others reach it stands on this machine all the same.
            let isOurs = hosts.allSatisfy(Network.isLoopback) && relay.publicOrigins.isEmpty
            return isOurs ? .everyone : .own(and: [])
        }
        let names = text.split { $0 == "," || $0 == " " }.map(String.init)
        if names == ["everyone"] { return .everyone }
        do {
            return .own(and: Set(try names.map { try IdentityID($0) }))
        } catch let error as InvalidValue {
            throw SettingError(
                .serves, value: text,
                requirement: "must be everyone, or identities separated by commas: each \(error.reason)")
        }
    }

    /// Whether the agent answers an identity. Those of this installation are the services' own, and those whose key store
    /// is in the data folder, also where it was made while the agent runs.
    func serves(_ audience: Audience) -> @Sendable (IdentityID) -> Bool {
        guard case .own(let others) = audience else { return { _ in true } }
        let known = others.union(ownIdentities)
        return { [home] id in
            known.contains(id) || FileManager.default.fileExists(atPath: "\(home)/\(id)\(Self.storeSuffix)")
        }
    }

    /// Those that the services of one installation use.
    var ownIdentities: Set<IdentityID> { [agentID, probeID, aliceID, bobID] }
}
