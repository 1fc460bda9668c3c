/// How many tokens something had, as a model server counted: what the server said is checked here, and nowhere else.
///
/// No more than 2³¹ − 1, which no request comes near, so that costs and sums of many stay within their types.
struct TokenCount: Hashable, Comparable, Sendable {
    static let zero = TokenCount(0)
    static let max = TokenCount(Int(Int32.max))

    let value: Int

    /// The nearest that there is.
    init(_ value: Int) { self.value = Swift.min(Swift.max(value, 0), Int(Int32.max)) }

    /// Reads what a server sent: a number, also as text or with a fraction; nil for anything else.
    init?(_ json: JSON?) {
        guard let number = json?.number ?? json?.string.flatMap(Double.init), !number.isNaN else {
            return nil
        }
        self.init(Int(Swift.min(Swift.max(number, 0), Double(Int32.max))))
    }

    static func < (left: TokenCount, right: TokenCount) -> Bool { left.value < right.value }
}
