import MaintenanceAPI
import Values

/// What no reading holds.
extension QuestionReader {
    /// "Interrupts?": how many there are, not the time that they take.
    mutating func readInterrupts() -> Bool {
        let linking: Set = ["and", "same", "for", "the", "of", "about", "what", "how"]
        guard words.plain.filter({ !linking.contains($0) }) == ["interrupts"] else { return false }
        set(.unmeasured, .topic(.absent("how many interrupts there are", nearest: [.cpuIRQ, .cpuSoftIRQ])))
        return true
    }

    /// What words ask for that mean nothing else: "interrupts per second", "the queue depth of the disk".
    mutating func readPlainlyAbsent() -> Bool {
        guard question.threshold == nil, !says("why", "how come"),
            let found = Unmeasured.all.first(where: { row in
                row.plainly.contains(where: isWritten) && !row.but.contains(where: isWritten)
            })
        else { return false }
        return setAbsent(found)
    }

    /// "Is eth0 up?", "did the network go down?": no reading tells the state of a link, but what passes over it.
    mutating func readStateOfLink() -> Bool {
        if isCheck, has("network"), says("up", "alive", "connected"), words.plain.count <= 5, gauges.isEmpty,
            !has("traffic", "received", "sent", "interface", "relay"), !says("go", "going", "went", "gone")
        {
            set(.check, .networkOK)
            return true
        }
        let isOfLink = has("interface") || says("link", "nic", "wire", "ethernet")
        let isDown = says(
            "go down", "went down", "gone down", "was down", "been down", "drop out", "dropped out")
        guard isCheck, words.plain.count <= 10, question.threshold == nil,
            !has("traffic", "received", "sent", "relay"),
            isOfLink && says("up", "down", "connected", "plugged in", "alive")
                && !says("go up", "going up", "went up")
                || (isOfLink || has("network")) && isDown && !says("rate", "load", "error", "errors", "usage")
        else { return false }
        guard let found = Unmeasured.all.first(where: { $0.thing == Unmeasured.stateOfLinks }) else {
            return false
        }
        return setAbsent(found)
    }

    /// "Are there dead processes lying around?"
    mutating func readDeadProcesses() -> Bool {
        guard
            has("zombie")
                || says("dead process", "dead processes", "dead children", "dead tasks", "dead procs"),
            says("around", "left", "leftover", "lying", "hanging", "sitting", "dead", "defunct"),
            question.threshold == nil, question.window == nil, isCheck || says("any", "how many", "there"),
            !says("why", "which", "who", "what")
        else { return false }
        set(says("how many") ? .value : .check, .gauges([.zombies]))
        (question.statistic, saysForm) = (.now, true)
        return true
    }

    /// "Bare metal, VM or container?", "do I have docker running here?"
    mutating func readKindOfMachine() -> Bool {
        guard words.plain.count <= 10, question.threshold == nil, !namesHostNames else { return false }
        if says("container", "containers", "docker", "lxc"), says("or"),
            says("vm", "virtual machine", "bare metal", "physical machine", "physical", "virtual", "metal")
        {
            set(.value, .topic(.container))
            (question.window, question.statistic, saysForm) = (nil, .now, true)
            return true
        }
        guard isCheck || begins("do i", "do we"), says("docker", "podman", "containerd"),
            says("running", "run", "installed", "started"),
            !says("in docker", "inside", "in podman", "in a", "how many")
        else { return false }
        set(.check, .process(says("podman") ? "podman" : says("containerd") ? "containerd" : "docker"))
        return true
    }

    private mutating func setAbsent(_ found: Unmeasured) -> Bool {
        set(.unmeasured, .topic(.absent(found.thing, nearest: found.nearest)))
        question.window = nil
        question.statistic = .now
        return true
    }

