import Foundation
import MaintenanceAPI
import Values

/// What is no question about the host: talk, orders, help, explanations, and what nobody measures.
extension QuestionReader {
    mutating func readTalk() -> Bool {
        let plain = words.plain.filter {
            ![
                "there", "all", "everyone", "sysmaint", "everybody", "again", "dear", "bot", "a", "lot", "so",
                "much", "very", "ok", "okay", "great", "you",
            ].contains($0)
        }
        let all = words.plain.joined(separator: " ")
        if words.plain.isEmpty {
            set(.help)
            return true
        }
        if [
            "how are you", "how do you feel", "are you alive", "are you up", "is the agent", "is sysmaint",
            "you there", "what is your name", "who are you", "how are you doing",
            "how are you today", "what are you", "are you ok",
            "are you there", "you ok",
        ].contains(where: { all.hasPrefix($0) })
            && !has("model", "llm", "cpu", "memory", "cost")
            // "Good morning! Who are you?"
            || words.plain.count <= 10 && says("who are you", "what are you called", "what is your name")
            || says(
                "your favourite", "do you like", "love you", "are you happy", "how old are you")
        {
            set(.smalltalk)
            return true
        }
        let greetings: Set<String> = [
            "hello", "hi", "hey", "moin", "hola", "servus", "greetings", "yo", "howdy", "hallo", "good",
            "morning", "evening", "afternoon", "are", "day",
        ]
        let goodbyes: Set<String> = [
            "bye", "goodbye", "good", "night", "see", "later", "cya", "ciao", "tomorrow",
        ]
        let thanks: Set<String> = [
            "thanks", "thank", "thx", "ty", "cheers", "cool", "perfect", "nice", "job", "good", "work",
            "super", "awesome", "excellent", "wonderful", "for", "the", "help", "your", "that", "is", "it",
            "got", "this", "was", "helpful", "well", "done", "danke", "merci", "gracias", "tnx", "sweet",
            "man", "mate", "dude", "bro", "lol", "brilliant", "lovely", "fantastic", "amazing",
            "legend", "star", "buddy", "sir", "ok", "then", "all", "fine", "again", "team", "boss", "you",
            "so", "much",
            "appreciated",
        ]
        if let first = words.plain.first,
            ["thanks", "thank", "thx", "tnx", "ty", "cheers", "ta"].contains(first)
                || begins("that is all", "that will be all", "that helps"),
            !words.isQuestion, Vocabulary.gauges(in: concepts) == nil,
            !says("host", "server", "machine", "box", "system", "everything", "process", "health"),
            words.plain.count <= 12, Self.orders.isDisjoint(with: words.plain),
            !says("what", "how", "when", "which", "why")
        {
            set(.thanks)
            return true
        }
        if !words.isQuestion, words.plain.count <= 10,
            says("good night", "goodnight", "good bye", "goodbye", "bye", "see you", "cya", "have a nice"),
            says("all", "done", "thanks", "thank", "thx", "enough", "for now", "later", "off")
        {
            set(.goodbye)
            return true
        }
        guard words.plain.count <= 7, !(words.isQuestion && plain.count < words.plain.count - 3) else {
            return false
        }
        if plain.allSatisfy(goodbyes.contains),
            plain.contains(where: { ["bye", "goodbye", "night", "cya", "ciao", "see"].contains($0) })
        {
            set(.goodbye)
        } else if plain.allSatisfy(greetings.contains),
            plain.contains(where: greetings.subtracting(["are", "good", "day"]).contains) || says("good day")
        {
            set(.greeting)
        } else if plain.allSatisfy(thanks.contains), !words.isQuestion,
            plain.contains(
                where: thanks.subtracting([
                    "man", "mate", "dude", "bro", "lol", "buddy", "sir", "ok", "then", "all", "fine", "again",
                    "team",
                    "boss", "you", "so", "much", "star",
                    "job", "good", "work", "for", "the", "help", "your", "that", "is", "it", "this", "was",
                    "well", "got",
                ]).contains)
                || says("good job", "good work", "well done", "got it")
        {
            set(.thanks)
        } else if words.plain == ["great"] {
            set(.thanks)
        } else {
            return false
        }
        return true
    }

