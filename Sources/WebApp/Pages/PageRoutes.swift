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
        return Asset(
            path: String(cString: file.path), mediaType: String(cString: file.mediaType),
            content: ByteBuffer(bytes: UnsafeBufferPointer(start: file.bytes, count: file.byteCount)))
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
