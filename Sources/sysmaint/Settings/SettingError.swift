import HTTP

/// A setting's value is not valid. The value is quoted unless it is a secret.
struct SettingError: Error, Equatable {
    let variable: Variable
    /// The value, shortened and without passwords; nil for secrets.
    let value: String?
    /// What is required of it, as in "must be a port from 0 to 65535".
    let requirement: String

    init(_ variable: Variable, value: String, requirement: String) {
        self.variable = variable
        self.value = variable.isSecret ? nil : String(value.withoutCredentials.prefix(80))
        self.requirement = requirement
    }
}
