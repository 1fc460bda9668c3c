// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target of this package is compiled with.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// The protocol library shows no dependency in its interface.
let librarySettings = settings + [.enableUpcomingFeature("InternalImportsByDefault")]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioWebSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio")
let nioFoundation = Target.Dependency.product(name: "NIOFoundationCompat", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPTypesHTTP1 = Target.Dependency.product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

func library(
    _ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil,
    settings: [SwiftSetting] = settings
) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.init(stringLiteral: name), "TestSupport"] + dependencies,
        resources: resources, swiftSettings: settings)
}

let package = Package(
    name: "SysMaint",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "SignalProtocol", targets: ["SignalProtocol"]),
        .executable(name: "sysmaint", targets: ["sysmaint"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium",
            providers: [.apt(["libsodium-dev"]), .brew(["libsodium"])]),

        library("SignalProtocol", [crypto, cryptoExtras, "CSodium"], settings: librarySettings),
        library("KeyStore", ["SignalProtocol", crypto, cryptoExtras, grdb]),
        library("RelayAPI", []),
        library(
            "RelayServer",
            [
                "RelayAPI", "SignalProtocol", crypto, grdb, hummingbird, hummingbirdCore, httpTypes, logging,
                lifecycle,
                nioCore, nioHTTP1, nioHTTPTypes, nioHTTPTypesHTTP1, nioSSL, nioWebSocket,
            ]),
        library(
            "Messenger",
            [
                "RelayAPI", "MaintenanceAPI", "SignalProtocol", "KeyStore", crypto, httpClient, logging,
                lifecycle,
                nioCore, nioPosix, nioHTTP1, nioWebSocket, nioSSL,
            ]),
        library("MaintenanceAPI", ["RelayAPI"]),
        library("Anomaly", []),
        library("Telemetry", ["MaintenanceAPI", "RelayAPI", logging, lifecycle]),
        library(
            "Agent",
            [
                "Anomaly", "MaintenanceAPI", "RelayAPI", crypto, grdb, httpClient, nioCore, nioHTTP1, logging,
                lifecycle,
            ]),
        library("QRCode", []),
        .target(name: "WebAssets", exclude: ["shared", "dashboard", "chat", "demo", "login"]),
        library(
            "WebApp",
            [
                "MaintenanceAPI", "RelayAPI", "QRCode", "WebAssets", crypto, hummingbird, hummingbirdCore,
                logging,
                lifecycle, nioCore, nioHTTP1,
            ]),
        .executableTarget(
            name: "sysmaint",
            dependencies: [
                "RelayServer", "RelayAPI", "Messenger", "KeyStore", "SignalProtocol", "MaintenanceAPI",
                "Telemetry",
                "Agent", "WebApp", "QRCode", argumentParser, configuration, logging, lifecycle, unixSignals,
                httpClient,
                nioCore, nioHTTP1, nioFoundation, nioSSL,
            ],
            swiftSettings: settings),

        .target(
            name: "TestSupport", dependencies: ["MaintenanceAPI", "RelayAPI"], path: "Tests/TestSupport",
            swiftSettings: settings),
        .target(
            name: "HistorySupport", dependencies: ["Agent", "MaintenanceAPI", "TestSupport"],
            path: "Tests/HistorySupport", swiftSettings: settings),
        .executableTarget(
            name: "WebPreview",
            dependencies: [
                "WebApp", "Agent", "HistorySupport", "MaintenanceAPI", "RelayAPI", "TestSupport", logging,
                lifecycle, unixSignals,
            ], path: "Tests/WebPreview", swiftSettings: settings),
        .target(
            name: "BenchmarkSupport", path: "Benchmarks/Sources/BenchmarkSupport", swiftSettings: settings),
        .target(name: "NABScoring", path: "Benchmarks/Sources/NABScoring", swiftSettings: settings),
        // Here and not in Benchmarks, because it needs what the agent is built from anyway.
        .executableTarget(
            name: "state-benchmarks",
            dependencies: ["Agent", "HistorySupport", "MaintenanceAPI", "BenchmarkSupport"],
            path: "Tests/StateBenchmarks", swiftSettings: settings),
        .executableTarget(
            name: "evaluate",
            dependencies: [
                "Agent", "MaintenanceAPI", "RelayAPI", "TestSupport", argumentParser, hummingbird, logging,
                nioCore,
            ], path: "Tests/Evaluation", exclude: ["Servers"], resources: [.copy("Worlds")],
            swiftSettings: settings),
        .executableTarget(
            name: "chaos",
            dependencies: [
                "Messenger", "KeyStore", "SignalProtocol", "RelayServer", "RelayAPI", "MaintenanceAPI",
                argumentParser, crypto, lifecycle, logging, nioCore, nioPosix,
            ], path: "Tests/Chaos", swiftSettings: settings),
        tests("SignalProtocol", resources: [.copy("Vectors")]),
        tests("KeyStore", ["SignalProtocol", grdb], resources: [.copy("Versions")]),
        tests("RelayAPI"),
        tests(
            "RelayServer",
            [
                "RelayAPI", "SignalProtocol", grdb, httpClient, lifecycle, logging, nioCore, nioHTTP1,
                nioPosix, nioSSL,
                nioWebSocket,
            ]),
        tests("Messenger", ["RelayAPI", "MaintenanceAPI", "KeyStore", "SignalProtocol", "RelayServer"]),
        tests("chaos"),
        tests("evaluate", ["Agent", "MaintenanceAPI"]),
        tests("MaintenanceAPI", ["RelayAPI"]),
        tests("Anomaly", ["NABScoring"]),
        tests("QRCode", resources: [.copy("Vectors")]),
        tests("Telemetry", ["MaintenanceAPI", "RelayAPI", logging], resources: [.copy("Captures")]),
        tests(
            "Agent",
            [
                "HistorySupport", "MaintenanceAPI", "RelayAPI", hummingbird, httpClient, httpTypes, grdb,
                logging, lifecycle, nioCore,
            ], resources: [.copy("Versions")]),
        tests(
            "WebApp",
            [
                "Agent", "HistorySupport", "MaintenanceAPI", "RelayAPI", hummingbird, hummingbirdTesting,
                httpClient, lifecycle, nioCore, nioHTTP1,
            ]),
        tests(
            "sysmaint",
            [
                "Agent", "KeyStore", "MaintenanceAPI", "RelayAPI", "RelayServer", "SignalProtocol",
                "Telemetry", "WebApp", argumentParser, logging,
            ]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "TestSupport", "SignalProtocol", "QRCode", "RelayAPI", "MaintenanceAPI", "sysmaint",
                hummingbird,
                httpClient, logging, nioCore, nioPosix, nioHTTP1, nioFoundation,
            ],
            swiftSettings: settings),
    ]
)
