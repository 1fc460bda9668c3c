import Testing
@testable import MaintenanceAPI

@Test func placeholder() {}
