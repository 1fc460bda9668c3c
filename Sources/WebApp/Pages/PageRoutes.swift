import Foundation
import HTTPTypes
import Hummingbird
import WebAssets

/// The pages and what they are made of, all of it compiled into the executable.
struct PageRoutes {
    func add(to router: Router<BasicRequestContext>) {
        for asset in Asset.all {
            router.get(RouterPath(asset.path)) { request, _ in asset.response(to: request) }
        }
    }
}

/// One file of the pages.
struct Asset: Sendable {
    let path: String
    let mediaType: String
    let content: ByteBuffer
    /// Changes with the content.
    let entityTag: String

    static let all: [Asset] = (0..<webAssetCount).map { index in
        let file = webAsset(index)
        let (path, mediaType) = (String(cString: file.path), String(cString: file.mediaType))
        let isPage = mediaType.hasPrefix("text/html")
        return Asset(
            path: path, mediaType: mediaType,
            content: isPage ? ByteBuffer(string: page(file, at: path)) : ByteBuffer(bytes: bytes(of: file)))
    }

    /// A page with the header that all of them share, in which the page itself is marked.
    private static func page(_ file: WebAsset, at path: String) -> String {
        let header = String(decoding: bytes(of: webPageHeader), as: UTF8.self)
            .replacing("<li><a href=\"\(path)\">", with: "<li><a href=\"\(path)\" aria-current=\"page\">")
        return String(decoding: bytes(of: file), as: UTF8.self).replacing("<!-- header -->", with: header)
    }

    private static func bytes(of file: WebAsset) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: file.bytes, count: file.byteCount)
    }

    init(path: String, mediaType: String, content: ByteBuffer) {
        self.path = path
        self.mediaType = mediaType
        self.content = content
        entityTag = "\"\(String(Self.fingerprint(content), radix: 36))\""
    }

    /// Asked for anew each time, so that an updated server is never shown with old scripts; unchanged content is not
    /// sent again.
    func response(to request: Request) -> Response {
        let headers: HTTPFields = [
            .contentType: mediaType, .cacheControl: "no-cache", .eTag: entityTag,
        ]
        let known = request.headers[.ifNoneMatch]?.split(separator: ",").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        if known?.contains(where: { $0 == entityTag || $0 == "*" }) == true {
            return Response(status: .notModified, headers: headers)
        }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: content))
    }

    /// FNV-1a, 64 bits: tells versions of a file apart, guards nothing.
    private static func fingerprint(_ content: ByteBuffer) -> UInt64 {
        content.readableBytesView.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