    static let orders: Set<String> = [
        "restart", "reboot", "kill", "stop", "start", "shutdown", "shut", "run", "execute", "delete",
        "remove", "clean", "clear",
        "install", "uninstall", "update", "upgrade", "fix", "repair", "mount", "unmount", "umount", "reset",
        "write", "renice", "block",
        "add", "scale", "enable", "disable", "set", "drop", "purge", "flush", "rm", "sudo", "apt",
        "systemctl", "halt", "poweroff",
        "terminate", "resize", "expand", "extend", "reduce", "increase", "decrease", "wipe", "format",
        "rotate", "truncate", "deploy", "rollback",
        "turn", "power", "reload", "configure", "patch", "silence", "mute", "notify", "alert", "email",
        "page", "wake", "free", "make", "throttle", "limit",
        "tune", "optimize", "optimise", "ban", "allow", "migrate", "backup", "restore", "suspend", "pause",
        "resume", "launch", "reap", "prune", "compress", "archive", "trim", "vacuum", "sync", "fsck",
        "rename",
        "ack", "acknowledge", "snooze", "raise", "lower", "bump", "undo", "revert", "revoke", "grant",
        "escalate",
        "chown", "remount", "rerun", "rebuild", "reconnect", "rescan", "redeploy", "resend", "defrag", "kick",
        "evict", "renew", "unlock", "empty", "boot", "close", "move", "copy", "chmod",
        "create", "edit", "end", "open",
    ]

