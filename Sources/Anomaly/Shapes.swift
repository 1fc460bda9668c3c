/// How similar the last reading, and the last few, are to earlier recent ones.
///
/// - Shape: the last 640 readings. The sequence compared is 12 long; overlapping ones do not count.
struct Shapes: Hashable, Sendable, Codable {
    struct Distances: Hashable {
        /// Distance from the nearest earlier reading.
        let value: Double
        /// Distance of the sequence that ends with the reading from the nearest earlier one: the sum of the
        /// differences.
        let stretch: Double
    }

    private static let maxKept = 640
    private static let stretch = 12

    /// Up to twice as many as are compared: the older half is removed at once, so that the rest stays in order.
    private var readings: [Float] = []

    /// Adds a reading and returns its distances from earlier ones; 0 if there is nothing to compare with.
    mutating func distances(adding value: Double) -> Distances {
        if readings.count == 2 * Self.maxKept { readings.removeFirst(Self.maxKept) }
        readings.append(Float(value))
        let kept = readings.suffix(Self.maxKept)
        return Distances(
            value: Self.nearest(in: kept, length: 1), stretch: Self.nearest(in: kept, length: Self.stretch))
    }

    /// The distance of the last `length` readings from the nearest sequence of the same length.
    private static func nearest(in readings: ArraySlice<Float>, length: Int) -> Double {
        guard readings.count >= 2 * length else { return 0 }
        return readings.withUnsafeBufferPointer { readings in
            let last = readings.count - length
            var nearest = Float.infinity
            for start in 0...(last - length) {
                var distance: Float = 0
                var offset = 0
                while offset < length && distance < nearest {
                    distance += abs(readings[start + offset] - readings[last + offset])
                    offset += 1
                }
                nearest = min(nearest, distance)
            }
            return Double(nearest)
        }
    }
}
