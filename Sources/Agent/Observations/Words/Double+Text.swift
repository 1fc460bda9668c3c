extension Double {
    /// With at most so many digits after the point, none where they are zero.
    func text(_ digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let rounded = (self * scale).rounded() / scale
        guard rounded.isFinite, abs(rounded) < 1e15 else { return "\(self)" }
        return rounded == rounded.rounded() ? String(Int64(rounded)) : "\(rounded)"
    }

    func rounded(to digits: Int) -> Double {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        return (self * scale).rounded() / scale
    }
}
