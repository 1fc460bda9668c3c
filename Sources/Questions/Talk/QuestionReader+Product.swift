import MaintenanceAPI
import Values

/// Questions about SysMaint itself: what holds of it wherever it runs.
extension QuestionReader {
    /// The text as it was written, by words.
    static func written(_ text: String) -> Phrases {
        Phrases(text.split { !$0.isLetter && !$0.isNumber && !"-_/'".contains($0) }.map(String.init))
    }

    private static let facts: [(fact: Query.ProductFact, words: String)] = [
        (
            .version,
            "version of sysmaint, sysmaint version, version of this program, version of this software, your version, version are you, version do you, version is this, which version are you, what version are you, what release are you, version of you, agent version, version of the agent, probe version, version of the probe, relay version, version of the relay, version does the relay, version has the relay, version runs the relay, version is the relay, version does the agent, version does the probe, what version is sysmaint, which version is running, version number, what version is running, what release is this"
        ),
        (
            .readers,
            "inside my files, see my files, read my files, look into my files, content of my files, contents of my files, see my messages, read my messages, see my chat, read my chat, see my chats, see my questions, read my questions, who can read, who can see, who sees, who reads, spy on, spying, eavesdrop, can anyone read, can somebody read, can others read, can others see, can the relay read, relay see my, relay read, does the relay see, private, privacy, confidential, anyone else read, anyone else see, who has access to my, are you reading my, do you read my"
        ),
        (
            .encryption,
            "encrypted, encryption, encrypt, end to end, e2e, e2ee, cipher, signal protocol, is it safe to write, post quantum, quantum safe, cryptography, which protocol, plaintext, plain text, is this chat secure, is the chat secure, is my data safe, is my data secure, are my messages safe, are my messages secure, is this conversation secure, is this secure, is the connection secure, are messages secure"
        ),
        (
            .elsewhere,
            "sent to the cloud, send to the cloud, leave my, leaves my, leave the machine, leaves the machine, leave this machine, leave the server, go to openai, sent to openai, send my data, share my data, shared with third, third party, third parties, phone home, phones home, upload my data, any of it leave, it leave this, it leave my, leave my network, leave the network, leave the host, leave this host, leave my host, data go, data sent to, cloud service, do you call home, telemetry to, talk to the internet, do you train, train on my, used for training"
        ),
        (
            .retention,
            "how many measurements, measurements do you have, keep the old, keep old numbers, old numbers, keep the numbers, how many readings, how many have you got, how many samples, how many measurements have, how many data points, how long do you keep, how long are readings kept, how long is data kept, how long is the data kept, how long is history kept, retention, how far back, how much history, how long is telemetry kept, how long do readings, how long do you store, how long is it stored, how many days of history, how many days do you keep, how long are the readings, when is data deleted, how long is my data, do you delete old, start of readings, readings start, readings begin, data begin, data start, first data, oldest reading, first reading, earliest reading, how much data do you have, since when do you have data, since when do you measure, since when are you measuring, since when do you monitor, since when are you monitoring, since when are you watching, since when do you watch, since when are you collecting, since when do you collect, when did monitoring start, when did the monitoring start, when did you start monitoring, when did you start watching, when did you start collecting, monitoring since when, since when is this monitored, since when is this host monitored, how long do you monitor, how long are you monitoring, how long do you watch, how long are you watching, how long are you recording, how long are you measuring, how long are you collecting, how long are you here, how long have you been here, when did you start measuring, when did you start recording, when do readings begin, when do the readings begin, how long have you been monitoring, how long have you been measuring, how long have you been watching, since when are you running, since when do you run, since when are you up, since when have you been, how long are you running, how long have you been running, how long do you run, how long are you up, how long have you been up, are you running yourself, you been running, how many readings do you, how many readings have you, how many readings are stored, how many samples do you, how many samples have you, number of readings, how many data points"
        ),
        (
            .storage,
            "where do you store, where is my data, where is the data, where are readings, where are the readings, where is telemetry, where do you keep, where is it stored, stored where, which database do you, what database do you, where are my messages, where is the database, where are messages stored, where is data stored, where is history"
        ),
        (
            .questions,
            "did i ask, have i asked, i asked, questions did i, my last question, my previous question, previous questions, my questions, earlier questions, what were we talking, what did we talk, remember me, do you remember, what did i say, what did you say, your last answer, my history, chat history, conversation history, our conversation, last question"
        ),
        (
            .trust,
            "where do you have them from, where do you have it from, where do you have this from, are you sure, how do you know, how accurate, how reliable, how precise, can i trust, can you be trusted, do you guess, do you make things up, hallucinate, where do you get, where does this come from, where do the figures, where do these figures, how do you measure"
        ),
        (
            .language,
            "speak german, speak french, speak spanish, speak english, speak chinese, speak italian, speak russian, other languages, in german, auf deutsch, which languages, what languages do you, do you speak, do you understand german, sprichst du, habla, parlez"
        ),
        (
            .licence,
            "licence, license, open source, opensource, source code, apache license, is sysmaint free, who owns sysmaint, written in which, what is it written, which programming language, programming language, which language are you, what language are you, how are you built, what are you written"
        ),
        (
            .units,
            "gb and gib, gib and gb, mb and mib, mib and mb, gb or gib, gib or gb, gb vs gib, gib vs gb, mb vs mib, mib vs mb, gib versus gb, gb versus gib, what is a gib, what is gib, what are gib, what does gib mean, what is a mib, what does mib mean, binary units, decimal units, 1000 or 1024, 1024 or 1000, gibibyte, gibibytes, mebibyte"
        ),
        (
            .hosts,
            "hook up my second, hook up another, hook up a second, hook my second, hook up more, my second server, my second host, my second machine, my other servers, my other hosts, my other machines, my other boxes, my other vms, the other servers, other servers doing, other hosts doing, other machines doing, all my servers, add a host, add another host, add a second host, add a new host, add my second host, add more hosts, add hosts, add a server, add another server, add a second server, add my second server, add my other server, add my other servers, add more servers, add servers, add a machine, add another machine, add a second machine, add my second machine, add more machines, add a vm, add another vm, add a node, add another node, add another box, add a second box, monitor another host, monitor another server, monitor another machine, monitor a second, monitor my other, monitor other, monitor more, monitor several, monitor multiple, watch another, watch a second, watch my other, watch more, watch several, watch multiple, connect another host, connect another server, connect another machine, connect a second, connect my other, more than one server, more than one host, more than one machine, several servers at once, how many hosts can you, how many servers can you, how many machines can you, install the probe, install a probe, install another probe, second probe, another probe, a probe on another, new probe, add a probe"
        ),
        (
            .people,
            "add a user, add another user, add a colleague, add my colleague, add a person, add someone, add somebody, add people, add users, invite a, invite my, invite someone, invite somebody, invite people, my colleague use, my colleagues use, colleague ask you, colleagues ask you, someone else ask you, others ask you, others use you, give access, grant access, get access, have access to you, share this with, share you with, let my colleague, let my colleagues, let somebody, let someone, create an identity, create a user, create an account, new identity, new user, new account, sign up, register a user, register an identity, register myself"
        ),
        (
            .languageModel,
            "connect an llm, connect a model, connect a language, connect openai, connect chatgpt, connect ollama, connect gpt, use an llm, use a model, use a language, use openai, use chatgpt, use ollama, use gpt, use claude, use my own model, use another model, configure an llm, configure a model, configure openai, configure a language, configure the model, configure the llm, set up an llm, set up a model, set up openai, set up a language, add an llm, add a model, add a language model, add openai, plug in, own llm, own model, change the model, switch the model, switch model, switch to gpt, different model, another llm, api key, openai key"
        ),
        (
            .alerts,
            "send me a mail, send a mail, send me mail, send an email, send a message when, mail me, e-mail me, send me an e-mail, message me when, message me if, can you message me, email me, mail me when, mail me if, text me, sms me, call me when, call me if, send me a text, send me an sms, send alerts, send an alert, send me alerts, send me an alert, send notifications, send me notifications, send me a notification, send me an email, send me a message when, send emails, email alerts, alert me, notify me, warn me, ping me, page me, tell me when something, let me know when, let me know if, wake me, get alerts, get an alert, get alerted, get notified, get a notification, get notifications, be alerted, be notified, set up alerts, set up an alert, set up alerting, set up notifications, configure alerts, configure alerting, configure notifications, create an alert, create alerts, alerting, push notifications, alert rules"
        ),
        (
            .settings,
            "make that every, make it every, take readings every, take a reading every, read every second, measure every second, sample every second, every second instead, shorter interval, longer interval, other interval, change that interval, change the interval, change the sampling interval, change the probe interval, change your interval, set the interval, set the probe interval, sample more often, sample less often, measure more often, measure less often, read more often, configure you, configure sysmaint, configure this, config file, your settings, the settings, change settings, change the settings, change the port, another port, different port, which port do you, what port do you, env file, where do i configure, where can i configure, where do i set, change the thresholds, change a threshold, set a threshold, adjust the thresholds, adjust thresholds, configure thresholds, set thresholds"
        ),
        (
            .backup,
            "back up my keys, back up my key, back up my identity, back up my messages, back up my chats, back up the keys, back up sysmaint, back up your, back you up, backup my keys, backup my key, backup my identity, backup my messages, backup of my keys, backup of my identity, backup of my key, backup of my messages, backup your data, backup sysmaint, export my keys, export my identity, restore my identity, restore my keys, move my identity, lose my keys, lost my keys, lose my key, lost my key, forget my passphrase, forgot my passphrase, lose my passphrase, lost my passphrase, change my passphrase, change the passphrase, where are my keys, where are the keys, where is my key, keys stored, key stored, keys kept"
        ),
        (
            .verifying,
            "safety number, safety numbers, fingerprint, fingerprints, verify you, verify your identity, verify your key, verify my peer, verify a peer, verify bob, verify alice, verify the agent, verify keys, verify a key, verify the key, man in the middle, mitm, impersonate, impersonates, impersonating, am i really talking to, really talking to you, really you"
        ),
        (
            .stopping,
            "stop sysmaint, stop you, shut you down, turn you off, switch you off, uninstall sysmaint, uninstall you, uninstall this, remove sysmaint, remove you, get rid of you, delete my data, delete all data, delete the data, delete all my data, wipe my data, update sysmaint, update you, upgrade sysmaint, upgrade you, restart sysmaint, restart you"
        ),
        (
            .dashboard,
            "where is the dashboard, port is the dashboard, port was the dashboard, port of the dashboard, port for the dashboard, port does the dashboard, port is your dashboard, dashboard port, port is the web, port does the web, port for the web, web port, where is your dashboard, wheres the dashboard, is there a dashboard, have a dashboard, open the dashboard, find the dashboard, see the dashboard, url of the dashboard, dashboard url, address of the dashboard, is there a web, have a web, web interface, web ui, web page, website of, see graphs, see a graph, see charts, see a chart, show graphs, show a graph, show me a graph, show me graphs, show me a chart, show charts, draw a graph, draw me a graph, draw a chart, plot, graphs somewhere, graph somewhere, are there graphs, are there charts, is there a graph, is there a chart, is there an app, is there a gui, have a gui, mobile app"
        ),
        (
            .unread,
            "you not measure, you don't measure, you dont measure, you not monitor, you don't monitor, you dont monitor, you not watch, you don't watch, you not know, you don't know, you dont know, you not see, you not tell me, you cannot measure, you can't measure, you cant measure, you cannot see, you can't see, you cant see, you cannot tell, you can't tell, you cannot answer, you can't answer, you cant answer, is not measured, isn't measured, isnt measured, is not monitored, isn't monitored, your limits, your limitations, your blind spots"
        ),
        (
            .readings,
            "what do you measure, what do you monitor, what do you watch, what do you collect, what do you record, what do you track, what are you measuring, what are you monitoring, what are you watching, what are you collecting, what all do you, what data do you, which data do you, what metrics do you, which metrics do you, what figures do you, which figures do you, what values do you, which values do you, what is measured, what is monitored, what is collected, what is being collected, what is being measured, what is being monitored, what gets measured, what gets collected, what does the probe measure, what does the probe collect, what does the probe read, what does the probe send, what does the probe record, what does a reading contain, what is in a reading, what do readings contain, what do the readings contain, whats in a reading, what information do you, which information do you, what things do you, what kind of data, what kinds of data, which kinds of data, list of metrics, list all metrics, list metrics, available metrics, what can you measure, what can you monitor"
        ),
    ]

