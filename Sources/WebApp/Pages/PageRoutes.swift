import HTTP
import HTTPEdge
import Networking
import WebAssets

/// The pages and their assets, all compiled into the executable.
struct PageRoutes {
    var base = BasePath.root

    func add(to router: inout Router) {
        for asset in Asset.all {
            router.get(asset.path) { asset.response(to: $0.fields) }
            guard asset.isPage, asset.path != "/" else { continue }
            // Its links are relative, so that a page has one address alone.
            router.get(asset.path + "/") { [base] in
                let target = $0.head.target
                let query = target.firstIndex(of: "?").map { target[$0...] } ?? ""
                return ServerResponse(
                    status: 308,
                    fields: ["Location": base.path + asset.path + query, "Cache-Control": "no-store"])
            }
        }
    }
}

/// One static file.
struct Asset: Sendable {
    let path: String
    let mediaType: String
    let content: [UInt8]
    /// Changes with the content.
    let entityTag: String

    var isPage: Bool { mediaType.hasPrefix("text/html") }

    static let all: [Asset] = (0..<webAssetCount).map { index in
        let file = webAsset(index)
        let (path, mediaType) = (String(cString: file.path), String(cString: file.mediaType))
        let isPage = mediaType.hasPrefix("text/html")
        return Asset(
            path: path, mediaType: mediaType,
            content: isPage ? Array(page(file, at: path).utf8) : Array(bytes(of: file)))
    }

    /// A page with the shared header, in which the page itself is marked.
    private static func page(_ file: WebAsset, at path: String) -> String {
        // Links are relative, so that they work below whatever path a proxy puts the pages.
        let link = path == "/" ? "./" : String(path.dropFirst())
        let header = String(decoding: bytes(of: webPageHeader), as: UTF8.self)
            .replacing("<li><a href=\"\(link)\">", with: "<li><a href=\"\(link)\" aria-current=\"page\">")
        return String(decoding: bytes(of: file), as: UTF8.self).replacing("<!-- header -->", with: header)
    }

    private static func bytes(of file: WebAsset) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: file.bytes, count: file.byteCount)
    }

    init(path: String, mediaType: String, content: [UInt8]) {
        self.path = path
        self.mediaType = mediaType
        self.content = content
        entityTag = "\"\(String(Self.fingerprint(content), radix: 36))\""
    }

    /// Revalidated on each request, so that an updated server is never shown with old scripts; unchanged content is not
    /// sent again.
    func response(to request: HTTPFields) -> ServerResponse {
        // A proxy that compresses marks the tag as weak.
        let isKnown = request.all("If-None-Match").flatMap { $0.split(separator: ",") }
            .contains { [entityTag[...], "*"].contains($0.trimmingPrefix(" ").trimmingPrefix("W/")) }
        return ServerResponse(
            status: isKnown ? 304 : 200,
            fields: ["Content-Type": mediaType, "Cache-Control": "no-cache", "ETag": entityTag],
            body: isKnown ? .empty : .bytes(content))
    }

    /// FNV-1a, 64 bits: identifies versions of a file; not a security measure.
    private static func fingerprint(_ content: [UInt8]) -> UInt64 {
        content.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
