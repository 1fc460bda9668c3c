import MaintenanceAPI

/// What a person asks, as a query: what form the answer has, about what, which statistic, over when, against what.
package struct Query: Hashable, Sendable {
    /// What kind of answer is wanted.
    package enum Form: String, Hashable, Sendable {
        /// A figure, a name or a state.
        case value
        /// Yes or no.
        case check
        /// Whether a value that the question names is good.
        case judge
        case when, until, why, compare, which, list, count, duration, explain
        /// It wants something done.
        case order
        case greeting, thanks, goodbye, smalltalk, help
        /// It is about something that no reading holds.
        case unmeasured
        case unclear
    }

    package enum Subject: Hashable, Sendable {
        /// The host as a whole.
        case host
        case slow, bottleneck
        /// One to three figures that belong together.
        case gauges([Gauge])
        case cores, fileSystems, networkOK, hungMount, readOnly, memoryLeak
        /// When disks, or memory, will be full, and how fast they fill.
        case disk, memory, swap, diskGrowth
        case processes(Order)
        /// Processes that the question names, or one by its number.
        case process(String), pid(Int)
        case hostname, kernel, system, bootID, boot, facts, interfaces, disks
        case telemetry, readingAge, gaps
        /// When no reading came, and whether the host booted then.
        case downtime
        case relay
        case cost, tokens, requests, budget, model
        case findings, changes
        case topic(Topic)
        case nothing
    }

    package enum Order: String, Hashable, Sendable { case cpu, memory }

    package enum Statistic: Hashable, Sendable {
        case now, mean, peak, low, total, trend
        case percentile(Int)
    }

    package enum Comparison: Hashable, Sendable {
        case usual
        /// What was so many minutes before.
        case before(Int)
        /// The two things that the question names, with one another.
        case eachOther
    }

    /// Which way something has to differ or to go, for yes.
    package enum Direction: String, Hashable, Sendable { case up, down }

    /// What a question takes for granted of a figure.
    package enum Premise: Hashable, Sendable { case high, low, present }

    package struct Threshold: Hashable, Sendable {
        package let isAbove: Bool
        /// In the unit of the gauge.
        package let value: Double
    }

    package var form = Form.value
    package var subject = Subject.nothing
    package var statistic = Statistic.now
    package var window: TimeWindow?
    package var comparison: Comparison?
    package var threshold: Threshold?
    /// The value that is to be judged.
    package var judged: Double?
    /// "Is load 6 on 2 cores a problem?": of how many cores the value is.
    package var judgedCores: Int?
    /// "Why is the load so high?": what it takes for granted of the figure.
    package var premise: Premise?
    /// How many lines of a list are wanted.
    package var count: Int?
    package var isBrief = false
    /// "Is anything wrong?": yes is bad news.
    package var suspectsTrouble = false
    /// How much room something needs, in bytes.
    package var needed: Double?
    /// "Could it do twice the work?": how many times as much as it does now.
    package var times: Double?
    /// The least of several is wanted: the emptiest file system, the process that uses least.
    package var isLowest = false
    /// Until when something was, rather than since when.
    package var isEnd = false
    /// The value of now is wanted beside that of the window.
    package var isWithNow = false
    /// The series that findings are wanted of; all where it is empty.
    package var about: [Gauge] = []
    /// It can be answered with yes or no.
    package var isYesNo = false
    /// "No swap is used, right?"
    package var deniesPresence = false
    /// "Is it lower than yesterday?", "is it rising?"
    package var direction: Direction?
    /// "Was it lower yesterday than now?", as opposed to "is it lower now than yesterday?"
    package var comparesThen = false
    /// "Is the rest fine?": what is known already is left out.
    package var isRest = false
    /// "Normal or too many?": the word is wanted, not yes or no.
    package var picksVerdict = false
    /// "Which has the most room, and which the least?"
    package var isOfBothEnds = false
    /// "How full will it be at noon?": in so many hours.
    package var hoursAhead: Int?
    /// "How much room in all?": the sum over all file systems.
    package var isSum = false
    /// What was before the stretch that a question before was about.
    package var isBefore = false
    /// It asks after a service on the host, of which no reading tells.
    package var isOfService = false
    /// Whether what it names is what there is most of: "is it postgres that takes all the memory?"
    package var asksMost = false
    /// "How much memory does it use?", of the process that the question before was about.
    package var isOfFirst = false
    /// "The second biggest": which place is wanted.
    package var rank: Int?
    /// "Is it the CPU that limits us?"
    package var suspected: Gauge?
    /// "Is that a lot?": whether it is too much, not whether there is any.
    package var judgesAmount = false
    /// Until how many minutes from now something has to last.
    package var horizon: Int?
    /// "Where will memory be in an hour?": the level is wanted, not when it is full.
    package var asksLevelAhead = false
    /// The names of the host that it holds.
    package var names: [String] = []
    /// Further questions of the same text.
    package var also: [Query] = []
    /// "Since when is the CPU so busy?"
    package var isSince = false
    /// The window is from boot on, as far as it is known when that was.
    package var isSinceBoot = false
    /// "How long has the CPU been so busy?": the length stands first.
    package var asksLength = false
    /// "Is a mount hanging?" as opposed to "do all mounts answer?", "packet loss?" to "is the network ok?", "is data missing?"
    /// to "is the probe alive?".
    package var suspectsHang = false
    package var suspectsNetworkTrouble = false
    package var suspectsSilence = false
    /// "Is the telemetry complete?": yes says that nothing is missing.
    package var wantsWhole = false
    /// "The most free space": in bytes, as opposed to the emptiest in percent.
    package var isOfRoom = false
    /// The names of the host that it leaves out: "apart from java".
    package var leftOut: [String] = []
    /// "Has it changed?": yes says that it is more or less than it was.
    package var asksChange = false
    /// "Is it stable?": yes says that nothing changes.
    package var wantsSteady = false
    /// "Was it quiet?": yes says that it was not high.
    package var asksCalm = false
    /// "In fahrenheit?": the unit in which the figure is wanted.
    package var unit: AskedUnit?
    /// "So what should I do?": what to look at first.
    package var isAdvice = false
    /// "Which came first?": the one that is wanted of several findings.
    package var pick: Pick?
    /// "Which process was it?": at the time when the figure that it is about was highest.
    package var isAtPeak = false
    /// "Did sort and gzip run at the same time?"
    package var isTogether = false
    /// "Did gzip run?", as opposed to "is it running?", of a process that it names.
    package var isOfPast = false
    /// "Is it still running?", of a process that was told.
    package var asksStillThere = false
    /// "Who filled the disk?": no reading tells that.
    package var asksWriter = false
    /// "Was it ever higher?": whether the extreme is beyond what is now.
    package var asksEver = false
    /// It goes on from an answer about the whole host: it asks of what that told first.
    package var isOfTold = false
    /// "Is it over?", "which of these still goes on?": whether it still stands out.
    package var asksOngoing = false
    /// "What ate the CPU a few minutes ago?": what goes on now is not meant.
    package var isOver = false
    /// "In order of time": the earliest first.
    package var isInOrder = false
    /// "What percentage of the time?"
    package var asksShare = false
    /// "What is a zombie, should I be scared?": what harm it does.
    package var asksHarm = false
    /// How many seconds ago it is that is looked at, where a minute would be too coarse.
    package var secondsAgo: Double?
    /// The order would end a process: "kill the one that uses most".
    package var endsProcess = false
    /// Words that may be names of the host, which no part of the vocabulary knows.
    package var unknownWords: [String] = []

    package init() {}

    /// The same, where the readings began so many minutes ago.
    package func since(beginning minutesAgo: Int) -> Query {
        var query = self
        if let window, window.isFromBeginning {
            query.window = window.since(beginning: minutesAgo)
            if case .before? = comparison {
                query.comparison = .before(query.window?.middleMinutesAgo ?? minutesAgo)
            }
        }
        query.also = also.map { $0.since(beginning: minutesAgo) }
        return query
    }

    /// Whether it is about something beyond figures of the host.
    package var isOfTopic: Bool { if case .topic = subject { true } else { false } }

    /// Whether yes would be bad news, of what will be; a question of now says so by itself.
    package var expectsTrouble: Bool { form == .until ? suspectsTrouble : true }

    package var gauges: [Gauge] { if case .gauges(let gauges) = subject { gauges } else { [] } }
}

