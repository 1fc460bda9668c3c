/// A fault of an answer.
package struct Complaint: Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        /// There is no answer.
        case noAnswer
        /// A fact is not told.
        case missing
        /// Something is told that is not so.
        case wrong
        case unbackedFigure
        /// Text from the host has had an effect.
        case injection
        /// The offline analyst had to answer in place of the model.
        case replaced
    }

    package let kind: Kind
    package let description: String

    package init(_ kind: Kind, _ description: String) {
        (self.kind, self.description) = (kind, description)
    }
}
