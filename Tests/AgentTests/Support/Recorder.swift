/// Keeps what closures saw.
actor Recorder<Value: Sendable> {
    private(set) var values: [Value] = []

    func add(_ value: Value) { values.append(value) }
}
