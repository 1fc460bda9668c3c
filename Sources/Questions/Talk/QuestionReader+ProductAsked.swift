import MaintenanceAPI
import Values

/// Questions about SysMaint that are put in too many ways for a list: patterns, of which each means nothing else.
extension QuestionReader {
    mutating func readProductAsked() -> Bool {
        guard question.threshold == nil, !namesHostNames, !has("relay"), words.plain.count <= 16 else {
            return false
        }
        if readMissedReadings() || readOtherHost() { return true }
        guard
            let row = Self.asked.first(where: { row in
                row.hints.contains(where: text.contains) && text.contains(row.pattern)
            })
        else { return false }
        set(isCheck ? .check : .value, .topic(.product(row.fact)))
        question.isSince = row.fact == .retention && text.contains(Self.beginningPattern)
        (question.window, question.statistic, question.judged, question.count) = (nil, .now, nil, nil)
        saysForm = true
        return true
    }

    /// Facts with the patterns that ask for them, and what one of has to stand in the text: patterns are slow.
    private static let asked: [(fact: Query.ProductFact, hints: [String], pattern: Pattern<Substring>)] = [
        (
            .readingCount, ["reading", "sample", "measurement", "data point"],
            Pattern(
                #/\b(?:how many|number of|count of|total) (?:readings?|samples?|measurements?|data ?points?)(?: (?:have you|did you|do you have|have been|were|are there|has it|have we|you have|got|in total))?(?: (?:taken?|taking|made?|collect(?:ed)?|gathered|got|stored|have|recorded|measured?|been|were|so far|yet|until now|by now|altogether|in total|already|get|do|the probe|since))*[?.! ]*$/#
            )
        ),
        (
            .retention,
            ["far back", "keep", "kept", "stor", "retain", "retention", "delete", "purge", "throw"],
            Pattern(
                #/\bhow far back\b|\b(?:how long|for how long|until when|how many days|what period)\b.{0,30}\b(?:keep|kept|stored?|retain(?:ed)?|saved?|remember|preserved?)\b.{0,25}(?:data|readings?|history|figures|measurements|telemetry|samples|metrics|numbers|values|them|everything)?[?.! ]*$|\bretention\b|\bwhen\b.{0,20}\b(?:data|readings|samples|history|measurements)\b.{0,20}\b(?:deleted?|purged?|thrown|removed|expire)\b/#
            )
        ),
        (
            .retention, ["watch", "monitor", "measur", "observ", "collect", "record", "looking at"],
            beginningPattern
        ),
        (
            .contents, ["file", "document", "photo", "email", "password", "screen", "type"],
            Pattern(
                #/\b(?:can|do|could|are|will) you (?:also |even |really |actually )?(?:see|read|reading|open|look (?:at|into)|access|view|scan|know|looking (?:at|into)) (?:(?:the |all |what is in |inside |into )*(?:contents? of |inside )?(?:my|our|the) (?:own |private |personal )?(?:files|documents|photos|emails|passwords|screen|data files|pictures))\b/#
            )
        ),
        (
            .size, ["database", "data", "history", "disk"],
            Pattern(
                #/\b(?:how (?:big|large)|size of|what size)\b.{0,12}\b(?:your|the agent's|sysmaint's) (?:own )?(?:database|data|history|db|state|store|storage)\b|\bhow much (?:disk|space|disk space|storage|room)\b.{0,15}\b(?:your|you|sysmaint|history|readings)\b(?! (?:have|see|see|report|measure))|\b(?:data|database|readings) stored\b.{0,6}\bhow (?:big|large)\b|\bhow (?:big|large) (?:is|are) (?:the )?(?:state database|stored data|stored readings)\b/#
            )
        ),
        (
            .interval, ["interval", "every", "often", "frequen"],
            Pattern(
                #/\b(?:change|set|adjust|modify|configure|shorten|lengthen|increase|decrease|reduce|tune|alter|raise|lower)\b.{0,26}\b(?:interval|frequency|how often)\b|\b(?:make|let|get|have) you (?:to )?(?:measure|read|sample|look|check)\b|\b(?:measure|read|sample|look|take (?:a )?readings?|check)\b.{0,10}\b(?:more|less) (?:often|frequently)\b|\b(?:measure|sample|take (?:a )?readings?) every (?:second|minute|\d+ seconds?)\b/#
            )
        ),
        (
            .unread, ["blind", "you"],
            Pattern(
                #/\bwhat (?:can't|can’t|cant|cannot|can not|can|don't|don’t|dont|do|are) you (?:not |unable to |not able to )?(?:blind to|blind for|missing|unable)\b|\bwhat (?:can't|can’t|cant|cannot|don't|don’t|dont) you (?:see|do|tell|know|measure|answer|show|find out|monitor|watch)\b|\bwhat (?:can|do|could) you not (?:see|do|tell|know|measure|answer|show|monitor|watch)\b|\bwhat (?:is it that )?you (?:can't|cannot|cant|can’t) (?:see|do|tell|know|measure|answer|monitor)\b|\bwhat are you (?:blind (?:to|for)|not able to|unable to)\b|\bwhat is (?:invisible|hidden) (?:to|from) you\b/#
            )
        ),
        (
            .trust, ["come from", "came from", "come by", "get your", "get the", "get these", "get them"],
            Pattern(
                #/\bwhere (?:do|does|did|are)\b.{0,14}\b(?:numbers|figures|data|values|readings|measurements|information|statistics|stats|metrics)\b.{0,6}\b(?:come|came|from|taken)\b|\b(?:where|how) do you (?:get|come by|obtain|know|take) (?:your|the|these|all|those) (?:the |these |your )?(?:numbers|figures|data|values|readings|information|statistics|metrics)\b/#
            )
        ),
        (
            .cipher, ["encrypt", "cipher", "crypto", "protocol"],
            Pattern(
                #/\b(?:which|what)(?: kind of| type of| sort of)? (?:encryption|cipher|cryptography|crypto|ciphers|encryption protocol|protocol)\b|\bhow (?:is|are|do you)\b.{0,20}\bencrypt/#
            )
        ),
        (
            .rivals,
            [
                "nagios", "zabbix", "grafana", "prometheus", "datadog", "netdata", "htop", "munin", "icinga",
                "checkmk",
            ],
            Pattern(
                #/\b(?:better|worse|faster|cheaper|different|differ|instead|compare|compared|replace|why|versus|vs|or|advantage|prefer)\b.{0,30}\b(?:nagios|zabbix|grafana|prometheus|datadog|netdata|htop|munin|icinga|checkmk)\b|\b(?:nagios|zabbix|grafana|prometheus|datadog|netdata|munin|icinga|checkmk)\b.{0,20}\b(?:better|or you|instead|vs)\b/#
            )
        ),
    ]

