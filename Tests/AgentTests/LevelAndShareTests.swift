import Foundation
import MaintenanceAPI
import TestSupport
import Testing

@testable import Agent

/// Levels ahead, what has to go, differences, shares and mounts: over a host whose `/srv/data` and memory grow, and one of
/// whose mounts has not answered for half an hour.
@Suite struct LevelAndShareTests {
    private static let gibibyte: Int64 = 1_073_741_824

    private static func change(_ sample: inout Sample, _ ago: Int) {
        var root = Sample.FileSystem(mountPoint: "/", device: "/dev/sda1", type: "ext4")
        (root.totalBytes, root.usedBytes, root.availableBytes) = (
            100 * gibibyte, 40 * gibibyte, 60 * gibibyte
        )
        var data = Sample.FileSystem(mountPoint: "/srv/data", device: "/dev/sdb1", type: "xfs")
        let grown = Int64(7200 - ago) * gibibyte * 2 / 3600
        data.totalBytes = 100 * gibibyte
        data.usedBytes = 78 * gibibyte + grown
        data.availableBytes = 22 * gibibyte - grown
        var share = Sample.FileSystem(mountPoint: "/mnt/nas", device: "nas:/x", type: "nfs4")
        share.timedOut = ago < 1800
        sample.fileSystems = [root, data, share]
        sample.memory?.totalBytes = 16 * gibibyte
        sample.memory?.availableBytes = 8 * gibibyte + Int64(ago) * gibibyte / 3600
    }

    private func ask(_ question: String) async throws -> ChatReply {
        let world = try World()
        try await world.fill(minutes: 120, every: 60, Self.change)
        return try await world.analystReply(to: question)
    }

    @Test(arguments: [
        ("when will /srv/data be at 90 %?", "In 4 hours at the present rate: “/srv/data” is 82 % full"),
        ("when will the disk reach 80 %", "It is already: “/srv/data” is 82 % full."),
        ("how long until / is at 90 %", "Not at the present rate: “/” does not grow and is 40 % full."),
        ("will /srv/data be over 90 % in 2 hours?", "No: in 4 hours at the present rate"),
        ("will /srv/data be over 90 % in 8 hours?", "Yes: in 4 hours at the present rate"),
        ("when will memory be at 75 %", "In 4 hours at the present rate: memory used is 50 %"),
        (
            "how many GB must I free on /srv/data to get to 80 %",
            "2 GiB on “/srv/data” to get from 82 % to 80 %."
        ),
        ("how much do I need to delete?", "Nothing needs to go: “/srv/data” is 82 % full, not above 87 %."),
        (
            "by how much did /srv/data grow in the last hour",
            "By 2 GiB: “/srv/data” grew over the last 60 minutes"
        ),
        ("how many GB has / in total and how many are free", "“/” has 100 GiB in all, 60 GiB free."),
        ("how many cpus & how much ram", "4 cores and 16 GiB memory installed."),
        ("is /srv/data fuller than /", "Yes: “/srv/data” 82 %"),
        ("is / fuller than /srv/data", "No: “/” 40 %"),
        ("since when does /mnt/nas not respond?", "Since 07:3"),
        ("how many of the mounts are answering?", "2 of 3 file systems answer, 1 does not: “/mnt/nas”."),
        ("how many mounts hang?", "1 of 3 file systems does not answer: “/mnt/nas”."),
        ("what file system type is on /srv/data", "Xfs on “/srv/data”."),
        ("how much % of all ram is postgres taking", "12.2 % of all memory: “postgres”"),
        ("postgres + nginx cpu together", "51.9 % of one core together"),
        ("pid of the top process", "PID "), ("total RAM in MiB", "16384 MiB: 16 GiB memory installed."),
        ("how do I reduce memory usage", "Look first at what uses most memory: “postgres”"),
        ("does anything use more than a whole core", "No: the most is “postgres” 41.5 %"),
        ("is it raining", "I know only this host"),
    ])
    func firstLineIsTheAnswer(question: String, expected: String) async throws {
        let reply = try await ask(question)
        #expect(reply.text.hasPrefix(expected), "\(reply.text)")
        #expect(reply.unbackedFigures == [], "\(reply.text)")
    }

    /// With the figure of the host behind it, an explanation still is a short line.
    @Test func explanationsAreShort() {
        for (gauge, meaning) in AnalystAnswer.meanings {
            let first = meaning.prefix { $0 != "." }
            #expect(first.count < 110, "\(gauge): \(meaning)")
        }
    }
}
