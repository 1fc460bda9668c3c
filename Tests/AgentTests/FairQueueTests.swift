import Foundation
import Testing

@testable import Agent

@Suite struct FairQueueTests {
    private typealias Queue = FairQueue<String, String>

    private func queue(places: Int, perAsker: Int = 32, inAll: Int = 256) -> Queue {
        Queue(.init(places: places, waitingPerAsker: perAsker, waitingInAll: inAll))
    }

    private func next(_ count: Int, of queue: inout Queue) -> [String?] {
        (0..<count).map { _ in queue.next() }
    }

    private func add(_ items: String..., to queue: inout Queue) -> [Bool] {
        items.map { queue.add($0, of: String($0.prefix(1))).isAdded }
    }

    @Test func askersTakeTurns() {
        var queue = queue(places: 1)
        #expect(add("a1", "a2", "a3", "b1", "c1", to: &queue).allSatisfy { $0 })
        var order: [String] = []
        while let item = queue.next() {
            order.append(item)
            #expect(next(1, of: &queue) == [nil])
            queue.finish(of: String(item.prefix(1)))
        }
        #expect(order == ["a1", "b1", "c1", "a2", "a3"])
    }

    @Test func oneAskerHasAtMostHalfThePlaces() {
        var queue = queue(places: 4)
        _ = add("a1", "a2", "a3", "a4", to: &queue)
        #expect(next(3, of: &queue) == ["a1", "a2", nil])
        _ = queue.add("b1", of: "b")
        #expect(next(2, of: &queue) == ["b1", nil])
        queue.finish(of: "a")
        #expect(next(2, of: &queue) == ["a3", nil])
    }

    @Test func roomIsBoundedForEachAndInAll() {
        var queue = queue(places: 1, perAsker: 2, inAll: 3)
        #expect(add("a1", "a2", "a3", to: &queue) == [true, true, false])
        #expect(add("b1", "b2", to: &queue) == [true, false])
        #expect(next(1, of: &queue) == ["a1"])
        #expect(add("b2", to: &queue) == [true])
    }

    /// Whoever has several names fills the queue, and then makes room for whoever has less waiting.
    @Test func manyNamesMakeRoomForOneWhoAsksLittle() {
        var queue = queue(places: 1, perAsker: 4, inAll: 8)
        #expect(add("a1", "a2", "a3", "a4", "b1", "b2", "b3", "b4", to: &queue).allSatisfy { $0 })
        #expect(queue.add("c1", of: "c").displaced?.hasSuffix("4") == true)
        #expect(queue.add("d1", of: "d").displaced?.hasSuffix("4") == true)
        #expect(queue.add("c2", of: "c").displaced?.hasSuffix("3") == true)
        // Nobody has two more than these.
        #expect(add("c3", "a4", to: &queue) == [false, false])
        var order: [String] = []
        while let item = queue.next() {
            order.append(item)
            queue.finish(of: String(item.prefix(1)))
        }
        #expect(order.prefix(4) == ["a1", "b1", "c1", "d1"])
        #expect(order.count == 8)
    }

    @Test func onePlaceAndTheRoomOfTheOwnersAreTheirs() {
        var queue = Queue(.init(places: 4, waitingPerAsker: 4, waitingInAll: 8), owners: ["o"])
        for name in "abcdefgh" { #expect(add("\(name)1", to: &queue) == [true]) }
        #expect(next(5, of: &queue) == ["a1", "b1", "c1", nil, nil])
        for name in "ijk" { #expect(add("\(name)1", to: &queue) == [true]) }
        #expect(add("l1", "o1", "o2", to: &queue) == [false, true, true])
        #expect(next(2, of: &queue) == ["o1", nil])
        queue.finish(of: "o")
        #expect(next(2, of: &queue) == ["o2", nil])
    }

    /// A seeded run of everything: places are never exceeded, nothing is lost, nobody waits for more than a round.
    @Test(arguments: [1, 2, 8]) func nothingIsLostOrOvertaken(places: Int) {
        var queue = queue(places: places)
        var (added, given, working): ([String], [String], [String]) = ([], [], [])
        var state: UInt64 = 7
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        for number in 0..<2000 {
            let asker = ["a", "b", "c"][random(3)]
            switch random(3) {
            case 0: if queue.add("\(asker)\(number)", of: asker).isAdded { added.append("\(asker)\(number)") }
            case 1: if let item = queue.next() { (given, working) = (given + [item], working + [item]) }
            default: if !working.isEmpty { queue.finish(of: String(working.removeFirst().prefix(1))) }
            }
            #expect(working.count <= places)
            for asker in ["a", "b", "c"] {
                #expect(working.filter { $0.hasPrefix(asker) }.count <= max(1, (places + 1) / 2))
            }
        }
        while given.count < added.count {
            if let item = queue.next() { (given, working) = (given + [item], working + [item]); continue }
            guard !working.isEmpty else { break }
            queue.finish(of: String(working.removeFirst().prefix(1)))
        }
        #expect(given.sorted() == added.sorted())
        for asker in ["a", "b", "c"] {
            #expect(given.filter { $0.hasPrefix(asker) } == added.filter { $0.hasPrefix(asker) })
        }
    }

    @Test func refusalsAreToldSoOftenAndNoMore() {
        var refusals = Refusals<String>()
        let now = World.moment
        let told = (0..<100).filter { _ in refusals.mayTell("a", at: now) }.count
        #expect(told == Refusals<String>.maxPerAsker)
        let another = refusals.mayTell("b", at: now)
        #expect(another)
        let many = (0..<1000).filter { refusals.mayTell("x\($0)", at: now) }.count
        #expect(many + told + 1 == Refusals<String>.maxInAll)
        // Later it may, and a clock that was set back does not silence it for long.
        for seconds in [Refusals<String>.span, -3600] {
            let isTold = refusals.mayTell("a", at: now.addingTimeInterval(seconds))
            #expect(isTold)
        }
    }
}

extension FairQueue.Addition {
    fileprivate var isAdded: Bool { if case .added = self { true } else { false } }
    fileprivate var displaced: Item? { if case .added(let displaced) = self { displaced } else { nil } }
}
