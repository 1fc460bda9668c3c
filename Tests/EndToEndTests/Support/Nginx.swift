import Foundation
import SystemSupport
import TestSupport

/// nginx in front of a server, which it serves below a path, as the manual says.
struct Nginx {
    let url: String
    private let program: Program

    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: "/usr/sbin/nginx") }

    init(in scratch: ScratchDirectory, to server: String, below path: String) async throws {
        let port = try freePort()
        let file = scratch.file("nginx-\(port).conf")
        let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "\($0)_temp_path \(scratch.file($0));" }.joined(separator: " ")
        try """
        daemon off; master_process off; pid \(scratch.file("nginx.pid")); error_log stderr;
        events {}
        http {
            access_log off; \(folders)
            server {
                listen 127.0.0.1:\(port);
                location \(path) {
                    proxy_pass \(server);
                    proxy_http_version 1.1;
                    proxy_set_header Host $http_host;
                    proxy_buffering off;
                    proxy_read_timeout 1h;
                }
            }
        }
        """.write(toFile: file, atomically: true, encoding: .utf8)
        program = try Program(
            ["-p", scratch.url.path, "-c", file], executable: URL(fileURLWithPath: "/usr/sbin/nginx"),
            in: scratch)
        url = "http://127.0.0.1:\(port)"
        _ = try await eventually("nginx") { [url] in try? await Web.get("\(url)\(path)login") }
    }
}