    /// What a part is for, what it does: "what's a probe?", "what does the relay do exactly?", "purpose of the agent".
    private static let partPattern = Pattern(
        #/\bwhat(?:'s|’s|s| is| are| was) (?:a |an |the |this |that |your )?(probe|relay|agent|dashboard)s?(?: (?:exactly|actually|anyway|even|again|for|good for|there for|about|thing|called|supposed to (?:be|do)|doing here|here|in this|then))*(?=\s*(?:[,.?!:;]|$))|\b(?:what|why|how) (?:do|does|would) (?:a|an|the|this|that|your) (probe|relay|agent|dashboard)s? (?:actually |even |exactly |really )?(?:do|work|exist|mean)(?: (?:exactly|actually|here|for me|anyway))*(?=\s*(?:[,.?!:;]|$))|\b(?:role|purpose|job|point|task|function|use|idea) of (?:a|an|the|this|your) (probe|relay|agent|dashboard)(?=\s*(?:[,.?!:;]|$))|\b(?:explain|define|describe)(?: to me| me)?(?: what)?(?: a| an| the| this)? (probe|relay|agent|dashboard)(?: is| does| means)?(?: to me)?(?: please| pls)?(?=\s*(?:[,.?!:;]|$))|\bwhy do (?:i|we|you) (?:need|have|want) (?:a|an|the|this) (probe|relay|agent|dashboard)(?=\s*(?:[,.?!:;]|$))/#
    )

