// swift-tools-version: 6.2
import PackageDescription

// Everything that reads what a stranger wrote, under libFuzzer and the address sanitizer. A package of its own, with the
// sources linked in, because every one of them is compiled with the instruments of the fuzzer. `Corpus` holds a few sound inputs, written by `fuzz seeds Corpus`; what
// a run adds stays in `.build`.

let instruments = ["-sanitize=fuzzer,address"]
/// Gold, the default on Linux, fails over the debug information of the instruments.
let linker = ["-use-ld=lld"]

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
    .unsafeFlags(["-enable-testing"] + instruments),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")

let package = Package(
    name: "Fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [.package(url: "https://github.com/apple/swift-crypto", from: "4.5.2")],
    targets: [
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium",
            providers: [.apt(["libsodium-dev"]), .brew(["libsodium"])]),
        .systemLibrary(name: "CLibFuzzer"),
        .target(
            name: "SignalProtocol", dependencies: [crypto, cryptoExtras, "CSodium"],
            swiftSettings: settings + [.enableUpcomingFeature("InternalImportsByDefault")]),
        .target(name: "RelayAPI", swiftSettings: settings),
        .target(name: "MaintenanceAPI", dependencies: ["RelayAPI"], swiftSettings: settings),
        .target(name: "Telemetry", dependencies: ["MaintenanceAPI"], swiftSettings: settings),
        .target(name: "TestSupport", dependencies: ["MaintenanceAPI", "RelayAPI"], swiftSettings: settings),
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "CLibFuzzer", "SignalProtocol", "RelayAPI", "MaintenanceAPI", "Telemetry", "TestSupport",
            ],
            path: "Sources/Fuzz", swiftSettings: settings,
            linkerSettings: [.unsafeFlags(instruments + linker)]),
    ]
)
