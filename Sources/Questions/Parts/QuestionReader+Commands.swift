import MaintenanceAPI
import Values

/// Names of commands in place of questions: "df -h", "vmstat 1".
extension QuestionReader {
    private static let commands: [String: (Query.Form, Query.Subject)] = [
        "vmstat": (.value, .host), "sar": (.value, .host), "glances": (.value, .host), "w": (.value, .host),
        "iostat": (.value, .gauges([.diskReads, .diskWrites])),
        "iotop": (.value, .gauges([.diskReads, .diskWrites])),
        "netstat": (.value, .gauges([.tcpEstablished, .tcpTimeWait])),
        "ss": (.value, .gauges([.tcpEstablished, .tcpTimeWait])),
        "iftop": (.value, .gauges([.networkReceived, .networkSent])),
        "nload": (.value, .gauges([.networkReceived, .networkSent])),
        "free": (.value, .gauges([.memoryUsed])), "mpstat": (.list, .cores),
        "nproc": (.value, .gauges([.coreCount])),
        "df": (.list, .fileSystems), "mount": (.list, .fileSystems), "findmnt": (.list, .fileSystems),
        "lsblk": (.value, .disks),
        "top": (.list, .processes(.cpu)), "htop": (.list, .processes(.cpu)), "ps": (.list, .processes(.cpu)),
        "date": (.value, .topic(.clock)), "sensors": (.value, .gauges([.temperature])),
        "uptime": (.value, .gauges([.uptime])),
        "hostname": (.value, .hostname), "uname": (.value, .kernel), "swapon": (.value, .gauges([.swapUsed])),
        "who": (.unmeasured, .topic(.absent("who is logged in", nearest: []))),
        "ls": (.unmeasured, .topic(.absent("single files and folders", nearest: [.diskUsed]))),
    ]

    private static let shellPattern = Pattern(
        #/^\s*(?:\$|#)?\s*(?:sudo|echo .*>|sysctl -w|kill(?:all)? -|pkill|rm -|dd |mkfs|mkswap|swapoff|truncate -|chmod|chown|iptables|ufw|nft |crontab -e|init [06]|systemctl (?:re|st|dis|en|mask)\w*|service \w+ (?:re|st)\w*|(?:docker|podman|kubectl|helm) (?:\w+ )?(?:rm|stop|start|restart|kill|delete|exec|run|apply|prune|scale)|(?:apt|apt-get|yum|dnf|pip|npm|snap) (?:install|remove|upgrade|update)|git |make |curl |wget |ssh |cat |tail |grep |vi |vim |nano )|\s>>?\s*/\w/#
    )

    /// A command with nothing but options and numbers behind it. One for a shell, which would change something or
    /// read something else, is an order.
    mutating func readCommand() -> Bool {
        if !words.isQuestion, text.contains(Self.shellPattern) {
            set(.order)
            return true
        }
        let parts = text.split { $0.isWhitespace || $0 == "?" }.map(String.init)
            .filter { !["please", "pls", "plz", "output"].contains($0) }
        guard let name = parts.first, let command = Self.commands[name], parts.count <= 4,
            parts.dropFirst().allSatisfy({
                $0.hasPrefix("-") || Int($0) != nil || ["aux", "ax", "auxf"].contains($0)
            }),
            parts.count > 1 || name != "free" && name != "df"
        else { return false }
        set(command.0, command.1)
        // Inodes in place of space.
        if name == "df", parts.contains(where: { $0.hasPrefix("-") && $0.contains("i") }) {
            set(.value, .gauges([.inodesUsed]))
        }
        return true
    }
}
