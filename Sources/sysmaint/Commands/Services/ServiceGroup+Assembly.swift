import Logging
import Messenger
import ServiceLifecycle
import UnixSignals

extension ServiceGroup {
    /// How long services get to finish what they are doing before they are cancelled.
    private static let patience = Duration.seconds(10)

    /// Services in dependency order: what is needed comes first and stops last. The end of one is the end of all.
    static func assembled(_ services: [(name: String, service: any Service)]) -> ServiceGroup {
        var configuration = ServiceGroupConfiguration(
            services: services.map { .member($0.service, named: $0.name) },
            gracefulShutdownSignals: [.sigint, .sigterm], logger: Logger(label: "services"))
        configuration.maximumGracefulShutdownDuration = patience
        return ServiceGroup(configuration: configuration)
    }

    /// A person's connection and what uses it.
    static func client(_ messenger: Messenger, serving service: some Service, named name: String)
        -> ServiceGroup
    {
        assembled([("messenger", messenger), (name, service)])
    }
}

extension ServiceGroupConfiguration.ServiceConfiguration {
    /// A service whose end, good or bad, stops the others as well, in order.
    static func member(_ service: any Service, named name: String) -> Self {
        .init(
            service: service, successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .gracefullyShutdownGroup, serviceName: name)
    }
}
