import Networking

/// The human-readable reason why a server could not listen.
package struct ListeningError: Error, Hashable, CustomStringConvertible {
    /// The server's name.
    package let server: String
    package let host: String
    package let port: Int
    /// The setting that chooses the port.
    package let setting: String
    package let cause: ListenError

    package init(_ cause: ListenError, server: String, host: String, port: Int, setting: String) {
        (self.cause, self.server, self.host, self.port, self.setting) = (cause, server, host, port, setting)
    }

    package var description: String {
        switch cause {
        case .portTaken:
            "\(server): \(host):\(port) is in use by another program; stop it or choose another port with \(setting)"
        case .portNotPermitted:
            "\(server): this user may not listen on \(host):\(port); choose a port above 1023 with \(setting)"
        case .addressNotAvailable:
            "\(server): the listen address \(host) does not belong to this machine"
        case .other(let reason): "\(server): cannot listen on \(host):\(port): \(reason)"
        }
    }
}
