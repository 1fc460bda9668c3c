// swift-tools-version: 6.2
import PackageDescription

// How fast the protocol and the relay are, what the probe costs, and how well anomalies are found. A
// package of its own, so that the main one does not pay for it, with the sources linked in, so that it sees what is
// internal.

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// A release build leaves out what `@testable` needs unless it is told not to.
let testable = SwiftSetting.unsafeFlags(["-enable-testing"])

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioWebSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPTypesHTTP1 = Target.Dependency.product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")

let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium",
            providers: [.apt(["libsodium-dev"]), .brew(["libsodium"])]),
        .target(
            name: "SignalProtocol", dependencies: [crypto, cryptoExtras, "CSodium"],
            swiftSettings: settings + [.enableUpcomingFeature("InternalImportsByDefault"), testable]),
        .executableTarget(
            name: "protocol-benchmarks",
            dependencies: ["SignalProtocol", "BenchmarkSupport", crypto, cryptoExtras, "CSodium"],
            path: "Sources/ProtocolBenchmarks",
            swiftSettings: settings),
        .target(name: "RelayAPI", swiftSettings: settings),
        .target(
            name: "RelayServer",
            dependencies: [
                "RelayAPI", "SignalProtocol", crypto, grdb, hummingbird, hummingbirdCore, httpTypes, logging,
                lifecycle, nioCore, nioHTTP1, nioHTTPTypes, nioHTTPTypesHTTP1, nioSSL, nioWebSocket,
            ], swiftSettings: settings + [testable]),
        .executableTarget(
            name: "relay-benchmarks",
            dependencies: [
                "RelayServer", "RelayAPI", "SignalProtocol", "BenchmarkSupport", logging, lifecycle, nioCore,
                nioPosix, nioHTTP1, nioWebSocket,
            ], path: "Sources/RelayBenchmarks", swiftSettings: settings),
        .target(name: "Anomaly", swiftSettings: settings),
        .target(name: "NABScoring", swiftSettings: settings),
        .executableTarget(
            name: "nab-score", dependencies: ["Anomaly", "NABScoring"], path: "Sources/NABScore",
            swiftSettings: settings),
        .executableTarget(
            name: "probe-benchmarks", dependencies: ["BenchmarkSupport"], path: "Sources/ProbeBenchmarks",
            swiftSettings: settings),
        .target(name: "BenchmarkSupport", swiftSettings: settings),
    ]
)
