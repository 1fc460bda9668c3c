import Database
import Foundation

/// What the tests of `Database` run as another process. One that is to be told when to end reads its input.
///
///     database-probe hold PATH     holds the write lock until its input ends
///     database-probe write PATH    commits row after row and tells of each, until it is killed
///     database-probe share PATH    the same with commits that many writes share
///     database-probe leave PATH    writes much into a transaction that it never ends
///     database-probe limit PATH    writes until no file may grow any more, and tells why that failed
///     database-probe open PATH     opens the file as somebody who is not root, and tells why that failed
@main
enum DatabaseProbe {
    static func main() throws {
        guard CommandLine.arguments.count == 3 else { exit(64) }
        let path = CommandLine.arguments[2]
        switch CommandLine.arguments[1] {
        case "hold": try hold(path)
        case "write": try write(path)
        case "share": try share(path)
        case "leave": try leave(path)
        case "limit": limit(path)
        case "open": open(path)
        default: exit(64)
        }
    }

    private static func hold(_ path: String) throws {
        try Connection(path).transaction {
            say("held")
            while readLine() != nil {}
        }
    }

    private static func write(_ path: String) throws {
        let connection = try Connection(path)
        for number in 0... {
            try connection.transaction { try insert(number, connection) }
            say("\(number + 1)")
        }
    }

    private static func share(_ path: String) throws {
        let room = DispatchSemaphore(value: 256)
        let commits = SharedCommits<Int>(try DatabaseWriter(path, checkpointsEvery: 1000)) {
            numbers, connection in
            do {
                try connection.transaction { for number in numbers { try insert(number, connection) } }
                say("\(numbers[numbers.count - 1] + 1)")
            } catch {
                say("\(error)")
            }
            for _ in numbers { room.signal() }
            return []
        }
        for number in 0... {
            room.wait()
            commits.append(number)
        }
    }

    private static func leave(_ path: String) throws {
        let connection = try Connection(path)
        try connection.transaction {
            for number in 1...20_000 { try insert(-number, connection) }
            say("written")
            while readLine() != nil {}
        }
    }

    private static func limit(_ path: String) {
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: 1 << 20, rlim_max: 1 << 20)
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        untilItFails {
            let connection = try Connection(path)
            for number in 1... { try connection.transaction { try insert(number, connection) } }
        }
    }

    private static func open(_ path: String) {
        if geteuid() == 0 { setuid(65534) }
        untilItFails { _ = try Connection(path) }
    }

    private static func insert(_ owner: Int, _ connection: Connection) throws {
        try connection.run(
            "INSERT INTO item (owner, body) VALUES (?, ?)", owner, [UInt8](repeating: 7, count: 1500))
    }

    private static func untilItFails(_ body: () throws -> Void) {
        do { try body() } catch let error as DatabaseError { say("\(error.kind) \(error)") } catch {
            say("\(error)")
        }
    }

    private static func say(_ text: String) {
        print(text)
        fflush(nil)
    }
}
