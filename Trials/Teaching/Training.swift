import Foundation
import Questions

/// Multinomial logistic regression by stochastic gradient descent (AdaGrad), the same for the same lessons.
struct Training {
    static let rounds = 40
    private static let rate: Float = 0.5
    private static let decay: Float = 1e-5

    /// Features that fewer wordings show are left out.
    private static let leastCount = 4

    static func model(
        of lessons: [Lesson], following followUps: [FollowUp], progress: (String) -> Void
    ) -> WordingModel {
        var counts: [UInt32: Int] = [:]
        for features in lessons.map(\.features) + followUps.map(\.features) {
            for feature in features { counts[feature, default: 0] += 1 }
        }
        let features = counts.filter { $0.value >= leastCount }.keys.sorted()
        let places = Dictionary(uniqueKeysWithValues: features.enumerated().map { ($1, $0) })
        let rows = lessons.map { $0.features.compactMap { places[$0] } }
        progress("\(lessons.count) wordings, \(features.count) features")
        let parts: [(String, (QueryKind) -> String)] = [
            ("form", \.form), ("subject", \.subject), ("manner", \.manner),
        ]
        let heads = parts.map { name, part in
            let classes = Set(lessons.map { part($0.kind) }).sorted()
            progress("\(name): \(classes.count) classes")
            let labels = lessons.map { classes.firstIndex(of: part($0.kind)) ?? 0 }
            return head(rows, labels, classes, featureCount: features.count)
        }
        let ways = Set(followUps.map(\.wording)).sorted()
        progress("following: \(followUps.count) wordings, \(ways.count) classes")
        let following = head(
            rows + followUps.map { $0.features.compactMap { places[$0] } },
            lessons.map { _ in 0 } + followUps.map { 1 + (ways.firstIndex(of: $0.wording) ?? 0) },
            [""] + ways, featureCount: features.count)
        var kinds: [QueryKind: String] = [:]
        for lesson in lessons where kinds[lesson.kind] == nil && lesson.kind.canStand {
            kinds[lesson.kind] = lesson.example
        }
        progress("\(kinds.count) kinds")
        return WordingModel(
            features: features, heads: heads,
            kinds: kinds.sorted { $0.value < $1.value }.map { kind, example in
                let places = zip(heads, [kind.form, kind.subject, kind.manner]).map {
                    $0.classes.firstIndex(of: $1) ?? 0
                }
                return .init(form: places[0], subject: places[1], manner: places[2], example: example)
            }, following: following)
    }

    private static func head(_ rows: [[Int]], _ labels: [Int], _ classes: [String], featureCount: Int)
        -> WordingModel.Head
    {
        let count = classes.count
        var weights = [Float](repeating: 0, count: featureCount * count)
        var squares = [Float](repeating: 1e-6, count: featureCount * count)
        var shares = [Float](repeating: 0, count: count)
        var state: UInt64 = 1
        var order = Array(rows.indices)
        weights.withUnsafeMutableBufferPointer { weights in
            squares.withUnsafeMutableBufferPointer { squares in
                for _ in 0..<rounds {
                    for index in order.indices.dropFirst().reversed() {
                        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                        order.swapAt(index, Int(state >> 33) % (index + 1))
                    }
                    for row in order where !rows[row].isEmpty {
                        let value = 1 / Float(rows[row].count).squareRoot()
                        for index in 0..<count { shares[index] = 0 }
                        for feature in rows[row] {
                            for index in 0..<count { shares[index] += weights[feature * count + index] }
                        }
                        let highest = (shares.max() ?? 0) * value
                        var sum: Float = 0
                        for index in 0..<count {
                            shares[index] = exp(shares[index] * value - highest)
                            sum += shares[index]
                        }
                        for index in 0..<count { shares[index] /= sum }
                        shares[labels[row]] -= 1
                        for feature in rows[row] {
                            let start = feature * count
                            for index in 0..<count {
                                let slope = shares[index] * value + decay * weights[start + index]
                                squares[start + index] += slope * slope
                                weights[start + index] -= rate * slope / squares[start + index].squareRoot()
                            }
                        }
                    }
                }
            }
        }
        // In 127 steps up and down, each class by its own largest weight.
        var largest = [Float](repeating: 1e-6, count: count)
        for (place, weight) in weights.enumerated() {
            largest[place % count] = max(largest[place % count], abs(weight))
        }
        let scales = largest.map { $0 / 127 }
        let steps = weights.enumerated().map { place, weight in
            Int8((weight / scales[place % count]).rounded())
        }
        return WordingModel.Head(classes: classes, scales: scales, weights: steps)
    }
}
