/// How long something took, over many repetitions.
public struct Timing {
    /// Microseconds of each repetition, ascending.
    private let times: [Double]

    /// From single times, in microseconds.
    public init(times: [Double]) { self.times = times.sorted() }

    /// Microseconds in the middle: half of the repetitions took less.
    public var median: Double { quantile(0.5) }

    /// The mean, in microseconds.
    public var mean: Double { times.isEmpty ? 0 : times.reduce(0, +) / Double(times.count) }

    /// Microseconds that one repetition in a hundred exceeded.
    public var percentile99: Double { quantile(0.99) }

    private func quantile(_ share: Double) -> Double {
        times.isEmpty ? 0 : times[Int(Double(times.count - 1) * share)]
    }

    /// Repeats `body` for a fifth of a second, each time after a fresh set-up that is not counted.
    public static func of<Input, Value>(
        _ makeInput: () throws -> Input, _ body: (inout Input) throws -> Value
    ) rethrows -> Timing {
        let clock = ContinuousClock()
        var times: [Double] = []
        let end = clock.now + .milliseconds(200)
        while times.count < 20 || clock.now < end {
            var input = try makeInput()
            let start = clock.now
            keep(try body(&input))
            times.append((clock.now - start).microseconds)
        }
        return Timing(times: times)
    }

    /// Repeats `body` for a fifth of a second, `batch` times between two looks at the clock.
    public static func of<Value>(batch: Int, _ body: () throws -> Value) rethrows -> Timing {
        let batches = try of({}) { _ in
            for _ in 0..<batch { keep(try body()) }
        }
        return Timing(times: batches.times.map { $0 / Double(batch) })
    }
}

extension Duration {
    /// The duration in microseconds.
    public var microseconds: Double {
        Double(components.seconds) * 1e6 + Double(components.attoseconds) / 1e12
    }
}

/// Uses a value, so that the work that made it is done.
@inline(never)
public func keep<Value>(_ value: Value) { withExtendedLifetime(value) {} }

/// Collects timings by name while something runs.
public struct Stopwatch {
    private let clock = ContinuousClock()
    private var times: [String: [Double]] = [:]

    /// Starts with no timings.
    public init() {}

    /// Times `body` under a name.
    public mutating func time<Value>(_ name: String, _ body: () throws -> Value) rethrows -> Value {
        let start = clock.now
        let value = try body()
        let time = (clock.now - start).microseconds
        times[name, default: []].append(time)
        return value
    }

    /// What was timed, by name.
    public var timings: [String: Timing] { times.mapValues(Timing.init) }
}
