// swift-tools-version: 6.2
import PackageDescription

/// Whether everything is to be compiled for libFuzzer and the address sanitizer, as the server's `make fuzz` asks.
let isFuzzing = Context.environment["FUZZ"] != nil

let settings: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .treatAllWarnings(as: .error),
    ] + (isFuzzing ? [.unsafeFlags(["-enable-testing", "-sanitize=fuzzer,address"])] : [])

/// A library shows no dependency in its interface.
func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(
        name: name, dependencies: dependencies,
        swiftSettings: settings + [.enableUpcomingFeature("InternalImportsByDefault")])
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name), "VectorSupport"] + dependencies,
        resources: resources, swiftSettings: settings)
}

let package = Package(
    name: "SignalProtocol",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "SignalProtocol", targets: ["SignalProtocol"]),
        // The primitives below it, for programs that need some themselves.
        .library(name: "Cryptography", targets: ["Cryptography"]),
        // For tests, fuzzers and benchmarks of programs that use this package.
        .library(name: "Lattice", targets: ["Lattice"]),
        .library(name: "VectorSupport", targets: ["VectorSupport"]),
        .library(name: "SessionSupport", targets: ["SessionSupport"]),
        .library(name: "BenchmarkSupport", targets: ["BenchmarkSupport"]),
    ],
    targets: [
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium",
            providers: [.apt(["libsodium-dev"]), .brew(["libsodium"])]),
        .target(name: "CKeccak"),
        library("Cryptography", ["COpenSSL", "CSodium"]),
        library("Lattice", ["Cryptography", "CKeccak"]),
        library("SignalProtocol", ["Cryptography", "Lattice"]),

        .target(name: "VectorSupport", swiftSettings: settings),
        tests("Cryptography", ["COpenSSL", "CSodium"]),
        tests("Lattice", ["Cryptography"]),
        .target(
            name: "SessionSupport", dependencies: ["SignalProtocol", "VectorSupport"],
            path: "Tests/SessionSupport", swiftSettings: settings),
        tests(
            "SignalProtocol", ["Cryptography", "Lattice", "SessionSupport", "COpenSSL"],
            resources: [.copy("Vectors")]),

        .target(
            name: "BenchmarkSupport", path: "Benchmarks/BenchmarkSupport", swiftSettings: settings),
        // `make bench-protocol` builds it with -enable-testing, which a release build leaves out.
        .executableTarget(
            name: "protocol-benchmarks",
            dependencies: [
                "SignalProtocol", "Cryptography", "Lattice", "BenchmarkSupport", "COpenSSL", "CSodium",
            ],
            path: "Benchmarks/ProtocolBenchmarks", swiftSettings: settings),

        // Speaks JSON lines, through the public interface alone: `make interop` holds it against the official library.
        .executableTarget(
            name: "interop-driver", dependencies: ["SignalProtocol"], path: "Interop/Driver",
            swiftSettings: settings),

        .target(name: "CMemcheck", path: "Checks/CMemcheck"),
        // `make constant-time` runs it, and a test of wiping; built like the benchmarks.
        .executableTarget(
            name: "leak-checks", dependencies: ["SignalProtocol", "Cryptography", "Lattice", "CMemcheck"],
            path: "Checks/LeakChecks", swiftSettings: settings),
    ]
)
