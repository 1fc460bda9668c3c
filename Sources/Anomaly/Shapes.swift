/// How much the last reading, and the last few, look like any shortly before them.
///
/// - Shape: the last 640 readings. The stretch compared is 12 long; those that overlap it do not count.
struct Shapes: Hashable, Sendable, Codable {
    struct Distances: Hashable {
        /// From the nearest reading before.
        let value: Double
        /// Of the stretch that the reading ends from the nearest one before: the sum of the differences.
        let stretch: Double
    }

    private static let maxKept = 640
    private static let stretch = 12

    /// Up to twice as many as are compared: the older half goes in one piece, so that the rest stays in order.
    private var readings: [Float] = []

    /// Remembers a reading and tells how far from those before it is; 0 while there is nothing to compare with.
    mutating func distances(adding value: Double) -> Distances {
        if readings.count == 2 * Self.maxKept { readings.removeFirst(Self.maxKept) }
        readings.append(Float(value))
        let kept = readings.suffix(Self.maxKept)
        return Distances(
            value: Self.nearest(in: kept, length: 1), stretch: Self.nearest(in: kept, length: Self.stretch))
    }

    /// How far the last `length` readings are from the nearest as many.
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
