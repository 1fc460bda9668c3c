import MaintenanceAPI

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
            "see my messages, read my messages, see my chat, read my chat, see my chats, see my questions, read my questions, who can read, who can see, who sees, who reads, spy on, spying, eavesdrop, can anyone read, can somebody read, can others read, can others see, can the relay read, relay see my, relay read, does the relay see, private, privacy, confidential, anyone else read, anyone else see, who has access to my, are you reading my, do you read my"
        ),
        (
            .encryption,
            "encrypted, encryption, encrypt, end to end, e2e, e2ee, cipher, signal protocol, is it safe to write, post quantum, quantum safe, cryptography, which protocol, plaintext, plain text, is this chat secure, is the chat secure, is my data safe, is my data secure, are my messages safe, are my messages secure, is this conversation secure, is this secure, is the connection secure, are messages secure"
        ),
        (
            .elsewhere,
            "sent to the cloud, send to the cloud, leave my, leaves my, leave the machine, leaves the machine, leave this machine, leave the server, go to openai, sent to openai, send my data, share my data, shared with third, third party, third parties, phone home, phones home, upload my data, data go, data sent to, cloud service, do you call home, telemetry to, talk to the internet, do you train, train on my, used for training"
        ),
        (
            .retention,
            "how long do you keep, how long are readings kept, how long is data kept, how long is the data kept, how long is history kept, retention, how far back, how much history, how long is telemetry kept, how long do readings, how long do you store, how long is it stored, how many days of history, how many days do you keep, how long are the readings, when is data deleted, how long is my data, do you delete old, start of readings, readings start, readings begin, data begin, data start, first data, oldest reading, first reading, earliest reading, how much data do you have, since when do you have data, since when do you measure, since when are you measuring, since when do you monitor, since when are you monitoring, since when are you watching, since when do you watch, since when are you collecting, since when do you collect, when did monitoring start, when did the monitoring start, when did you start monitoring, when did you start watching, when did you start collecting, monitoring since when, since when is this monitored, since when is this host monitored, how long do you monitor, how long are you monitoring, how long do you watch, when did you start measuring, when did you start recording, when do readings begin, when do the readings begin, how long have you been monitoring, how long have you been measuring, how long have you been watching"
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
            "are you sure, how do you know, how accurate, how reliable, how precise, can i trust, can you be trusted, do you guess, do you make things up, hallucinate, where do you get, where does this come from, where do the figures, where do these figures, how do you measure"
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
    ]

    private static let phrases = facts.map { row in
        (
            row.fact,
            row.words.split(separator: ",").map { $0.split(separator: " ").joined(separator: " ") }
        )
    }

    /// Whether a phrase stands in the text. A process of the host may be called as this program is.
    private func isWritten(_ phrase: String) -> Bool {
        phrases.written.contains(phrase) || phrases.meant.contains(phrase)
    }

    mutating func readProduct() -> Bool {
        guard question.threshold == nil else { return false }
        let isBare = words.plain == ["version"] || words.plain == ["sysmaint", "version"]
        guard let fact = isBare ? .version : Self.phrases.first(where: { $0.1.contains(where: isWritten) })?.0
        else { return false }
        switch fact {
        case .version:
            guard !has("kernel", "os", "llm"), !says("linux", "nginx", "postgres", "python", "openssl") else {
                return false
            }
        case .encryption, .readers:
            if has("disk", "filesystem", "cpu", "memory", "swap", "process") { return false }
        case .retention, .storage:
            if has("process", "cpu", "disk", "memory", "relay"), !has("telemetry", "reading") { return false }
        default: break
        }
        let isAsked = ["is", "are", "can", "do", "does", "will", "could", "am"].contains(
            words.plain.first ?? "")
        set(isAsked ? .check : .value, .topic(.product(fact)))
        question.window = nil
        question.statistic = .now
        return true
    }
}
