// swift-tools-version: 6.2
import PackageDescription

// How fast the protocol is. A package of its own, so that the main one does not pay for it, with the library's sources
// linked in, so that it sees what is internal and needs nothing but the crypto libraries.

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")

let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(url: "https://github.com/apple/swift-crypto", from: "4.5.2")],
    targets: [
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium",
            providers: [.apt(["libsodium-dev"]), .brew(["libsodium"])]),
        .target(
            name: "SignalProtocol", dependencies: [crypto, cryptoExtras, "CSodium"],
            // A release build leaves out what `@testable` needs unless it is told not to.
            swiftSettings: settings + [
                .enableUpcomingFeature("InternalImportsByDefault"), .unsafeFlags(["-enable-testing"]),
            ]),
        .executableTarget(
            name: "ProtocolBenchmarks",
            dependencies: ["SignalProtocol", "BenchmarkSupport", crypto, cryptoExtras, "CSodium"],
            swiftSettings: settings),
        .target(name: "BenchmarkSupport", swiftSettings: settings),
    ]
)
