import Foundation
import MaintenanceAPI
import Testing

@testable import Questions

@Suite struct WordingTests {
    private static let model = WordingModel.carried

    @Test func programCarriesAModel() throws {
        let model = try #require(Self.model)
        #expect(model.heads.count == 3)
        #expect(model.kinds.count > 300)
        #expect(model.features == model.features.sorted())
        for head in model.heads + [model.following] {
            #expect(head.weights.count == model.features.count * head.classes.count)
            #expect(head.scales.count == head.classes.count)
        }
    }

    /// Other words than the grammar knows.
    @Test(arguments: [
        ("what percent of the processor is doing nothing", "value cpuIdle"),
        ("node_filefd_maximum", "value maxOpenFiles"),
        ("how many files may be open at the same time at most", "value maxOpenFiles"),
        ("how many measurements got thrown away", "value probeDropped"),
        ("at what rate is the kernel switching contexts", "value contextSwitches"),
        ("first of the three numbers that uptime prints", "value load1"),
        ("how many packets had to be sent a second time", "value retransmits"),
        ("has the host been restarted lately", "check boot"),
        ("which program burns the most processor time", "which processes cpu"),
    ])
    func otherWordsAreUnderstood(text: String, query: String) {
        #expect(Query(text, now: QuestionTests.moment).description == query)
    }

    /// The particulars are those of the text, not those of the wording that it is like.
    @Test(arguments: [
        ("count of cpu excursions beyond 85% in the past hour", "count cpuBusy >85 60"),
        ("someone told me a load of 6 is terrible, is it?", "judge load1 =6"),
        ("what did cpu top out at over the last twenty minutes", "value cpuBusy peak 20"),
        ("heaviest three programs by processor time", "list processes cpu #3"),
    ])
    func particularsStay(text: String, query: String) {
        #expect(Query(text, now: QuestionTests.moment).description == query)
    }

    /// A list of figures is what it says, however much it is like another.
    @Test func severalFiguresStay() {
        #expect(
            Query("cpu, memory and load", now: QuestionTests.moment).gauges == [
                .cpuBusy, .memoryUsed, .load1,
            ])
    }

    @Test func withoutAModelTheGrammarReads() {
        let text = "how busy is the cpu"
        #expect(Query.read(byGrammar: text) == Query(text, model: nil))
        #expect(Query.read(byGrammar: text).description == "value cpuBusy")
    }

    @Test func sharesOfAHeadAddUpToOne() throws {
        let model = try #require(Self.model)
        for active in [[0], [0, 1, 2], Array(0..<50)] {
            for head in model.heads + [model.following] {
                let shares = head.shares(active)
                #expect(abs(shares.reduce(0, +) - 1) < 1e-3)
                #expect(shares.allSatisfy { $0 >= 0 && $0.isFinite })
            }
        }
    }

    @Test func encodingIsReadBack() throws {
        let head = WordingModel.Head(classes: ["a", "b"], scales: [0.5, 0.25], weights: [1, -2, 3, -128])
        let model = WordingModel(
            features: [7, 9], heads: [head, head, head],
            kinds: [.init(form: 0, subject: 1, manner: 0, example: "how busy is the cpu")], following: head)
        let bytes = model.encoded
        let read = try #require(bytes.withUnsafeBytes { WordingModel($0) })
        #expect(read.encoded == bytes)
        for count in 0..<bytes.count {
            #expect(bytes[..<count].withUnsafeBytes { WordingModel($0) } == nil, "\(count) bytes")
        }
        #expect((bytes + [0]).withUnsafeBytes { WordingModel($0) } == nil)
        // A class that there is not.
        var wrong = bytes
        let kind = bytes.count - 4 - 19 - 12
        wrong[kind] = 9
        #expect(wrong.withUnsafeBytes { WordingModel($0) } == nil)
    }
}
