extension Double {
    /// With at most `digits` digits after the point, and none if they are zero.
    package func text(_ digits: Int) -> String {
        let rounded = rounded(to: digits)
        guard rounded.isFinite, abs(rounded) < 1e15 else { return "\(self)" }
        return rounded == rounded.rounded() ? String(Int64(rounded)) : "\(rounded)"
    }

    package func rounded(to digits: Int) -> Double {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        return (self * scale).rounded() / scale
    }
}