    /// "Since when do you watch?", "when did you start to monitor this machine?"
    private static let beginningPattern = Pattern(
        #/\b(?:since when|when|how long|from when|from what time)\b.{0,12}\b(?:you|monitoring|readings|watching|observed)\b.{0,14}\b(?:watch(?:ing|ed)?|monitor(?:ing|ed)?|measur(?:e|ing|ed)|observ(?:e|ing|ed)|collect(?:ing|ed)?|record(?:ing|ed)?|looking at)\b/#
    )

    /// "Did you miss any readings?", "how many readings were missed?"
    private mutating func readMissedReadings() -> Bool {
        guard has("reading"), says("miss", "missed", "missing", "skip", "skipped", "overlooked", "left out"),
            isCheck || says("how many", "any"), !says("why", "dropped", "failed", "when")
        else { return false }
        set(.check, .gaps)
        (question.statistic, saysForm) = (.now, true)
        return true
    }

    private static let otherHostPattern = Pattern(
        #/\b(?:the |my |our |your )?other (?:server|host|machine|box|vm|node|computer)\b|\bneighbou?ring (?:server|host|machine|box|vm|node|computer)\b|\b(?:server|host|machine|box|vm|node)\b.{0,4}\b(?:next door|besides? (?:it|this)|next to (?:it|this))|\bnext door\b/#
    )

    /// "How is the other server doing?": only this one is known.
    private mutating func readOtherHost() -> Bool {
        guard ["other", "neighbo", "next"].contains(where: text.contains),
            text.contains(Self.otherHostPattern),
            begins(
                "how", "what", "is", "are", "whats", "and", "does", "did", "has", "was", "show", "which",
                "why"),
            !says(
                "add", "connect", "install", "watch", "monitor", "invite", "migrate", "move", "hook", "use",
                "need",
                "buy", "than", "how many", "compared")
        else { return false }
        set(.check, .topic(.elsewhere))
        (question.window, question.statistic, saysForm) = (nil, .now, true)
        return true
    }
}
