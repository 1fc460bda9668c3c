import Cryptography
import Database
import HTTP
import Foundation
import RelayAPI
import Testing
import TestSupport

@testable import RelayServer

struct ObservationTests {
    @Test func healthAndReadinessAreToldToEverybody() async throws {
        try await TestRelay.run(in: ScratchDirectory(), configure: { $0.version = "1.2.3" }) { relay in
            let health = try await relay.request(.get, "/health").json(Health.self)
            #expect(health.status == "ok")
            #expect(health.version == "1.2.3")
            #expect((0..<3600).contains(health.uptimeSeconds))
            #expect(try await relay.request(.get, "/ready").json(Health.self).status == "ready")
            #expect(try await relay.request(.head, "/health").status == 200)
        }
    }

    @Test func aDatabaseThatTakesNoWritesIsNotReady() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            try await relay.store.writer.perform { try $0.execute("PRAGMA query_only = 1") }
            let ready = try await relay.request(.get, "/ready")
            #expect(ready.status == 503)
            #expect(ready.code == .unavailable)
            let refused = try await relay.request(
                .post, "/v1/messages", token: alice.token, json: alice.envelope(to: bob, "lost?"))
            #expect(refused.status == 503)
            #expect(refused.code == .unavailable)
            try await relay.store.writer.perform { try $0.execute("PRAGMA query_only = 0") }
            #expect(try await relay.request(.get, "/ready").status == 200)
        }
    }

    @Test func diagnosticsCountWhatHappens() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            _ = try await relay.request(
                .post, "/v1/prekeys", token: bob.token, json: bob.preKeys(oneTime: 1...4, kyber: 1...3))
            for text in ["1", "2", "3"] {
                _ = try await relay.request(
                    .post, "/v1/messages", token: alice.token, json: alice.envelope(to: bob, text))
            }
            try await TestSocket.open(relay, as: bob) { socket in
                try await socket.send(.ack([socket.nextEnvelope().messageId]))
                try await waitUntil { try await relay.diagnostics().queuedMessages == 2 }
                let seen = try await relay.diagnostics()
                #expect(seen.users == 2)
                #expect(seen.devices == 2)
                #expect(seen.oneTimePreKeysLeft == 7)
                #expect(seen.connections == 1)
                #expect(seen.acceptedTotal == 3)
                #expect(seen.deliveredTotal == 3)
                #expect(seen.ackedTotal == 1)
                #expect(seen.queuedBytes > 0)
                #expect(try #require(seen.ackLatencyP50Milliseconds) > 0)
                #expect(seen.residentBytes > 1_000_000)
                #expect(seen.openFileDescriptors > 3)
                #expect(try #require(seen.freeDiskBytes) > 0)
                #expect(seen.host == nil)
            }
        }
    }

    @Test func hostMetricsAreKeptForDiagnostics() async throws {
        let token = "the worker's secret"
        try await TestRelay.run(
            in: ScratchDirectory(), configure: { $0.diagnosticsToken = SecretText(token) }
        ) { relay in
            let metrics = HostMetrics(
                timestamp: 5, cpuPercent: 12.5, load1: 0.5, memoryUsedBytes: 10, memoryTotalBytes: 20,
                diskUsedPercent: nil)
            func post(_ body: String, token: String?) async throws -> Answer {
                try await relay.request(.post, "/diagnostics/metrics", token: token, body: Array(body.utf8))
            }
            #expect(
                try await relay.request(.post, "/diagnostics/metrics", token: token, json: metrics).status
                    == 204)
            #expect(try await relay.diagnostics().host == metrics)
            for other in [nil, "another secret", try await TestDevice("mallory").registered(at: relay).token]
            {
                let answer = try await post(#"{"timestamp":6,"cpuPercent":99}"#, token: other)
                #expect(answer.status == 401)
                #expect(answer.code == .unauthorized)
            }
            for broken in [
                "{", "{}", #"{"timestamp":"now"}"#, #"{"timestamp":-1}"#,
                #"{"timestamp":6,"cpuPercent":-0.1}"#,
                #"{"timestamp":6,"cpuPercent":1e300}"#, #"{"timestamp":6,"load1":-1}"#,
                #"{"timestamp":6,"memoryTotalBytes":10,"memoryUsedBytes":11}"#,
                #"{"timestamp":6,"memoryTotalBytes":9223372036854775807}"#,
                #"{"timestamp":6,"diskUsedPercent":101}"#,
            ] {
                let answer = try await post(broken, token: token)
                #expect(answer.status == 400)
                #expect(answer.code == .invalidJSON || answer.code == .invalidRequest)
            }
            #expect(try await relay.diagnostics().host == metrics)
        }
    }

    @Test func metricsAreNotTakenWithoutATokenOfTheRelay() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let answer = try await relay.request(
                .post, "/diagnostics/metrics", token: "", body: Array(#"{"timestamp":6}"#.utf8))
            #expect(answer.status == 401)
        }
    }

    /// Whoever asks without end must not slow the others down.
    @Test func figuresThatTakeReadingTheTablesAreShared() async throws {
        try await TestRelay.run(in: ScratchDirectory(), configure: { $0.figuresLifetime = .seconds(3600) }) {
            relay in
            #expect(try await relay.diagnostics().users == 0)
            _ = try await TestDevice("alice").registered(at: relay)
            try await withThrowingDiscardingTaskGroup { group in
                for path in ["/diagnostics", "/metrics"] {
                    for _ in 0..<20 {
                        group.addTask {
                            let answer = try await relay.request(.get, path)
                            #expect(answer.status == 200)
                        }
                    }
                }
            }
            #expect(try await relay.diagnostics().users == 0)
        }
    }

    @Test func metricsAreInThePrometheusFormat() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            _ = try await relay.request(
                .post, "/v1/messages", token: alice.token, json: alice.envelope(to: alice, "to myself"))
            try await TestSocket.open(relay, as: alice) { socket in
                try await socket.send(.ack([socket.nextEnvelope().messageId]))
                try await socket.expect(.queueEmpty)
            }
            try await waitUntil { try await relay.diagnostics().queuedMessages == 0 }
            let answer = try await relay.request(.get, "/metrics")
            #expect(answer.mediaType == "text/plain; version=0.0.4; charset=utf-8")
            let samples = try prometheusSamples(String(decoding: answer.body, as: UTF8.self))
            #expect(samples["sysmaint_relay_accepted_total"] == 1)
            #expect(samples["sysmaint_relay_delivered_total"] == 1)
            #expect(samples["sysmaint_relay_acked_total"] == 1)
            #expect(samples["sysmaint_relay_ack_latency_seconds_count"] == 1)
            #expect(samples[#"sysmaint_relay_ack_latency_seconds_bucket{le="+Inf"}"#] == 1)
            for name in [
                "users", "devices", "one_time_prekeys", "queued_messages", "queued_bytes",
                "set_aside_messages",
                "connections", "expired_total", "shed_total", "commit_batch_writes_sum",
                "failed_commits_total",
                "wal_bytes", "load", "free_disk_bytes",
            ] {
                #expect(samples["sysmaint_relay_" + name] != nil, "\(name)")
            }
        }
    }

    @Test func unknownPathsAndMethodsAreProblems() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let nowhere = try await relay.request(.get, "/v2/everything")
            #expect(nowhere.status == 404)
            #expect(nowhere.code == .notFound)
            let wrong = try await relay.request(.put, "/v1/messages", body: [])
            #expect(wrong.status == 405)
            #expect(wrong.code == .methodNotAllowed)
            #expect(wrong.fields["Allow"] == "POST")
            let socket = try await relay.request(.get, "/ws?client_id=alice")
            #expect(socket.status == 426)
            let ids = [wrong, socket].compactMap { $0.fields["X-Request-Id"] }
            #expect(Set(ids).count == 2)
        }
    }

    @Test func theLogTellsOfRequestsWithoutSecrets() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let answer = try await relay.request(
                .post, "/v1/messages", token: alice.token, json: alice.envelope(to: alice, "ciphertext"))
            let id = try #require(answer.fields["X-Request-Id"])
            let lines = relay.log.lines.filter { $0.contains(id) }
            #expect(lines.count == 1)
            #expect(lines.first?.contains("/v1/messages") == true)
            let body = Base64(Array("ciphertext".utf8))
            let secrets = [alice.token, try String(decoding: JSONEncoder().encode(body), as: UTF8.self)]
            for line in relay.log.lines {
                for secret in secrets { #expect(!line.contains(secret)) }
            }
        }
    }

    @Test func bucketsOfAHistogramHoldTheirBounds() {
        var histogram = Histogram(bounds: [1, 2])
        for value in [0.5, 1, 1.5, 2, 2.5] { histogram.add(value) }
        #expect(histogram.counts == [2, 2, 1])
        #expect(histogram.count == 5)
        #expect(histogram.sum == 7.5)
    }
}

/// Reads the text format and holds it to its rules: one TYPE per metric before its samples, whole histograms.
private func prometheusSamples(_ text: String) throws -> [String: Double] {
    var types: [Substring: Substring] = [:]
    var samples: [String: Double] = [:]
    for line in text.split(separator: "\n") {
        let words = line.split(separator: " ")
        if line.hasPrefix("# TYPE ") {
            #expect(types.updateValue(words[3], forKey: words[2]) == nil, "\(line)")
        } else if !line.hasPrefix("#") {
            let name = try #require(words.first)
            let base = name.prefix { $0 != "{" }
            let family =
                ["_bucket", "_sum", "_count"].first { base.hasSuffix($0) }
                .map { base.dropLast($0.count) }.flatMap { types[$0] == "histogram" ? $0 : nil } ?? base
            #expect(types[family] != nil, "\(line)")
            let value: Double = try #require(words.last.flatMap { Double($0) }, "\(line)")
            samples[String(name)] = value
        }
    }
    for (name, type) in types where type == "histogram" {
        #expect(samples["\(name)_bucket{le=\"+Inf\"}"] == samples["\(name)_count"])
    }
    return samples
}
