import HTTPClient
import MaintenanceAPI
import TestSupport
import Testing

@testable import Agent

@Suite(.timeLimit(.minutes(15))) struct MentionTests {
    private func labels(
        _ question: String, processes: [String] = ["postgres"], mounts: [String] = ["/srv/data"]
    )
        -> [String]
    {
        var sample = Sample(takenAt: 0)
        sample.processes = Sample.Processes()
        sample.processes?.topByCPU = processes.map { Sample.Process(pid: 1, name: $0) }
        sample.fileSystems = mounts.map {
            Sample.FileSystem(mountPoint: $0, device: "/dev/sda", type: "ext4")
        }
        var names = HostNames()
        return Mention.all(in: question, of: sample, names: &names).filter { $0.relation == .named }.map(
            \.label)
    }

    @Test(arguments: [
        ("Is postgres using a lot of memory?", ["process-1"]), ("Is Postgres slow?", ["process-1"]),
        ("How full is /srv/data?", ["filesystem-1"]), ("How full is /srv/data.", ["filesystem-1"]),
        ("postgres on /srv/data", ["process-1", "filesystem-1"]), ("How full is /srv?", []),
        ("What is in /srv/data/logs?", []), ("Is postgres-exporter up?", []), ("Is mypostgres up?", []),
        ("How is the system?", []),
    ])
    func namesAreFoundAsWordsOfTheirOwn(question: String, expected: [String]) {
        #expect(labels(question) == expected)
    }

    @Test func wordsOfQuestionsAreNoNamesUnlessQuoted() {
        let names = ["memory", "is", "top"]
        #expect(labels("How much memory is used?", processes: names) == [])
        #expect(labels(#"What is "top" doing?"#, processes: names) == ["process-1"])
    }

    @Test(arguments: [
        ("how many gigs are left for backups?", ["filesystem-1"]), ("is the backup full", ["filesystem-1"]),
        ("what is backup-old", []),
    ])
    func lastPartOfAMountPointNamesIt(question: String, expected: [String]) {
        #expect(labels(question, mounts: ["/srv/backup"]) == expected)
    }

    @Test func questionNamesAreCounted() {
        let many = (1...20).map { "service\($0)" }
        #expect(labels(many.joined(separator: " "), processes: many).count == Mention.maxCount)
    }

    @Test func rootIsFoundAlone() {
        #expect(labels("How full is / now?", mounts: ["/"]) == ["filesystem-1"])
        #expect(labels("How full is /srv/data?", mounts: ["/"]) == [])
    }

    /// A path that is no mount point lies on the nearest one above it; a disk that is not there is known to be missing.
    @Test func pathsAndDevicesAreFound() {
        var sample = Sample(takenAt: 0)
        sample.fileSystems = ["/", "/srv/data"].map {
            Sample.FileSystem(mountPoint: $0, device: "/dev/sda", type: "ext4")
        }
        sample.disks = [Sample.Disk(device: "sda")]
        var names = HostNames()
        let told = Mention.all(
            in: "is /srv/data/logs or /var full, on sda or sdb?", of: sample, names: &names
        ).map(\.told)
        let data = names.label("/srv/data", .filesystem)
        let root = names.label("/", .filesystem)
        let disk = names.label("sda", .disk)
        #expect(
            told == [
                "\"sda\" is \(disk)", "there is no disk \"sdb\"", "\"/srv/data/logs\" lies on \(data)",
                "\"/var\" lies on \(root)",
            ])
    }

    @Test func modelLearnsWhichLabelAQuestionIsAbout() async throws {
        let server = ModelServer([.calls([("get_top_processes", "{}")]), .text("process-1 uses 41.5 %.")])
        let world = try World()
        try await world.fill(minutes: 2)
        let answer = try await server.run { baseURL in
            let model = OpenAIModel(
                model: "scripted", baseURL: baseURL, key: nil, limits: .init(total: .seconds(600)),
                client: .shared)
            return await world.answerer(model).answer("How much CPU does postgres use?")
        }
        #expect(answer.reply.text == "“postgres” uses 41.5 %.")
        let system = try #require(server.requests.first?.messages.first?["content"]?.string)
        #expect(system.contains(#""postgres" is process-1"#))
        // Names that the person did not write stay hidden.
        #expect(!server.requests.map(\.body.text).joined().contains("nginx"))
    }
}
