/// The version of this build, as `--version` and the relay's `/health` say it.
enum Version {
    static let current = "0.1.0"
}