extension Query: CustomStringConvertible {
    /// `check cpuBusy >80 60`: form, subject, and what differs from the usual.
    package var description: String {
        var words: [String] = []
        let isPlain = form == .value && (subject == .findings || subject == .changes)
        if !isPlain { words.append(form.rawValue) }
        if subject != .nothing, !subject.description.isEmpty { words.append(subject.description) }
        if suspectsTrouble, subject == .host { words.append("bad") }
        switch statistic {
        case .now: break
        case .percentile(let percent): words.append("p\(percent)")
        case .mean: words.append("mean")
        case .peak: words.append("peak")
        case .low: words.append("low")
        case .total: words.append("total")
        case .trend: words.append("trend")
        }
        if let threshold { words.append((threshold.isAbove ? ">" : "<") + threshold.value.plain) }
        if let judged { words.append("=\(judged.plain)") }
        if let judgedCores { words.append("on \(judgedCores)") }
        let stretch = window.map { window in
            "\(window.minutes)" + (window.endsMinutesAgo == 0 ? "" : "@\(window.endsMinutesAgo)")
        }
        switch (comparison, stretch) {
        case (.usual?, _): words.append("usual")
        case (.eachOther?, _): words.append("each other")
        case (.before(let minutes)?, let stretch):
            words.append((stretch.map { $0 + "|" } ?? "") + "\(minutes)")
        case (nil, let stretch?): words.append(stretch)
        case (nil, nil): break
        }
        if let needed { words.append("needs \(needed.plain)") }
        if let times { words.append("times \(times.plain)") }
        if isLowest { words.append("lowest") }
        if isEnd { words.append("end") }
        if isWithNow { words.append("now") }
        if !about.isEmpty { words.append("of \(about.map(\.rawValue).joined(separator: "+"))") }
        if let count { words.append("#\(count)") }
        if isBrief { words.append("brief") }
        if direction == .down { words.append("down") }
        if isBefore { words.append("before") }
        if let rank { words.append("rank \(rank)") }
        if asksMost { words.append("most") }
        if isOfFirst { words.append("first") }
        if isOfService { words.append("service") }
        if let unit { words.append("in \(unit.name)") }
        if isAdvice { words.append("advice") }
        if let pick { words.append("pick \(pick)") }
        if isAtPeak { words.append("at peak") }
        if isOfPast { words.append("past") }
        if isOfTold { words.append("told") }
        if asksOngoing, subject == .findings { words.append("ongoing") }
        if isOver { words.append("over") }
        if isInOrder { words.append("in order") }
        if asksShare { words.append("share") }
        return ([words.joined(separator: " ")] + also.map(\.description)).joined(separator: " & ")
    }
}

