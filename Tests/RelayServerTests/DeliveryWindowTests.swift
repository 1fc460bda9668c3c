import Foundation
import Testing
import TestSupport
import VectorSupport

@testable import RelayServer

struct DeliveryWindowTests {
    private let moment = ContinuousClock.now

    @Test func roomEndsAtTheLimitAndComesBack() {
        var window = DeliveryWindow(limit: 2)
        let ids = (0..<3).map { _ in UUID() }
        #expect(window.free == 2)
        for (index, id) in ids.prefix(2).enumerated() {
            window.sent(id, sequence: Int64(index + 1), at: moment)
        }
        #expect(window.free == 0)
        let later = moment.advanced(by: .seconds(3))
        let first = window.acknowledge(ids[1], at: later)
        #expect(first == .init(sequence: 2, latency: .seconds(3)))
        let again = window.acknowledge(ids[1], at: later)
        #expect(again == nil)
        #expect(window.free == 1)
        #expect(window.oldestSequence == 1)
        #expect(window.lastSequence == 2)
    }

    @Test func behavesLikeAListWhateverTheOrder() {
        // The model is a plain array; the window must agree with it in a long random run.
        var random = SeededRandom(seed: 5)
        for _ in 0..<200 {
            var window = DeliveryWindow(limit: 8)
            var model: [(id: UUID, sequence: Int64)] = []
            var sequence: Int64 = 0
            for _ in 0..<100 {
                switch Int.random(in: 0..<4, using: &random) {
                case 0, 1:
                    guard window.free > 0 else { continue }
                    sequence += 1
                    model.append((UUID(), sequence))
                    window.sent(model[model.count - 1].id, sequence: sequence, at: moment)
                case 2:
                    guard let index = model.indices.randomElement(using: &random) else { continue }
                    #expect(
                        window.acknowledge(model[index].id, at: moment)?.sequence == model[index].sequence)
                    model.remove(at: index)
                default:
                    guard let start = model.indices.randomElement(using: &random),
                        let end = model.indices.suffix(from: start).randomElement(using: &random)
                    else { continue }
                    let range = window.acknowledge(from: model[start].id, through: model[end].id, at: moment)
                    #expect(range?.map(\.sequence) == model[start...end].map(\.sequence))
                    model.removeSubrange(start...end)
                }
                #expect(window.count == model.count)
                #expect(window.oldestSequence == model.first?.sequence)
            }
        }
    }
}
