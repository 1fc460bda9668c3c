/// For which processors a kernel is built, by its name; one of a few words, so that no text of the host is passed on.
enum Architecture: String, CaseIterable {
    case amd64, x86_64, i686, i386, aarch64, arm64, armv7, armv6, riscv64, ppc64, s390x

    /// "amd64" of "6.1.0-28-amd64".
    init?(ofKernel release: String) {
        guard let found = Self.allCases.first(where: { release.lowercased().contains($0.rawValue) }) else {
            return nil
        }
        self = found
    }

    var family: String {
        switch self {
        case .amd64, .x86_64, .i686, .i386: "x86"
        case .aarch64, .arm64, .armv7, .armv6: "ARM"
        case .riscv64: "RISC-V"
        case .ppc64: "POWER"
        case .s390x: "IBM Z"
        }
    }

    var isOf64Bits: Bool { ![.i686, .i386, .armv7, .armv6].contains(self) }

    /// Whether it is what a word of a question says: "arm", "64 bit", "amd64".
    func isCalled(_ word: String) -> Bool {
        switch word {
        case "64": isOf64Bits
        case "32": !isOf64Bits
        case "x86": family == "x86"
        case "arm": family == "ARM"
        case "risc": family == "RISC-V"
        case "amd64", "x86_64", "x64": family == "x86" && isOf64Bits
        case "arm64", "aarch64": family == "ARM" && isOf64Bits
        default: rawValue == word
        }
    }
}
