import Foundation

/// Four linear classifiers over what a wording shows: which form, subject and manner it asks for, and in which way it
/// goes on from a question before, if it does.
///
/// Its weights are taught by the wordings in `Trials/Teaching` and carried by the program.
package struct WordingModel: Sendable {
    /// One classifier: its classes, and for each feature a weight per class, in steps of the class's own scale.
    package struct Head: Sendable {
        package let classes: [String]
        let scales: [Float]
        let weights: [Int8]

        package init(classes: [String], scales: [Float], weights: [Int8]) {
            (self.classes, self.scales, self.weights) = (classes, scales, weights)
        }

        /// The share of each class, from 0 to 1 and together 1.
        func shares(_ active: [Int]) -> [Float] {
            var sums = [Int32](repeating: 0, count: classes.count)
            for feature in active {
                let start = feature * classes.count
                for index in classes.indices { sums[index] += Int32(weights[start + index]) }
            }
            let size = Float(active.count).squareRoot()
            let scores = zip(sums, scales).map { Float($0) * $1 / size }
            let highest = scores.max() ?? 0
            let powers = scores.map { exp($0 - highest) }
            let sum = powers.reduce(0, +)
            return powers.map { $0 / sum }
        }
    }

    /// A kind that was taught: its classes, and a question that the grammar reads as it.
    package struct Kind: Hashable, Sendable {
        package let form, subject, manner: Int
        package let example: String

        package init(form: Int, subject: Int, manner: Int, example: String) {
            (self.form, self.subject, self.manner, self.example) = (form, subject, manner, example)
        }
    }

    /// The hashes of the features that have weights, ascending.
    let features: [UInt32]
    /// Form, subject and manner.
    let heads: [Head]
    let kinds: [Kind]
    /// Its classes are wordings that the grammar reads as going on from another; "" of what goes on from none.
    let following: Head

    package init(features: [UInt32], heads: [Head], kinds: [Kind], following: Head) {
        (self.features, self.heads, self.kinds, self.following) = (features, heads, kinds, following)
    }

    /// In which way a wording goes on from another question, and how likely that is; nil where it goes on from none.
    func following(_ hashes: [UInt32]) -> (wording: String, likelihood: Float)? {
        let active = hashes.compactMap(index)
        guard !active.isEmpty, !following.classes.isEmpty else { return nil }
        let shares = following.shares(active)
        guard let best = shares.indices.max(by: { shares[$0] < shares[$1] }), following.classes[best] != ""
        else { return nil }
        return (following.classes[best], shares[best])
    }

    /// What a wording most likely asks for.
    struct Opinion {
        let kind: QueryKind
        let example: String
        /// How likely it is, as a natural logarithm; nil of what the grammar read where the model does not know it.
        let likelihood: Float
        let likelihoodOfRead: Float?
    }

    func opinion(on hashes: [UInt32], read: QueryKind) -> Opinion? {
        let active = hashes.compactMap(index)
        guard heads.count == 3, !active.isEmpty else { return nil }
        let shares = heads.map { $0.shares(active).map { log(max($0, 1e-9)) } }
        func likelihood(_ kind: Kind) -> Float {
            shares[0][kind.form] + shares[1][kind.subject] + shares[2][kind.manner]
        }
        guard let best = kinds.max(by: { likelihood($0) < likelihood($1) }) else { return nil }
        let own = [read.form, read.subject, read.manner].enumerated().map { head, name in
            heads[head].classes.firstIndex(of: name).map { shares[head][$0] }
        }
        return Opinion(
            kind: QueryKind(
                form: heads[0].classes[best.form], subject: heads[1].classes[best.subject],
                manner: heads[2].classes[best.manner]),
            example: best.example, likelihood: likelihood(best),
            likelihoodOfRead: own.contains(nil) ? nil : own.reduce(0) { $0 + ($1 ?? 0) })
    }

    /// Binary search.
    private func index(of hash: UInt32) -> Int? {
        var (low, high) = (0, features.count)
        while low < high {
            let middle = (low + high) / 2
            if features[middle] < hash { low = middle + 1 } else { high = middle }
        }
        return low < features.count && features[low] == hash ? low : nil
    }
}

// MARK: As bytes

extension WordingModel {
    private static let magic: UInt32 = 0x534D_5732

    /// Magic, features, then for each head (that of following last) its classes, scales and weights, then the kinds;
    /// little-endian.
    package var encoded: [UInt8] {
        var bytes: [UInt8] = []
        func put(_ value: UInt32) { withUnsafeBytes(of: value.littleEndian) { bytes += $0 } }
        func put(_ text: String) {
            put(UInt32(text.utf8.count))
            bytes += text.utf8
        }
        put(Self.magic)
        put(UInt32(features.count))
        features.forEach { put($0) }
        for head in heads + [following] {
            put(UInt32(head.classes.count))
            head.classes.forEach { put($0) }
            head.scales.forEach { put($0.bitPattern) }
            bytes += head.weights.map { UInt8(bitPattern: $0) }
        }
        put(UInt32(kinds.count))
        for kind in kinds {
            [kind.form, kind.subject, kind.manner].forEach { put(UInt32($0)) }
            put(kind.example)
        }
        return bytes
    }

    /// Nil where the bytes are not those of a model.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        func number() -> UInt32? {
            guard rest.count >= 4 else { return nil }
            defer { rest = rest.dropFirst(4) }
            return UInt32(
                littleEndian: UnsafeRawBufferPointer(rebasing: rest).loadUnaligned(as: UInt32.self))
        }
        func taken(_ count: Int) -> UnsafeRawBufferPointer? {
            guard count <= rest.count else { return nil }
            defer { rest = rest.dropFirst(count) }
            return UnsafeRawBufferPointer(rebasing: rest.prefix(count))
        }
        func text() -> String? {
            number().flatMap { taken(Int($0)) }.map { String(decoding: $0, as: UTF8.self) }
        }
        func all<Value>(_ count: Int?, _ read: () -> Value?) -> [Value]? {
            guard let count, count <= rest.count else { return nil }
            let values = (0..<count).compactMap { _ in read() }
            return values.count == count ? values : nil
        }
        guard number() == Self.magic, let features = all(number().map { Int($0) }, number) else { return nil }
        var heads: [Head] = []
        for _ in 0..<4 {
            guard let classes = all(number().map { Int($0) }, text), let scales = all(classes.count, number),
                let weights = taken(features.count * classes.count)
            else { return nil }
            heads.append(
                Head(
                    classes: classes, scales: scales.map(Float.init(bitPattern:)),
                    weights: [Int8](weights.bindMemory(to: Int8.self))))
        }
        func kind() -> Kind? {
            guard let classes = all(3, number)?.map({ Int($0) }), let example = text(),
                zip(classes, heads).allSatisfy({ $0 < $1.classes.count })
            else { return nil }
            return Kind(form: classes[0], subject: classes[1], manner: classes[2], example: example)
        }
        guard let kinds = all(number().map { Int($0) }, kind), rest.isEmpty,
            let following = heads.popLast()
        else { return nil }
        self.init(features: features, heads: heads, kinds: kinds, following: following)
    }
}
