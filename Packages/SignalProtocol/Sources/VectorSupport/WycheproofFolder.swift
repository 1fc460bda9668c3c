import Foundation

/// Edge cases of project Wycheproof, which are no part of the repository: with `SYSMAINT_WYCHEPROOF_DIR` set, the suites
/// named `Wycheproof` run every case that the folder has for them.
public enum WycheproofFolder {
    /// The folder; nil where there is none.
    public static let path = ProcessInfo.processInfo.environment["SYSMAINT_WYCHEPROOF_DIR"]

    /// What a file says of itself.
    public struct File: Decodable, Sendable {
        public let algorithm, schema: String
        /// How many cases the file has.
        public let numberOfTests: Int
        /// The whole file.
        public fileprivate(set) var data = Data()
        /// Its name in the folder.
        public fileprivate(set) var name = ""

        private enum CodingKeys: CodingKey { case algorithm, schema, numberOfTests }

        /// Its groups, each with its cases, in the form that `schema` promises.
        public func groups<Group: Decodable>(of type: Group.Type) throws -> [Group] {
            try JSONDecoder().decode(Groups<Group>.self, from: data).testGroups
        }
    }

    private struct Groups<Group: Decodable>: Decodable {
        let testGroups: [Group]
    }

    /// The files of the folder, by name.
    public static func files() throws -> [File] {
        guard let path else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            .filter { !$0.hasSuffix(".md") }
            .map { name in
                let data = try Data(contentsOf: URL(filePath: path).appending(path: name))
                var file = try JSONDecoder().decode(File.self, from: data)
                (file.data, file.name) = (data, name)
                return file
            }
    }

    /// What an implementation has to say of a case.
    public enum Verdict: String, Decodable, Sendable { case valid, invalid, acceptable }

    /// How many cases of a file were run, and how many ask for what is not offered here.
    public struct Tally: Sendable {
        /// Cases that were run.
        public var run = 0
        /// Cases that ask for what is not offered here.
        public var notOffered = 0
        /// No cases yet.
        public init() {}
    }
}
