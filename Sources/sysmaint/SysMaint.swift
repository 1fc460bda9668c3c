import ArgumentParser

@main
struct SysMaint: AsyncParsableCommand {
    func run() async throws {}
}