    mutating func readOrder() -> Bool {
        // "How do I fix the high CPU usage?" asks for advice.
        let bare = words.plain.filter {
            !["please", "pls", "plz", "ok", "okay", "then", "now", "just", "so", "and"].contains($0)
        }
        if ["stop", "kill", "end", "terminate", "restart", "quit", "close", "pause"].contains(
            bare.first ?? ""),
            bare.count == 2, ["it", "that", "this", "them", "him"].contains(bare[1]), !words.isQuestion
        {
            set(.order)
            isCertain = true
            return true
        }
        if begins("how"), says("fix", "repair") { return false }
        // "Would you restart anything if you were me?" asks whether it is necessary.
        if says("would you"), says("if you were me", "in my place", "in my shoes", "if you were in my"),
            says("anything", "something", "it", "any")
        {
            set(.check, .host)
            (question.suspectsTrouble, isCertain) = (true, true)
            return true
        }
        // "How do I stop a process that hogs the CPU?" asks how.
        if begins("how do i", "how can i", "how could i", "how do we", "how to"), has("process"),
            says("stop", "kill", "end", "terminate", "get rid of")
        {
            set(.value, .topic(.ending(has("memory") ? .memory : .cpu)))
            (question.statistic, saysForm, isCertain) = (.now, true, true)
            return true
        }
        if !words.isQuestion, says("kill it", "stop it", "restart it", "kill that", "terminate it", "end it"),
            says("please", "just", "for me"), begins("if", "when", "once", "as soon as", "whenever", "should")
        {
            set(.order)
            return true
        }
        if isCheck || begins("please", "run", "execute"),
            says(
                "run a command", "run a shell", "run commands", "run shell", "execute a command",
                "execute commands", "run a script", "run scripts", "execute a script", "run this command",
                "open a shell", "give me a shell")
        {
            set(.order)
            return true
        }
        if words.plain.count <= 8,
            says(
                "do that for me", "do it for me", "do this for me", "fix it for me", "fix that for me",
                "do it yourself",
                "do that yourself", "can you do that", "can you do it", "could you do that",
                "could you do it", "please do it",
                "go ahead and do it", "you do it")
        {
            set(.order)
            return true
        }
        let polite: Set<String> = [
            "please", "can", "could", "would", "will", "you", "now", "hey", "kindly", "pls", "plz", "hi",
            "hello", "just", "ok", "okay", "then", "and",
            "i", "want", "to", "need", "like", "go", "ahead", "must", "should", "we", "have", "let", "us",
            "immediately", "quickly", "sysmaint", "yes", "do", "omg", "uh", "um", "ugh", "oh", "well", "man",
            "dude",
            "bro", "argh", "wow", "quick", "someone", "somebody", "asap", "damn", "help", "sir", "the",
            "needful", "so",
            "fine", "alright", "great", "thanks", "thx", "cool", "mate", "sorry", "simply", "finally", "at",
            "least", "maybe", "be", "kind", "so", "as", "it", "that", "this", "enough", "mind", "wanna",
            "gotta",
        ]
        var rest = words.plain[...]
        if begins("how do i", "how can i", "how to", "how do we", "how can we", "how could i", "how should i")
        {
            rest = rest.dropFirst(3)
        }
        if begins("how to") { rest = words.plain.dropFirst(2) }
        let isAsked = begins(
            "do we", "could we", "should i", "should we", "do i", "can i", "could i", "can we", "i have",
            "have we",
            "do you", "will it", "will we", "will i", "have to", "need to")
        rest = rest.drop { polite.contains($0) }
        if !words.isQuestion, !isAsked,
            rest.starts(with: ["get", "rid"]) || rest.starts(with: ["deal", "with"])
                || rest.starts(with: ["take", "care"]) || rest.starts(with: ["do", "something"])
                || rest.starts(with: ["sort", "out"]) || rest.starts(with: ["bring", "down"])
                || rest.starts(with: ["put", "an", "end"]) || rest.starts(with: ["throw", "out"])
        {
            set(.order)
            return true
        }
        guard let first = rest.first, Self.orders.contains(first), !isNounOrAdjective(first, Array(rest)),
            !isAsked || begins("do you want")
        else {
            return false
        }
        let next = rest.dropFirst().first ?? ""
        // "Update the kernel" means nothing else, whatever it is about.
        if words.plain.first == first, !words.isQuestion, ["the", "all", "my", "our", "this"].contains(next),
            [
                "update", "upgrade", "install", "delete", "remove", "restart", "reboot", "kill", "clean",
                "clear",
            ]
            .contains(first)
        {
            isCertain = true
        }
        let isOrder: Bool
        switch first {
        case "revert": isOrder = !["on", "with", "back", "to"].contains(next)
        case "ack", "acknowledge", "lower", "raise", "escalate":
            isOrder =
                ["the", "it", "this", "that", "all", "my", "our", "to", "them"].contains(next)
                && !words.isQuestion
        case "free", "make", "turn", "power", "shut", "scale":
            isOrder =
                ["up", "it", "off", "on", "down", "some", "more", "everything", "the", "sure"].contains(next)
                && !(first == "free" && ["the"].contains(next) && words.isQuestion)
        case "drop":
            isOrder = ["the", "all", "caches", "cache", "everything", "it"].contains(next) && !says("rate")
        case "open": isOrder = ["port", "ports", "the", "up", "a"].contains(next) && !words.isQuestion
        case "restart", "reboot", "boot":
            isOrder =
                !["time", "id", "count", "today", "history", "yesterday", "when", "last", "times"].contains(
                    next) && (!words.isQuestion || rest.count > 1 || words.plain.count > rest.count)
        case "start", "set", "limit", "throttle", "backup", "update", "alert", "page", "block", "run",
            "mount", "format", "patch", "empty", "close", "end", "write", "stop", "increase", "decrease",
            "move", "email":
            isOrder =
                rest.count > 1
                && ![
                    "time", "level", "status", "rate", "queue", "point", "options", "speed", "cache",
                    "faults", "throughput", "of", "in", "iops", "ops", "operations", "latency", "device",
                    "devices", "read",
                ].contains(next) && !words.isQuestion
        default:
            isOrder =
                rest.count > 1 || words.plain.count > 1 || ["shutdown", "poweroff", "halt"].contains(first)
        }
        guard isOrder else { return false }
        set(.order)
        return true
    }

    /// "What sort of things can I ask you?", "what are you good for?"
    private static let abilitiesPattern = Pattern(
        #/\b(?:what|which)\b[^?.!]{0,40}\b(?:can|could|should|may|might|do) (?:i|we|one|people) (?:[a-z]+ ){0,2}(?:ask|query|inquire)\b|\bwhat (?:can|could) (?:i|we) do (?:here|with (?:you|this|it))\b|\bwhat (?:are|is) (?:you|this|sysmaint|this (?:thing|tool|program|chat|bot)) (?:good |useful |meant |made |here )?for\b|\byour (?:capabilities|abilities|features|skills|functions|purpose)\b|\bhow (?:can|could|do|might|would) you help\b|\bhow (?:do|can|should) (?:i|we) (?:ask|talk to|query|use|work with) (?:you|this|it)\b/#
    )

