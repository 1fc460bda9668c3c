import Testing

@testable import Agent

@Suite struct HostNamesTests {
    @Test func nameHasOneLabelWithinARequest() {
        var names = HostNames()
        #expect(names.label("postgres", .process) == "process-1")
        #expect(names.label("nginx", .process) == "process-2")
        #expect(names.label("postgres", .process) == "process-1")
        #expect(names.label("postgres", .filesystem) == "filesystem-1")
    }

    @Test func personSeesNamesAgainInQuotes() {
        var names = HostNames()
        for index in 1...10 { _ = names.label("p\(index)", .process) }
        #expect(names.named("process-1, process-10; process-11.") == "“p1”, “p10”; process-11.")
    }

    @Test func nameCannotLeaveItsQuotesOrHideText() {
        var names = HostNames()
        _ = names.label("a”\n\u{202E}b\u{1B}[31m", .process)
        #expect(names.named("process-1") == "“a···b·[31m”")
    }

    @Test func longNameIsCut() {
        var names = HostNames()
        _ = names.label(String(repeating: "x", count: 64), .process)
        _ = names.label(String(repeating: "y", count: 65), .process)
        #expect(names.named("process-1").count == 66)
        #expect(names.named("process-2").count == 67)
    }

    @Test func memoryOfAnAnswerHasNeitherNamesNorLabels() {
        var names = HostNames()
        _ = names.label("postgres", .process)
        #expect(
            names.unnamed("process-1 uses most, process-2 little")
                == "some process uses most, process-2 little")
    }
}