    /// The thing that it asks for and no reading holds.
    mutating func readAbsent() -> Bool {
        guard !namesHostNames || words.plain.count > 1, question.threshold == nil else { return false }
        if isCheck || words.isQuestion, says("running", "run", "runs", "up", "alive", "down", "dead"),
            words.plain.count <= 6,
            let program = words.plain.first(where: Vocabulary.programs.contains)
        {
            set(.check, .process(program))
            return true
        }
        if has("process", "program"), !namesHostNames, isCheck || words.isQuestion,
            let match = text.firstMatch(of: Self.calledPattern)
        {
            set(.check, .process(String(match.1)))
            return true
        }
        if let path = unknownPath {
            set(.unmeasured, .topic(.absent("“\(path)”", nearest: [.diskUsed])))
            question.window = nil
            question.statistic = .now
            return true
        }
        // "How much room is left for docker images?"
        if says("how much"), has("free"), isAboutSpace || says("room") { return false }
        let found = Unmeasured.all.first { row in
            row.words.contains(where: stands) && !row.but.contains(where: stands)
        }
        let isAboutClock =
            found?.thing == Unmeasured.rightnessOfClock
            || found == nil && says("clock", "clocks", "system time", "server time", "host time")
                && !says("o clock")
                && (Self.wrongness + ["right", "correct", "accurate"]).contains(where: { says($0) })
        if isAboutClock, !Self.synchronising.contains(where: { says($0) }) {
            set(.check, .topic(.clock))
            question.window = nil
            question.statistic = .now
            return true
        }
        guard let found, !isAboutBehaviour else { return false }
        return setAbsent(found)
    }

    private static let architecturePattern = Pattern(
        #/\b(?:arch|architecture|amd64|x86(?:[_-]64)?|x64|arm64|aarch64|arm|risc-?v|(?:64|32)[ -]?bits?)\b/#)

    /// "Is it 64 bit?", "arch": what the kernel is built for.
    mutating func readArchitecture() -> Bool {
        guard words.plain.count <= 10,
            ["arch", "x86", "arm", "bit", "amd64", "x64", "risc"].contains(where: text.contains),
            text.contains(Self.architecturePattern), !namesHostNames,
            !has("memory", "disk", "process"), !says("why", "when", "how many", "versions", "support")
        else { return false }
        let named = text.matches(of: Self.architecturePattern.regex).map { match in
            match.0.prefix { $0 != " " }.replacing("-bit", with: "").replacing("bits", with: "")
                .replacing("bit", with: "").replacing("-", with: "_")
        }.filter { !["arch", "architecture"].contains($0) }
        let asked = isCheck && named.count == 1 && !says("or") ? named.first.map { String($0) } : nil
        set(asked == nil ? .value : .check, .topic(.architecture(asked: asked)))
        (question.window, question.statistic, saysForm) = (nil, .now, true)
        (question.threshold, question.judged, question.count) = (nil, nil, nil)
        return true
    }

    /// A process by whatever name: "is there a process called yes?"
    private static let calledPattern = Pattern(#/\b(?:called|named) ["'“]?([\w.:+-]+)/#)

    private static let synchronising = [
        "ntp", "chrony", "ptp", "sync", "synced", "synchronized", "synchronised", "timesync", "time server",
        "offset",
    ]
    /// Words of a clock that is not right.
    static let wrongness = [
        "wrong", "off", "drift", "drifting", "skew", "skewed", "ahead", "behind", "slow", "fast", "late",
        "incorrect",
    ]

    private static let pathPattern = Pattern(#/(?:^|\s)(/[\w.-]+(?:/[\w.-]+)*)/?(?=[\s?!,]|$)/#)

    /// A path that lies on no file system of the readings.
    private var unknownPath: Substring? {
        guard !namesHostNames, !has("relay"),
            gauges.isEmpty
        else { return nil }
        return text.firstMatch(of: Self.pathPattern)?.1
    }

    /// Whether a phrase stands in the text, as it was written or without its typing errors; names of the host say nothing.
    func stands(_ phrase: String) -> Bool {
        !namesHostNames && phrases.written.contains(phrase) || phrases.meant.contains(phrase)
    }

    /// "Why is the website slow?" is answered from what is known of the host; orders are none of its business.
    private var isAboutBehaviour: Bool {
        has("slow", "bottleneck", "hog") && !says("internet", "google", "query", "queries")
            || says("why", "set an alert")
            || has("relay") && !says("ip", "port")
            || has("process") && has("cpu", "memory") && has("hog", "busy")
                && !says("per user", "by user", "as root")
    }
}
