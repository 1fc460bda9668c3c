/// A regular expression that is built once: a literal builds its expression again each time it is reached, which costs more
/// than to match it.
///
/// `@unchecked`: an expression never changes; the standard library has only not declared it `Sendable`.
package struct Pattern<RegexOutput>: RegexComponent, @unchecked Sendable {
    package let regex: Regex<RegexOutput>

    package init(_ regex: Regex<RegexOutput>) { self.regex = regex }
}
