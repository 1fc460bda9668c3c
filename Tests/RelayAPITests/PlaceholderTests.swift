import Testing
@testable import RelayAPI

@Test func placeholder() {}
