// swift-tools-version: 6.2
import PackageDescription

/// Whether everything is to be compiled for libFuzzer and the address sanitizer, as `make fuzz` asks.
let isFuzzing = Context.environment["FUZZ"] != nil
let fuzzInstruments = ["-sanitize=fuzzer,address"]

/// Lets a target's generic functions be specialised where they are used, which the relay's rate is a tenth lower without.
let specialising = SwiftSetting.unsafeFlags(
    ["-cross-module-optimization"], .when(configuration: .release))

/// What every Swift target of this package is compiled with.
let settings: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .treatAllWarnings(as: .error),
    ] + (isFuzzing ? [.unsafeFlags(["-enable-testing"] + fuzzInstruments)] : [])

/// What comes from `Packages/SignalProtocol`; every other name is a target of this package.
let products: Set = [
    "SignalProtocol", "Cryptography", "Lattice", "VectorSupport", "SessionSupport", "BenchmarkSupport",
]

func dependencies(_ names: [String]) -> [Target.Dependency] {
    names.map { products.contains($0) ? .product(name: $0, package: "SignalProtocol") : .byName(name: $0) }
}

func library(_ name: String, _ names: [String] = [], path: String? = nil) -> Target {
    .target(
        name: name, dependencies: dependencies(names), path: path, swiftSettings: settings + [specialising])
}

func program(
    _ name: String, _ names: [String], path: String? = nil, exclude: [String] = [],
    resources: [Resource]? = nil
) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies(names), path: path, exclude: exclude,
        resources: resources, swiftSettings: settings)
}

/// `of` names what is tested where that is a program.
func tests(
    _ name: String, of tested: String? = nil, _ names: [String] = [], resources: [Resource]? = nil
) -> Target {
    .testTarget(
        name: name + "Tests",
        dependencies: dependencies([tested ?? name, "TestSupport", "VectorSupport"] + names),
        resources: resources, swiftSettings: settings)
}

/// A C library of the system, found by its pkg-config file where it has one.
func system(_ name: String, _ pkgConfig: String?, apt: String, brew: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt]), .brew([brew])])
}