    mutating func readHelp() -> Bool {
        let all = words.plain.joined(separator: " ")
        guard
            [
                "help", "help me", "help please", "please help", "commands", "usage", "manual", "man",
                "options", "what do you know", "examples", "i need help",
            ].contains(all)
                || says(
                    "what can you", "what can i ask", "what could i ask", "how do i use", "what do you do",
                    "what are you able", "what questions", "what should i ask", "can you help",
                    "how does this work", "how do you work", "what else can you", "list of commands",
                    "list commands", "available commands", "what do you know")
                || says("ask", "you", "your", "this", "it", "sysmaint") && question.window == nil
                    && text.contains(Self.abilitiesPattern) && !has("cost")
        else { return false }
        set(.help)
        return true
    }

    static let unmeasured: Set<String> = [
        "gpu", "battery", "fan", "fans", "spin", "voltage", "wifi", "bluetooth", "printer", "weather",
        "certificate", "certificates", "tls", "ssl", "visitor",
        "visitors", "firewall", "backup", "backups", "updates", "licence", "license", "humidity", "watt",
        "watts", "logs", "log", "logged", "login", "logins", "ip",
        "dns", "dhcp", "ping", "google", "selinux", "packages", "ports", "website", "web", "password",
        "passwords", "smart", "raid", "rpm", "timezone", "vulnerabilities", "vulnerability",
        "cve", "cves", "cron", "cronjob", "cronjobs", "journal", "dmesg", "syslog", "electricity", "vpn",
        "queries", "router", "url", "http", "https", "owner", "location", "where",
        "manufacturer", "vendor", "serial", "bios", "rack", "mac", "gateway", "subnet", "ipv6", "ipv4",
        "users'", "systemd", "units", "replication", "replica", "standby", "transactions", "deadlocks", "qps",
        "rps",
        "revenue", "invoices", "cache-hit", "heap", "garbage", "fps", "jitter", "hops", "latitude",
    ]

    mutating func readUnmeasured() -> Bool {
        if gauges.isEmpty, saidForm == .until || saidForm == .when || begins("when will", "how long will"),
            says("be finished", "be done", "be complete", "be completed", "be ready", "finish", "complete"),
            says("will", "going to", "does")
        {
            set(.unmeasured)
            return true
        }
        // "How much room is left for docker images?"
        if isAboutSpace || says("room"), has("free"), says("how much") { return false }
        let isWebServer =
            zip(words.plain, words.plain.dropFirst()).contains {
                $0 == "web" && ["server", "host", "box"].contains($1)
            }
        guard
            !Self.unmeasured.subtracting(isWebServer ? ["web"] : []).isDisjoint(with: words.plain)
                || says(
                    "power consumption", "requests per second", "open ports", "port open", "who rebooted",
                    "logged in", "who restarted", "failed services", "which services", "services are",
                    "version of", "response time of", "who changed", "load time")
                    && !has("kernel", "os", "relay", "probe", "llm")
        else { return false }
        if says(
            "replication", "replica", "standby", "transactions", "deadlocks", "qps", "rps", "revenue",
            "invoices")
        {
            set(.unmeasured)
            return true
        }
        // "Where is the bottleneck?"
        if has("bottleneck", "relay", "process", "hog", "slow") || says("error log size")
            || (says("where") && has("trouble", "memory", "disk", "space", "cpu", "free", "full"))
        {
            return false
        }
        if has("conntrack"), says("firewall") { return false }
        if words.plain == ["ip", "link"] { return false }
        if says("log", "logs"), has("filesystem", "wal", "disk") || namesHostNames { return false }
        if says("web", "http"), has("slow") || words.plain == ["where", "am", "i"] { return false }
        if says("where am i") { return false }
        set(.unmeasured)
        return true
    }
}