    private static let addingPattern = Pattern(
        #/\b(?:add|connect|monitor|include|watch|attach|enrol|enroll|integrate|link|onboard) (?:\w+ ){0,3}(?:server|host|machine|vm|node|box|computer|pi|laptop)s?\b/#
    )

    private var askedPart: Query.ProductFact? {
        if begins("how", "can", "could", "is it possible", "where", "i want"),
            text.contains(Self.addingPattern)
        {
            return .hosts
        }
        // Patterns are slow: most questions name no part.
        guard ["probe", "relay", "agent", "dashboard"].contains(where: text.contains),
            let match = text.firstMatch(of: Self.partPattern)
        else { return nil }
        let parts: [Substring?] = [match.1, match.2, match.3, match.4, match.5]
        return parts.lazy.compactMap(\.self).first.flatMap { Query.ProductFact(rawValue: String($0)) }
    }

    private static let phrases = facts.map { row in
        (
            row.fact,
            row.words.split(separator: ",").map { $0.split(separator: " ").joined(separator: " ") }
        )
    }

    /// Whether a phrase stands in the text. A process of the host may be called as this program is.
    func isWritten(_ phrase: String) -> Bool {
        phrases.written.contains(phrase) || phrases.meant.contains(phrase)
    }

    mutating func readProduct() -> Bool {
        let isBare = words.plain == ["version"] || words.plain == ["sysmaint", "version"]
        guard
            let fact = isBare
                ? .version
                : askedPart ?? Self.phrases.first(where: { $0.1.contains(where: isWritten) })?.0
        else { return false }
        guard question.threshold == nil || fact == .alerts && !has("anomaly") else { return false }
        switch fact {
        case .version:
            guard !has("kernel", "os", "llm"), !says("linux", "nginx", "postgres", "python", "openssl") else {
                return false
            }
        case .encryption, .readers:
            if has("disk", "filesystem", "cpu", "memory", "swap", "process") { return false }
        case .retention, .storage:
            if has("process", "cpu", "disk", "memory", "relay"), !has("telemetry", "reading") { return false }
            // "How many readings failed?"
            if says("how many"),
                says(
                    "fail", "failed", "lost", "dropped", "drop", "missed", "missing", "waiting", "skipped",
                    "thrown", "discarded",
                    "unsent", "succeed", "taken", "shipped", "sent", "per", "old")
            {
                return false
            }
        case .stopping:
            // "Restart sysmaint" is an order.
            guard words.isQuestion || begins("how", "where", "can", "i want to") else { return false }
        case .trust: if words.plain.count > 8 { return false }
        case .people: if has("process", "relay", "cpu", "memory") { return false }
        case .alerts:
            // "Warn me when the disk is full": how full it is now.
            if Vocabulary.gauges(in: concepts) != nil, question.threshold == nil,
                !says("email", "emails", "alert", "alerts", "notification", "notifications")
            {
                return false
            }
        case .settings: if has("kernel", "swap", "disk", "network") { return false }
        case .unread:
            guard begins("what", "which", "and what", "your", "list", "so what", "tell") else { return false }
        case .readings: if question.window != nil { return false }
        default: break
        }
        let isAsked = ["is", "are", "can", "do", "does", "will", "could", "am"].contains(
            words.plain.first ?? "")
        set(isAsked ? .check : .value, .topic(.product(fact)))
        (question.window, question.statistic, question.threshold, question.judged) = (nil, .now, nil, nil)
        return true
    }
}
