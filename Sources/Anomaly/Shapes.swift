/// How much the last few readings look like any stretch of readings shortly before them.
///
/// - Shape: the last 640 readings. The stretch compared is 12 long; those that overlap it do not count.
struct Shapes: Hashable, Sendable, Codable {
    private static let maxKept = 640
    private static let stretch = 12

    /// Up to twice as many as are compared: the older half goes in one piece, so that the rest stays in order.
    private var readings: [Float] = []

    /// Remembers a reading and tells how far the stretch that it ends is from the nearest one before: the sum of the
    /// differences, 0 while there is nothing to compare with.
    mutating func distance(adding value: Double) -> Double {
        if readings.count == 2 * Self.maxKept { readings.removeFirst(Self.maxKept) }
        readings.append(Float(value))
        let kept = min(readings.count, Self.maxKept)
        guard kept >= 2 * Self.stretch else { return 0 }
        return readings.suffix(kept).withContiguousStorageIfAvailable { Self.nearest(in: $0) } ?? 0
    }

    private static func nearest(in readings: UnsafeBufferPointer<Float>) -> Double {
        let last = readings.count - stretch
        var nearest = Float.infinity
        for start in 0...(last - stretch) {
            var distance: Float = 0
            var offset = 0
            while offset < stretch && distance < nearest {
                distance += abs(readings[start + offset] - readings[last + offset])
                offset += 1
            }
            nearest = min(nearest, distance)
        }
        return Double(nearest)
    }
}
