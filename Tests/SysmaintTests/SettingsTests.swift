import Cryptography
import Foundation
import HTTPEdge
import Messenger
import RelayAPI
import RelayServer
import TestSupport
import Testing

@testable import sysmaint

struct SettingsTests {
    private func reader(
        flags: [Variable: String] = [:], environment: [String: String] = [:], file: String = ""
    ) throws -> SettingsReader {
        SettingsReader(
            flags: flags, environment: environment,
            files: [SettingsFile(path: ".env", content: try DotEnv(parsing: file), isNamed: false)])
    }

    @Test(arguments: [
        ("~/here", "/home/carol/here"), ("~", "/home/carol"), ("~carol/here", "~carol/here"),
        ("/~/here", "/~/here"),
    ])
    func tildeIsTheFolderOfTheEnvironment(_ written: String, _ meant: String) throws {
        let reader = try reader(environment: ["HOME": "/home/carol", "SYSMAINT_HOME": written])
        #expect(reader.path(.home) == meant)
        #expect(
            try Settings(self.reader(environment: ["HOME": "/home/carol"])).home == "/home/carol/.sysmaint")
    }

    @Test func flagBeatsEnvironmentBeatsFileBeatsDefault() throws {
        let file = "RELAY_PORT=1003"
        let environment = ["RELAY_PORT": "1002"]
        #expect(
            try reader(flags: [.relayPort: "1001"], environment: environment, file: file)
                .port(.relayPort) == 1001)
        #expect(try reader(environment: environment, file: file).port(.relayPort) == 1002)
        #expect(try reader(file: file).port(.relayPort) == 1003)
        #expect(try reader().port(.relayPort) == 8080)
    }

    @Test(arguments: Variable.allCases)
    func everyVariableIsFoundUnderItsName(_ variable: Variable) throws {
        for reader in [
            try reader(environment: [variable.rawValue: "value"]),
            try reader(file: "\(variable.rawValue)=value"),
        ] {
            let text = variable.isSecret ? try reader.secret(variable)?.exposed : reader.text(variable)
            #expect(text == "value")
        }
    }

    @Test func emptyValueCountsAsNone() throws {
        let reader = try reader(environment: ["RELAY_URL": ""], file: "RELAY_URL=http://relay:8080")
        #expect(reader.text(.relayURL) == "http://relay:8080")
    }

    /// As files with the line ends of Windows, and editors, leave them.
    @Test(arguments: ["8081\r", " 8081", "8081\n", "\t8081 "])
    func blanksAroundAValueAreNoPartOfIt(_ text: String) throws {
        let reader = try reader(environment: [
            "WEB_PORT": text, "WEB_TOKEN": text + "a b c d e f g h\n", "MEGA_PASSPHRASE": text,
            "RELAY_URL": " ",
        ])
        #expect(try reader.port(.webPort) == 8081)
        #expect(try reader.secret(.webToken, minLength: 16)?.exposed.hasSuffix("g h") == true)
        // Which may have been chosen so.
        #expect(try reader.secret(.passphrase)?.exposed == text)
        #expect(reader.text(.relayURL) == nil)
    }

    @Test(
        arguments: [
            ("status.example.org", ["status.example.org"]),
            (" A.example , b.example. ", ["a.example", "b.example"]),
            ("a,,b", ["a", "b"]), ("host", ["host"]), ("xn--bcher-kva.example", ["xn--bcher-kva.example"]),
            ("", []),
            ("https://status.example.org", nil), ("*.example.org", nil), ("status.example.org:8443", nil),
            ("a/b", nil),
            ("bücher.example", nil), ("[::1]", nil), ("a..b", nil), (".", nil),
        ] as [(String, [String]?)])
    func namesOfTheWebAreNames(_ text: String, _ names: [String]?) throws {
        let found = try? WebSettings(reader(environment: ["WEB_NAMES": text])).names
        #expect(found == names.map(Set.init))
    }

    @Test(
        arguments: [
            ("::", "::"), ("[::]", "::"), ("[::1]", "::1"), ("*", "0.0.0.0"), ("localhost", "localhost"),
            ("10.0.0.1", "10.0.0.1"), ("fe80::1%eth0", "fe80::1%eth0"), ("127.0.0.1:3000", nil),
            ("http://127.0.0.1", nil),
            ("a b", nil), ("[::1", nil), ("[::1]:3000", nil),
        ] as [(String, String?)])
    func addressToListenOnIsOne(_ text: String, _ host: String?) throws {
        for name in ["WEB_HOST", "RELAY_HOST"] {
            let reader = try reader(environment: [name: text])
            let found =
                try? name == "WEB_HOST" ? WebSettings(reader).host : RelaySettings(reader, home: "/").host
            #expect(found == host)
        }
    }

    /// A folder of that very name would be made.
    @Test(arguments: ["~carol/here", "$HOME/here", "${HOME}", "~~"])
    func whatAShellWouldExpandIsNoPath(_ path: String) throws {
        for name in ["SYSMAINT_HOME", "SYSMAINT_STATE_DB", "OPENAI_CA"] {
            #expect(throws: SettingError.self) { try Settings(reader(environment: [name: path])) }
        }
    }

    @Test(arguments: [
        "http://127.0.0.1:99999", "http://127.0.0.1:0", "http://127.0.0.1:", "http://[fe80::1%25lo]:8080",
        "http://[::1]:70000/x", "http://h:port",
    ])
    func addressWithoutAPortThatIsOneIsRefused(_ url: String) throws {
        #expect(throws: SettingError.self) {
            try reader(environment: ["RELAY_URL": url]).webAddress(.relayURL)
        }
    }

    @Test(arguments: ["http://h", "http://h:1", "https://[::1]:65535/x", "http://[::1]", "HTTP://h:8080//"])
    func addressWithAPortIsTaken(_ url: String) throws {
        #expect(try reader(environment: ["RELAY_URL": url]).webAddress(.relayURL) != nil)
    }

    @Test(arguments: ["-1", "65536", "80a", "8 0", "http"])
    func portOutsideTheRangeIsRefused(_ text: String) throws {
        let reader = try reader(environment: ["WEB_PORT": text])
        #expect(
            throws: SettingError(
                .webPort, value: text, requirement: "must be a port from 0 to 65535 (0 selects any free port)"
            )
        ) { try reader.port(.webPort) }
    }

    @Test(arguments: [("0", 0), ("65535", 65535)])
    func portAtTheEdgeIsTaken(_ text: String, _ port: Int) throws {
        #expect(try reader(environment: ["WEB_PORT": text]).port(.webPort) == port)
    }

    @Test(arguments: [("100", true), ("99", false), ("3600000", true), ("3600001", false), ("1e3", false)])
    func probeIntervalHasLimits(_ text: String, _ isGood: Bool) throws {
        let settings = try Settings(reader(environment: ["SYSMAINT_PROBE_INTERVAL_MS": text]))
        #expect(((try? settings.probeInterval()) != nil) == isGood)
    }

    @Test(arguments: [
        ("0.15", Decimal(15) / 100), ("0", 0), ("2", 2), ("-1", nil), ("1,5", nil), ("", Decimal(15) / 100),
        ("1e3", nil), ("0.1234567890", nil),
    ])
    func priceIsAnExactDecimal(_ text: String, _ price: Decimal?) throws {
        let reader = try reader(environment: ["OPENAI_INPUT_USD_PER_1M": text])
        #expect((try? ModelSettings(reader).inputUSDPerMillion) == price)
    }

    @Test(arguments: [
        ("http://relay:8080", "http://relay:8080"), ("https://relay/", "https://relay"),
        ("HTTPS://relay", "https://relay"), (" http://relay/\r\n", "http://relay"), (" ", nil),
        ("https://host/base//", "https://host/base"), ("relay:8080", nil), ("ftp://relay", nil),
        ("http://", nil),
        ("http://user:word@relay", nil), ("http://relay/?q", nil),
    ])
    func webAddressIsChecked(_ text: String, _ address: String?) throws {
        #expect((try? reader(environment: ["RELAY_URL": text]).webAddress(.relayURL)) == address)
    }

    @Test func offlineAnalystAnswersUnlessAModelIsNamed() throws {
        #expect(try ModelSettings(reader()).endpoint == nil)
        let local = try ModelSettings(reader(environment: ["OPENAI_BASE_URL": "http://127.0.0.1:11434/v1"]))
        #expect(local.endpoint?.baseURL == "http://127.0.0.1:11434/v1")
        #expect(local.endpoint?.key == nil)
        let hosted = try ModelSettings(reader(environment: ["OPENAI_API_KEY": "secret"]))
        #expect(hosted.endpoint?.baseURL == "https://api.openai.com/v1")
        #expect(hosted.endpoint?.model == "gpt-4o-mini")
    }

    /// As keys and names come out of mails, manuals and files that are read with their quotes.
    @Test(arguments: [
        "sk-1", " sk-1\r\n", "\"sk-1\"", "'sk-1'", "Bearer sk-1", "bearer  sk-1\n", "\"Bearer sk-1\"\n",
    ])
    func whatStandsAroundAKeyIsNoPartOfIt(text: String) throws {
        let settings = try ModelSettings(
            reader(environment: ["OPENAI_API_KEY": text, "OPENAI_MODEL": " small\r"]))
        #expect(settings.endpoint?.key == "sk-1")
        #expect(settings.endpoint?.model == "small")
    }

    @Test(arguments: ["\"\"", " ", "' '", "\n"])
    func keyOfNothingIsNone(text: String) throws {
        #expect(try ModelSettings(reader(environment: ["OPENAI_API_KEY": text])).endpoint == nil)
    }

    @Test(arguments: [
        ([:], true), (["SYSMAINT_SERVES": "everyone", "RELAY_URL": "https://relay.example.org"], true),
        (["SYSMAINT_SERVES": "dave"], false), (["RELAY_URL": "https://relay.example.org"], false),
        (["RELAY_HOST": "0.0.0.0"], false), (["RELAY_URL": "http://127.0.0.1:1", "RELAY_HOST": "::"], false),
        (["RELAY_HOST": "::1"], true), (["RELAY_URL": "http://127.example.org"], false),
        (["RELAY_PUBLIC_URL": "https://relay.example.org"], false),
        (["RELAY_URL": "http://localhost:8080"], true), (["RELAY_URL": "http://[::1]:8080"], true),
    ])
    func strangersAreServedWhereOnlyThisMachineReachesTheRelay(
        environment: [String: String], isServed: Bool
    ) throws {
        let settings = try Settings(
            reader(environment: environment.merging(["SYSMAINT_HOME": "/nowhere"]) { $1 }))
        let serves = settings.serves(try settings.audience())
        #expect(serves(try IdentityID("carol")) == isServed)
        #expect(serves(try IdentityID("alice")))
        #expect(serves(try IdentityID("dave")) == (isServed || environment["SYSMAINT_SERVES"] != nil))
    }

    @Test func whoIsServedCanBeToldFromAListAndFromTheDataFolder() throws {
        let scratch = try ScratchDirectory()
        let settings = try Settings(
            reader(environment: ["SYSMAINT_HOME": scratch.url.path, "SYSMAINT_SERVES": "dave,erin"]))
        let serves = settings.serves(try settings.audience())
        #expect(!serves(try IdentityID("carol")))
        try Data().write(to: URL(fileURLWithPath: scratch.file("carol.signal.db")))
        #expect(serves(try IdentityID("carol")))
        for text in ["Carol", "everyone,dave", "dave;erin", "-"] {
            let reader = try reader(environment: ["SYSMAINT_SERVES": text])
            if text == "everyone,dave" {
                // A name like any other, next to others.
                #expect(try Settings(reader).audience() != .everyone)
            } else {
                #expect(throws: SettingError.self) { try Settings(reader).audience() }
            }
        }
    }

    @Test func storesHaveTheirOwnVariableOrANameInTheHome() throws {
        let settings = try Settings(
            reader(environment: ["SYSMAINT_HOME": "/data", "BOB_SIGNAL_DB": "/keys/b.db", "ALICE_ID": "al"]))
        #expect(settings.store(of: settings.bobID) == "/keys/b.db")
        #expect(settings.store(of: settings.aliceID) == "/data/al.signal.db")
        #expect(settings.store(of: settings.agentID) == "/data/sysmaint.signal.db")
    }

    @Test func relayURLFollowsTheRelayPort() throws {
        #expect(
            try Settings(reader(environment: ["RELAY_PORT": "9001"])).relayURL() == "http://127.0.0.1:9001")
    }

    @Test func passwordOfADatabaseAddressIsNotQuoted() throws {
        let reader = try reader(environment: ["RELAY_DB": "postgres://user:hunter2@db/relay"])
        let error = #expect(throws: SettingError.self) { try RelaySettings(reader, home: "/data") }
        #expect(error?.value == "postgres://…")
    }

    @Test func ratesThatAreNotNamedKeepTheirDefault() throws {
        let rates = try reader(environment: ["RELAY_RATES": "bundles=0.25/9,requests=1/2"]).rates(.relayRates)
        var expected = RateLimits()
        expected.bundles = Rate(perSecond: 0.25, burst: 9)
        expected.requests = Rate(perSecond: 1, burst: 2)
        #expect(rates == expected)
    }

    @Test(arguments: [
        "bundles", "bundles=", "bundles=1", "bundles=0/1", "bundles=1/0", "bundles=-1/1", "bundles=1e3/1",
        "bundles=1/1,", ",", "unknown=1/1", "bundles=1/1 ,requests=1/1", "bundles=1/1/1", "bundles=nan/1",
    ])
    func rateThatCannotBeMeantIsRefused(_ text: String) throws {
        #expect(throws: SettingError.self) {
            try reader(environment: ["RELAY_RATES": text]).rates(.relayRates)
        }
    }

    @Test(arguments: [("1", true), ("0", false), ("1000000", true), ("1000001", false), ("32 MiB", false)])
    func diskWatermarkHasLimits(_ text: String, _ isGood: Bool) throws {
        let reader = try reader(environment: ["RELAY_MIN_FREE_DISK_MIB": text])
        #expect(((try? RelaySettings(reader, home: "/data")) != nil) == isGood)
    }

    @Test func relayConfigurationFollowsTheSettings() throws {
        let reader = try reader(environment: [
            "RELAY_HOST": "::1", "RELAY_PORT": "1", "RELAY_TLS_CERT": "/c", "RELAY_TLS_KEY": "/k",
            "RELAY_REGISTRATION_SECRET": "sixteen letters!", "RELAY_RATES": "messages=7/8",
            "RELAY_MIN_FREE_DISK_MIB": "3", "RELAY_MAX_MEMORY_MIB": "64", "RELAY_HEARTBEAT_MS": "1000",
        ])
        let settings = try RelaySettings(reader, home: "/data")
        let configuration = RelayConfiguration(settings)
        #expect(settings.url(port: 2) == "https://[::1]:2")
        #expect((configuration.host, configuration.port) == ("::1", 1))
        #expect(configuration.certificate == CertificateFiles(certificatePath: "/c", keyPath: "/k"))
        #expect(configuration.registrationSecret == "sixteen letters!")
        #expect(configuration.rates.messages == Rate(perSecond: 7, burst: 8))
        #expect(configuration.load.minFreeDiskByteCount == 3 << 20)
        #expect(configuration.load.maxAllocatedByteCount == 64 << 20)
        #expect(configuration.heartbeatInterval == .seconds(1))
    }

    @Test func wrongSettingIsExplainedWithItsName() throws {
        let error = SettingError(.relayPort, value: "http", requirement: "must be a port from 0 to 65535")
        let failure = try #require(Failure(describing: error))
        #expect(failure.code == .configuration)
        #expect(failure.message == "RELAY_PORT is 'http': it must be a port from 0 to 65535")
        #expect(SettingError(.openAIKey, value: "sk-1", requirement: "must be text").value == nil)
    }

    /// A relay, or what lies between, that does not speak as it should is no fault of ours to be reported.
    @Test(arguments: ["frames from a server are not masked", "the peer is silent"])
    func brokenSocketIsNoFaultOfTheProgram(_ reason: String) throws {
        let failure = try #require(Failure(describing: SocketClosed(code: nil, reason: reason)))
        #expect(failure.code == .unavailable)
        #expect(failure.message.contains(reason))
    }
}
