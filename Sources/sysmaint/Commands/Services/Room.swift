import Logging

/// Calls `start` again and again while the disk is full: a service's first start makes files, and waits for room as a
/// running service does.
func onceThereIsRoom<Value>(_ start: () async throws -> Value) async throws -> Value {
    let logger = Logger(label: "start")
    var isWaiting = false
    while true {
        do {
            let value = try await start()
            if isWaiting { logger.notice("there is room on the disk; starting") }
            return value
        } catch {
            guard let failure = Failure(describing: error), failure.code == .unwritten else { throw error }
            if !isWaiting {
                logger.error(
                    "no room on the disk: the start waits until there is; free some space",
                    ["error": failure.message])
            }
            isWaiting = true
            try await Task.sleep(for: .seconds(2))
        }
    }
}