extension Query.Subject: CustomStringConvertible {
    package var description: String {
        switch self {
        case .gauges(let gauges): gauges.map(\.rawValue).joined(separator: "+")
        case .processes(let order): "processes \(order.rawValue)"
        case .process(let name): "process \(name)"
        case .pid(let number): "pid \(number)"
        case .host: "host"
        case .slow: "slow"
        case .bottleneck: "bottleneck"
        case .cores: "cores"
        case .fileSystems: "fileSystems"
        case .networkOK: "networkOK"
        case .hungMount: "hungMount"
        case .readOnly: "readOnly"
        case .memoryLeak: "memoryLeak"
        case .disk: "disk"
        case .memory: "memory"
        case .swap: "swap"
        case .diskGrowth: "diskGrowth"
        case .hostname: "hostname"
        case .kernel: "kernel"
        case .system: "system"
        case .bootID: "bootID"
        case .boot: "boot"
        case .facts: "facts"
        case .interfaces: "interfaces"
        case .disks: "disks"
        case .telemetry: "telemetry"
        case .readingAge: "readingAge"
        case .gaps: "gaps"
        case .downtime: "downtime"
        case .relay: "relay"
        case .cost: "cost"
        case .tokens: "tokens"
        case .requests: "requests"
        case .budget: "budget"
        case .model: "model"
        case .findings: "findings"
        case .changes: "changes"
        case .topic(let topic): topic.description
        case .nothing: "nothing"
        }
    }
}

extension Double {
    fileprivate var plain: String { self == rounded() && magnitude < 1e15 ? "\(Int64(self))" : "\(self)" }
}