let package = Package(
    name: "SysMaint",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "sysmaint", targets: ["sysmaint"])
    ],
    dependencies: [.package(path: "Packages/SignalProtocol")],
    targets: [
        system("CSQLite", "sqlite3", apt: "libsqlite3-dev", brew: "sqlite"),
        // The module names libevent_openssl; its pkg-config file would bring the whole of libevent, of which nothing is used.
        system("CEvent", "libevent_core", apt: "libevent-dev", brew: "libevent"),
        system("CWslay", nil, apt: "libwslay-dev", brew: "wslay"),
        // Its header alone: the library is opened when it is first used, so no program links it.
        system("CCurl", nil, apt: "libcurl4-openssl-dev", brew: "curl"),
        .systemLibrary(name: "CMalloc"),

        // The ground floor: what every part stands on.
        library("Values"),
        library("Files"),
        library("Database", ["CSQLite"]),
        library("HTTP"),
        library("Networking", ["HTTP", "CEvent", "CWslay"]),
        library("HTTPClient", ["HTTP", "CCurl"]),
        library("Logging"),
        library("Services", ["Logging"]),
        library("Commands"),

        library(
            "KeyStore",
            [
                "SignalProtocol", "RelayAPI", "MaintenanceAPI", "Cryptography", "Database", "Logging",
                "Values",
            ]),
        library("RelayAPI", ["Cryptography", "Values"]),
        library("HTTPEdge", ["HTTP", "Networking", "Cryptography", "Logging", "Services", "Values"]),
        library(
            "RelayServer",
            [
                "RelayAPI", "HTTPEdge", "HTTP", "Networking", "SignalProtocol", "Cryptography", "Database",
                "Files", "Logging", "Services", "Values", "CMalloc",
            ]),
        library("MaintenanceAPI", ["RelayAPI"]),
        library(
            "Messenger",
            [
                "RelayAPI", "MaintenanceAPI", "SignalProtocol", "KeyStore", "Cryptography", "Database",
                "HTTP", "Networking", "Logging", "Services", "Values",
            ]),
        library("Anomaly"),
        .target(name: "Wordings", exclude: ["wordings.model"]),
        library("Questions", ["Wordings", "MaintenanceAPI", "Values"]),
        library("Telemetry", ["MaintenanceAPI", "RelayAPI", "Logging", "Services"]),
        library(
            "Agent",
            [
                "Anomaly", "Questions", "MaintenanceAPI", "RelayAPI", "Cryptography", "Database", "HTTP",
                "HTTPClient", "Logging", "Services", "Values",
            ]),
        library("QRCode"),
        .target(name: "Worlds", exclude: ["worlds"]),
        library("Evaluation", ["Worlds", "Agent", "MaintenanceAPI", "RelayAPI", "HTTPClient", "Values"]),
        .target(name: "WebAssets", exclude: ["shared", "dashboard", "chat", "demo", "login"]),
        library(
            "WebApp",
            [
                "MaintenanceAPI", "RelayAPI", "QRCode", "WebAssets", "HTTPEdge", "HTTP", "Networking",
                "Cryptography", "Logging", "Services", "Values",
            ]),
        program(
            "sysmaint",
            [
                "RelayServer", "RelayAPI", "Messenger", "KeyStore", "SignalProtocol", "MaintenanceAPI",
                "Telemetry", "Agent", "Evaluation", "WebApp", "QRCode", "Commands", "Cryptography",
                "Database", "HTTP", "HTTPClient", "HTTPEdge", "Networking", "Files", "Logging", "Services",
                "Values",
            ]),

        library(
            "TestSupport",
            [
                "MaintenanceAPI", "RelayAPI", "Cryptography", "Networking", "Logging", "Services",
                "VectorSupport", "CTestWidth",
            ],
            path: "Tests/TestSupport"),
        .target(name: "CTestWidth", path: "Tests/CTestWidth"),
        // The programs as people and operators run them, and what others do to them.
        library(
            "SystemSupport",
            [
                "TestSupport", "KeyStore", "Messenger", "MaintenanceAPI", "RelayAPI", "RelayServer",
                "SignalProtocol", "HTTP", "Networking", "Logging",
            ], path: "Tests/SystemSupport"),
        // What tests run as another process.
        program("database-probe", ["Database"], path: "Tests/Probes/Database"),
        program("signal-probe", ["Services"], path: "Tests/Probes/Signals"),
        library(
            "HistorySupport", ["Agent", "MaintenanceAPI", "TestSupport", "VectorSupport"],
            path: "Tests/HistorySupport"),
        program(
            "web-preview",
            [
                "WebApp", "Agent", "HistorySupport", "MaintenanceAPI", "RelayAPI", "TestSupport", "Logging",
                "Services",
            ], path: "Trials/WebPreview"),
        // `make bench` builds them with -enable-testing, which a release build leaves out.
        program(
            "database-benchmarks", ["Database", "BenchmarkSupport"], path: "Benchmarks/DatabaseBenchmarks"),
        program(
            "relay-benchmarks",
            [
                "RelayServer", "RelayAPI", "HTTPEdge", "HTTP", "Networking", "Cryptography", "Logging",
                "Services", "BenchmarkSupport",
            ], path: "Benchmarks/RelayBenchmarks"),
        program(
            "network-benchmarks", ["HTTP", "Networking", "BenchmarkSupport"],
            path: "Benchmarks/NetworkBenchmarks"),
        program(
            "state-benchmarks",
            [
                "Agent", "HistorySupport", "MaintenanceAPI", "BenchmarkSupport", "TestSupport", "Logging",
                "RelayAPI",
            ],
            path: "Benchmarks/StateBenchmarks"),
        program("probe-benchmarks", ["BenchmarkSupport"], path: "Benchmarks/ProbeBenchmarks"),
        library("NABScoring", path: "Benchmarks/NABScoring"),
        program("nab-score", ["Anomaly", "NABScoring"], path: "Benchmarks/NABScore"),
        program(
            "evaluate",
            [
                "Evaluation", "Agent", "Questions", "MaintenanceAPI", "RelayAPI", "TestSupport", "Commands",
                "Cryptography", "HTTP", "Networking", "Logging",
            ], path: "Trials/Evaluation", exclude: ["Servers"],
            resources: [.copy("Questions")]),
        program(
            "teach", ["Questions", "MaintenanceAPI", "Commands"], path: "Trials/Teaching",
            exclude: ["Wordings", "HeldOut", "Following"]),
        program(
            "chaos",
            [
                "Messenger", "KeyStore", "SignalProtocol", "RelayServer", "RelayAPI", "MaintenanceAPI",
                "Commands", "Cryptography", "HTTPEdge", "Logging", "Services", "TestSupport", "Values",
                "VectorSupport",
            ], path: "Trials/Chaos"),

        program(
            "attack",
            [
                "SignalProtocol", "RelayAPI", "MaintenanceAPI", "Messenger", "KeyStore", "Logging",
                "Commands", "Cryptography", "HTTP",
                "Networking", "TestSupport", "SystemSupport",
            ], path: "Trials/Attack"),

        // What `make fuzz` feeds, compiled and run over its corpus by the tests too.
        library(
            "FuzzTargets",
            [
                "SignalProtocol", "Cryptography", "Lattice", "RelayAPI", "MaintenanceAPI", "Telemetry",
                "Agent",
                "HTTP", "Networking", "Database", "TestSupport", "VectorSupport", "SessionSupport",
            ], path: "Fuzz/Targets"),
        .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets"], swiftSettings: settings),

        tests("Database", ["database-probe"]),
        tests("HTTP"),
        tests("Networking", ["HTTP"], resources: [.copy("Peers/Scripts")]),
        tests("HTTPClient", ["HTTP"], resources: [.copy("Servers")]),
        tests("Logging"),
        tests("Services", ["Logging", "signal-probe"]),
        tests("Commands"),
        tests(
            "KeyStore",
            ["SignalProtocol", "RelayAPI", "MaintenanceAPI", "Cryptography", "Database", "Values"],
            resources: [.copy("Versions")]),
        tests("RelayAPI"),
        tests("HTTPEdge", ["HTTP", "Networking", "RelayAPI"]),
        tests(
            "RelayServer",
            [
                "RelayAPI", "SignalProtocol", "Cryptography", "Database", "HTTP", "HTTPEdge", "Networking",
                "Logging", "Services",
            ]),
        tests(
            "Messenger",
            [
                "RelayAPI", "MaintenanceAPI", "Cryptography", "KeyStore", "SignalProtocol", "RelayServer",
                "HTTP",
                "Networking",
                "Logging", "Services",
            ]),
        tests("Attack", of: "attack", ["sysmaint"]),
        tests("Chaos", of: "chaos"),
        tests(
            "Evaluation", of: "evaluate",
            ["Evaluation", "Agent", "MaintenanceAPI", "HTTP", "Networking", "SystemSupport", "sysmaint"]),
        tests("MaintenanceAPI", ["RelayAPI"]),
        tests("Anomaly", ["NABScoring"]),
        tests("Questions", ["MaintenanceAPI"], resources: [.copy("Table")]),
        tests("QRCode", resources: [.copy("Vectors")]),
        tests(
            "Telemetry", ["MaintenanceAPI", "RelayAPI", "Logging", "Services"], resources: [.copy("Captures")]
        ),
        tests(
            "Agent",
            [
                "HistorySupport", "Questions", "MaintenanceAPI", "RelayAPI", "Cryptography", "Database",
                "HTTP", "HTTPClient", "Networking", "Logging", "Services", "Values",
            ], resources: [.copy("Versions")]),
        tests(
            "WebApp",
            [
                "Agent", "HistorySupport", "MaintenanceAPI", "RelayAPI", "HTTP", "HTTPEdge", "Networking",
                "Logging", "Services", "Values",
            ]),
        tests(
            "Sysmaint", of: "sysmaint",
            [
                "Agent", "KeyStore", "MaintenanceAPI", "Messenger", "RelayAPI", "RelayServer",
                "SignalProtocol",
                "Telemetry", "WebApp", "Commands", "HTTPEdge", "Logging", "Services", "Values",
            ]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: dependencies([
                "TestSupport", "SystemSupport", "SignalProtocol", "Cryptography", "QRCode", "RelayAPI",
                "MaintenanceAPI", "sysmaint", "HTTP",
                "HTTPClient", "HTTPEdge", "KeyStore", "Messenger", "Networking", "Logging",
                "RelayServer",
            ]),
            swiftSettings: settings),
    ]
)

if isFuzzing {
    package.targets += [
        .systemLibrary(name: "CLibFuzzer"),
        .executableTarget(
            name: "fuzz", dependencies: ["CLibFuzzer", "FuzzTargets"], path: "Fuzz/Program",
            swiftSettings: settings,
            // Gold, the default on Linux, fails over the debug information of the instruments.
            linkerSettings: [.unsafeFlags(fuzzInstruments + ["-use-ld=lld"])]),
    ]
}

// ONLY=Networking,HTTPTests swift build --build-tests: those targets with what they need, to build faster while working on them.
if let only = Context.environment["ONLY"] {
    var wanted: Set<String> = []
    var next = only.split(separator: ",").map(String.init)
    while let name = next.popLast() {
        guard wanted.insert(name).inserted, let target = package.targets.first(where: { $0.name == name })
        else { continue }
        for dependency in target.dependencies {
            if case .byNameItem(let name, _) = dependency { next.append(name) }
        }
    }
    package.targets.removeAll { !wanted.contains($0.name) }
    package.products.removeAll { !wanted.contains($0.name) }
}
