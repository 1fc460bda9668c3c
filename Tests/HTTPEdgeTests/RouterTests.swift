import HTTP
import Networking
import Testing

@testable import HTTPEdge

struct RouterTests {
    private static let router: Router = {
        var router = Router()
        router.get("/devices") { _ in "list" }
        router.post("/devices") { _ in "added" }
        router.get("/keys/:id") { _ in "keys" }
        router.get("/keys/:id/parts/:part") { _ in "part" }
        router.post("/keys/check") { _ in "check" }
        return router
    }()

    private static func parameters(_ method: HTTPMethod, _ path: String) -> [String: String]? {
        guard case .route(_, let parameters) = router.match(method, path) else { return nil }
        return parameters
    }

    private static func otherMethods(_ method: HTTPMethod, _ path: String) -> [String]? {
        guard case .otherMethods(let methods) = router.match(method, path) else { return nil }
        return methods.map(\.rawValue)
    }

    @Test(arguments: [
        ("/devices", [:]), ("/keys/alice", ["id": "alice"]), ("/keys/a%20b", ["id": "a b"]),
        ("/keys/check", ["id": "check"]), ("/keys/a/parts/7", ["id": "a", "part": "7"]),
    ])
    func pathsAndTheirPlaceholdersAreFound(_ path: String, _ parameters: [String: String]) {
        #expect(Self.parameters(.get, path) == parameters)
        #expect(Self.parameters(.head, path) == parameters)
    }

    @Test(arguments: [
        "/", "", "/device", "/devices/", "//devices", "/devices/1", "/keys", "/keys/", "/keys/a/",
        "/keys/a/parts",
        "/keys/%ZZ", "/Devices",
    ])
    func otherPathsLeadNowhere(_ path: String) {
        guard case .nothing = Self.router.match(.get, path) else { return #expect(Bool(false), "\(path)") }
    }

    @Test func methodsOfAPathAreTold() {
        #expect(Self.otherMethods(.put, "/devices") == ["GET", "HEAD", "POST"])
        #expect(Self.otherMethods(.delete, "/keys/alice") == ["GET", "HEAD"])
        // A path that is written out, and one with a placeholder that fits it too.
        #expect(Self.otherMethods(.delete, "/keys/check") == ["GET", "HEAD", "POST"])
        #expect(Self.parameters(.post, "/keys/check") == [:])
        #expect(Self.otherMethods(.post, "/keys/alice") == ["GET", "HEAD"])
    }
}
