import Foundation
import MaintenanceAPI
import Values

/// Since when a mount does not answer, as exactly as stored readings tell.
struct MountSilence: ResultPart {
    let sinceUTC: String
    let sinceAgeSeconds: Double
    /// It did not answer in the oldest reading that was looked at either; true or nil.
    let mayBeLonger: Bool?
    /// Milliseconds since 1970.
    let since: Int64

    private enum CodingKeys: CodingKey { case sinceUTC, sinceAgeSeconds, mayBeLonger }

    private static let refinements = 6

    /// Of all mounts that do not answer in the newest reading, by mount point.
    static func all(
        in newest: Sample, after earlier: [FillReading], now: Date, _ database: StateDatabase
    ) async throws -> [String: MountSilence] {
        var all: [String: MountSilence] = [:]
        for mount in newest.fileSystems where mount.timedOut {
            all[mount.mountPoint] = try await silence(
                of: mount.mountPoint, in: newest, after: earlier, now: now, database)
        }
        return all
    }

    private static func silence(
        of mount: String, in newest: Sample, after earlier: [FillReading], now: Date,
        _ database: StateDatabase
    ) async throws -> MountSilence {
        func isSilent(_ systems: [Sample.FileSystem]) -> Bool {
            systems.first { $0.mountPoint == mount }?.timedOut ?? false
        }
        let lastAnswer = earlier.last { !isSilent($0.fileSystems) }?.takenAt
        var since = earlier.first { $0.takenAt > lastAnswer ?? 0 }?.takenAt ?? newest.takenAt
        // The readings between the last answer and the first silence are halved again and again.
        if var answered = lastAnswer {
            for _ in 0..<refinements {
                let middle = Date(milliseconds: answered + (since - answered) / 2)
                guard let sample = try await database.sample(before: middle), sample.takenAt > answered,
                    sample.takenAt < since
                else { break }
                if isSilent(sample.fileSystems) { since = sample.takenAt } else { answered = sample.takenAt }
            }
        }
        return MountSilence(
            sinceUTC: utcText(since),
            sinceAgeSeconds: max(0, now.timeIntervalSince1970 - Double(since) / 1000).rounded(),
            mayBeLonger: lastAnswer == nil ? true : nil, since: since)
    }
}
