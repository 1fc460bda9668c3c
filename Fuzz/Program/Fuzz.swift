import CLibFuzzer
import Foundation
import FuzzTargets

/// `fuzz TARGET [libFuzzer's arguments]` feeds one target; `fuzz seeds FOLDER` writes sound inputs for all of them.
@main
enum Fuzz {
    private static let target = CommandLine.arguments.dropFirst().first.flatMap(FuzzTarget.init(rawValue:))

    static func main() throws {
        let arguments = CommandLine.arguments
        if arguments.count == 3, arguments[1] == "seeds" {
            return try Seeds.write(to: URL(filePath: arguments[2]))
        }
        guard target != nil else {
            let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: " | ")
            print("usage: fuzz \(names) [libFuzzer's arguments]\n       fuzz seeds FOLDER")
            exit(2)
        }
        var pointers: [UnsafeMutablePointer<CChar>?] = ([arguments[0]] + arguments.dropFirst(2)).map {
            strdup($0)
        }
        var count = Int32(pointers.count)
        pointers.append(nil)
        let status = pointers.withUnsafeMutableBufferPointer { buffer in
            var start = buffer.baseAddress
            return LLVMFuzzerRunDriver(&count, &start) { data, size in
                Fuzz.target?.run(Array(UnsafeBufferPointer(start: data, count: size)))
                return 0
            }
        }
        exit(status)
    }
}
