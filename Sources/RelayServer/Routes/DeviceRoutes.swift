import Hummingbird
import RelayAPI

/// `/v1/devices`: an owner sees the devices of its identity and removes those that are lost.
struct DeviceRoutes: Sendable {
    let store: any RelayStore
    let access: Access
    let exchange: Exchange

    func add(to router: Router<RelayContext>) {
        router.get("/v1/devices", use: list)
        router.delete("/v1/devices/:device", use: remove)
    }

    @Sendable
    private func list(_ request: Request, context: RelayContext) async throws -> Response {
        let owner = try await access.owner(of: request, context).address
        let devices = try await store.devices(of: owner.identity).map { device in
            DeviceList.Entry(
                device: device.address.device, registrationId: device.registrationID,
                registeredAt: device.registeredAt, isCurrent: device.address == owner)
        }
        return try jsonResponse(DeviceList(id: owner.identity, devices: devices))
    }

    /// Takes the token, prekeys and waiting messages of a device with it.
    @Sendable
    private func remove(_ request: Request, context: RelayContext) async throws -> Response {
        let owner = try await access.owner(of: request, context).address
        guard let number = Int(try context.parameters.require("device")) else {
            throw InvalidValue("device", "must be a number from 1 to 127")
        }
        let device = DeviceAddress(owner.identity, try DeviceID(number))
        guard try await store.remove(device, at: exchange.now()) else {
            throw Problem(
                status: 404, code: .notFound, title: "no such device",
                detail: "\(device) is not registered; GET /v1/devices lists those that are.")
        }
        exchange.revoke(device)
        return Response(status: .noContent)
    }
}
