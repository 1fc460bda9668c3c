import HTTP
import HTTPEdge
import Networking
import RelayAPI

/// `/ws`: a device's socket. Unauthorized requests are rejected before the upgrade.
struct SocketRoutes: Sendable {
    let access: Access
    let connect: @Sendable (DeviceAddress, SocketEncoding) -> ServerResponse

    func add(to router: inout Router) { router.get("/ws", respond: open) }

    @Sendable
    private func open(_ request: RoutedRequest) async throws -> ServerResponse {
        guard request.isWebSocketUpgrade else {
            var response = Problem(
                status: 426, code: .invalidRequest, title: "this is a WebSocket endpoint",
                detail: "Open it as ws://…/ws?client_id=<identity> with a bearer token."
            ).response
            // RFC 9110, section 15.5.22; RFC 6455, section 4.4.
            response.fields["Upgrade"] = "websocket"
            response.fields["Sec-WebSocket-Version"] = "13"
            return response
        }
        let device = try await access.socketOwner(request.request)
        let offers = request.fields.tokens("Sec-WebSocket-Protocol")
        return connect(device, offers.contains(SocketEncoding.protobufSubprotocol) ? .protobuf : .json)
    }
}
