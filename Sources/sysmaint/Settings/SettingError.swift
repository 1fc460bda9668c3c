/// A setting that cannot be used. The value is quoted unless it is a secret.
struct SettingError: Error, Equatable {
    let variable: Variable
    /// What the value is, shortened; absent for secrets.
    let value: String?
    /// What it has to be, as in "must be a port from 0 to 65535".
    let requirement: String

    init(_ variable: Variable, value: String, requirement: String) {
        self.variable = variable
        self.value = variable.isSecret ? nil : String(value.prefix(80))
        self.requirement = requirement
    }
}
