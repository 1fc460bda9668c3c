import HTTPEdge
import Networking
import RelayAPI

/// `/v1/devices`: an owner lists the devices of its identity and removes lost ones.
struct DeviceRoutes: Sendable {
    let store: SQLiteRelayStore
    let access: Access
    let exchange: MessageExchange

    func add(to router: inout Router) {
        router.get("/v1/devices", list)
        router.delete("/v1/devices/:device", respond: remove)
    }

    @Sendable
    private func list(_ request: RoutedRequest) async throws -> DeviceList {
        let owner = try await access.owner(of: request.request).address
        let devices = try await store.devices(of: owner.identity).map { device in
            DeviceList.Entry(
                device: device.address.device, registrationId: device.registrationID,
                registeredAt: device.registeredAt, isCurrent: device.address == owner)
        }
        return DeviceList(id: owner.identity, devices: devices)
    }

    /// Also deletes the device's token, prekeys and waiting messages.
    @Sendable
    private func remove(_ request: RoutedRequest) async throws -> ServerResponse {
        let owner = try await access.owner(of: request.request).address
        guard let number = Int(request.parameter("device")) else {
            throw InvalidValue("device", "must be a number from 1 to 127")
        }
        let device = DeviceAddress(owner.identity, try DeviceID(number))
        guard try await store.remove(device, at: exchange.now()) else {
            throw Problem(
                status: 404, code: .notFound, title: "no such device",
                detail: "\(device) is not registered; GET /v1/devices lists those that are.")
        }
        exchange.revoke(device)
        return .noContent
    }
}
