import Foundation
import MaintenanceAPI
import Synchronization

/// The readings that were decoded last, each found by its JSON: an answer needs the newest ones several times.
final class RecentSamples: Sendable {
    private static let maxCount = 12

    private let samples = Mutex<[(json: Data, sample: Sample)]>([])

    func sample(_ json: Data) throws -> Sample {
        if let known = samples.withLock({ $0.first { $0.json == json } }) { return known.sample }
        let sample = try JSONDecoder().decode(Sample.self, from: json)
        samples.withLock { samples in
            samples.insert((json, sample), at: 0)
            if samples.count > Self.maxCount { samples.removeLast() }
        }
        return sample
    }
}
