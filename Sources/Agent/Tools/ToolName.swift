/// The tools there are, as a model calls them.
enum ToolName: String, CaseIterable, Sendable {
    case currentStatus = "get_current_status"
    case history = "get_recent_status_history"
    case anomalies = "get_anomaly_summary"
    case series = "query_series"
    case topProcesses = "get_top_processes"
    case diskForecast = "get_disk_forecast"
    case relayDiagnostics = "get_relay_diagnostics"
    case comparison = "compare_windows"
    case usage = "get_usage"

    var definition: ToolDefinition {
        ToolDefinition(name: rawValue, summary: tool.summary, parameters: .schema(tool.parameters))
    }

    var tool: any Tool {
        switch self {
        case .currentStatus: CurrentStatusTool()
        case .history: HistoryTool()
        case .anomalies: AnomalyTool()
        case .series: SeriesTool()
        case .topProcesses: TopProcessesTool()
        case .diskForecast: DiskForecastTool()
        case .relayDiagnostics: RelayDiagnosticsTool()
        case .comparison: CompareTool()
        case .usage: UsageTool()
        }
    }
}
