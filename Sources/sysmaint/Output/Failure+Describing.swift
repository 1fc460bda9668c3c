import RelayAPI

/// The sentences for people: errors of every layer become what happened and what to do next.
extension Failure {
    /// Nil for what ArgumentParser says better itself.
    init?(describing error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as SettingError: self.init(error)
        case let error as InvalidValue: self.init(.badInput, error.description)
        case let problem as Problem: self.init(problem)
        default: return nil
        }
    }

    private init(_ error: SettingError) {
        let value = error.value.map { "'\($0)'" } ?? "not usable"
        self.init(
            .configuration, "\(error.variable.rawValue) is \(value): it \(error.requirement)",
            help: "Set it by its flag, in the environment or in .env.")
    }

    private init(_ problem: Problem) {
        let code: Code =
            switch problem.status {
            case 401, 403, 409: .denied
            case 404: .notFound
            case 429: .busy
            case 500...: .unavailable
            default: .badInput
            }
        let wait = problem.retryAfter.map { "Try again in \($0) s." }
        self.init(
            code, "the relay refused: \(problem.title) (\(problem.code.rawValue))",
            help: problem.detail ?? wait)
    }
}
