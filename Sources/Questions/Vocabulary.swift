import MaintenanceAPI

/// The words by which questions are understood: one table of synonyms, and of the concepts by which each gauge is meant.
enum Vocabulary {
    /// Stands in place of a name of the host.
    static let name = "ꙮ"

    // MARK: Concepts

    /// Each concept with the words and phrases that stand for it; plurals in -s go without saying.
    static let synonyms: [String: String] = [
        "cpu": "cpu processor cpu's compute vcpu",
        "core": "core",
        "memory": "memory ram mem",
        "swap": "swap swapping swapped swapfile swaps swapspace",
        "disk":
            "disk storage drive hdd ssd nvme volume partition harddisk harddrive hard_disk hard_drive df block_device",
        "filesystem": "filesystem file_system fs mount mountpoint mount_point mounted mounting",
        "space": "space",
        "network": "network net networking lan wan ethernet",
        "traffic": "traffic throughput bandwidth data_rate",
        "interface": "interface nic network_card iface",
        "read": "read",
        "write": "write writing written",
        "received":
            "received receive receiving incoming inbound ingress rx download downloaded downloading came_in comes_in coming_in come_in going_in goes_in network_in net_in traffic_in bytes_in",
        "sent":
            "sent send sending outgoing outbound egress tx upload uploaded uploading transmitted transmit transmitting transmits went_out goes_out going_out network_out net_out traffic_out bytes_out",
        "load": "load loadavg ldavg load_average load_avg system_load",
        "pressure": "pressure psi stall stalled stalling pressure_stall_information",
        "iowait":
            "iowait io_wait wa waiting_for_disk waiting_for_io wait_for_disk wait_for_io waits_for_disk waiting_on_disk wait_on_disk waits_for_io waiting_on_io wait_for_the_disk wait_for_disks waiting_for_disks waits_for_disks waiting_for_the_disk wait_on_io",
        "steal": "steal stolen stealing hypervisor noisy_neighbour noisy_neighbor neighbour neighbor st",
        "idle": "idle idling idleness",
        "usertime": "userland userspace user_space user_time usr user_mode",
        "program": "program application app",
        "kerneltime":
            "kernel_time system_time system_mode kernel_mode kernel_space sys in_the_kernel in_kernel cpu_system system_cpu kernel_cpu",
        "nice": "nice niced",
        "softirq": "softirq soft_irq soft_interrupt software_interrupt softirqs",
        "irq": "irq interrupt hardware_interrupt",
        "contextswitch": "context_switch context_switching ctx_switch ctxt cs context_switches ctx_switches",
        "free": "free available left remaining headroom unused spare avail room leftover vacant",
        "total": "total installed configured physical capacity size overall altogether",
        "big": "big large",
        "cache": "cache cached page_cache caching",
        "buffer": "buffer buffered",
        "fault": "fault",
        "oom":
            "oom run_out_of_memory ran_out_of_memory run_out_of_ram ran_out_of_ram oom_killer out_of_memory_killer lack_of_memory want_of_memory out_of_memory oomkill oomkilled oom_killed oom_kill lack_of_ram shortage_of_memory",
        "kill": "killed kills kill killing vanished vanish disappeared disappear died",
        "leak": "leak leaking leaks leaked leaky",
        "full": "full fullest filled fills fill filling fuller",
        "inode": "inode",
        "readonly": "readonly read_only ro mounted_ro",
        "hung": "hung hanging hang hangs stuck stale_mount",
        "nfs": "nfs nas smb cifs",
        "iops":
            "iops io_operation io_operations ops_per_second disk_operation disk_ops io_ops io_requests read_operations write_operations",
        "io": "io i_o disk_io",
        "latency": "latency await delay response_time respond_time roundtrip",
        "drop": "drop dropped dropping",
        "loss": "loss packet_loss lose losing lost",
        "packet": "packet",
        "error": "error",
        "retransmit":
            "retransmit retransmission retransmitted retrans retransmitting retransmissions resend resent",
        "connection": "connection session socket conn",
        "tcp": "tcp",
        "timewait": "timewait time_wait",
        "overflow": "overflow overflowing",
        "listen": "listen accept_queue backlog_queue listen_queue",
        "segment": "segment",
        "conntrack":
            "conntrack nf_conntrack nfconntrack connection_table tracked_connection connection_tracking nf-conntrack conntrack_table firewall_table tracked_connections connection_tracking_table",
        "openfile":
            "open_file file_descriptor fd fds files_can_be_open file_handle open_handle lsof descriptor open_fd files_open filehandle handles files_are_open files_open_now open_files file_handles file_descriptors",
        "filesatmost": "files_at_most_open files_open_at_most",
        "uninspected": "not_looked_at uninspected",
        "limit": "limit maximum_number at_most",
        "process": "process task ps proces proc procs",
        "thread": "thread",
        "zombie": "zombie zombies defunct",
        "blocked": "blocked uninterruptible d_state in_d d_sleep state_d",
        "runnable": "runnable run_queue run_queue_length state_r on_the_cpu r_state runqueue on_cpu",
        "forkrate":
            "fork_rate forks_per_second fork forking process_creation new_process process_start processes_per_second new_processes processes_started processes_are_started started_processes process_starts processes_start spawned spawning processes_get_started",
        "cgroup": "cgroup control_group container docker",
        "throttle": "throttled throttling throttle",
        "temperature":
            "temperature temp hot warm heat overheating hottest thermal thermals celsius degree degrees warmest overheat overheated hotter cool temps cooling_down too_hot sensor",
        "uptime": "uptime time_since_boot up_since up_time",
        "boot":
            "boot booted reboot rebooted restarted rebooting crash crashed crashes go_down went_down gone_down restarts power_cycle",
        "hostname": "hostname host_name fqdn node_name machine_name server_name",
        "kernel":
            "kernel uname kernel_version linux_version version_of_linux version_of_the_kernel kernel_release linux_kernel",
        "os":
            "os operating_system distro distribution distributions debian ubuntu fedora bsd centos rhel alpine windows",
        "bootid": "boot_id bootid boot_identifier",
        "spec":
            "spec hardware specification machine_info system_information host_information hardware_info system_info sysinfo host_info inventory",
        "probe": "probe agent_probe diagprobe collector",
        "telemetry": "telemetry monitoring metrics",
        "reading": "reading sample data measurement sampling",
        "age": "age old fresh stale freshness newest latest heard hear how_recent up_to_date",
        "gap": "gap missing gaps hole holes outage outages",
        "interval":
            "interval how_often_do_you_sample how_often_do_you_read how_often_are_readings how_often_do_you_measure how_often_is_data sampling_rate how_often_are_samples how_frequently",
        "relay": "relay",
        "queue": "queue queued queueing backlog pile_up piling_up piled_up",
        "message": "message envelope",
        "accept": "accept accepted accepting",
        "deliver": "deliver delivered delivery deliveries",
        "ack": "acknowledge acknowledged acknowledges ack acked acknowledgement acknowledgment acks",
        "prekey": "prekey pre_key one_time_prekey one_time_key",
        "registered": "registered account registration",
        "device": "device",
        "expired": "expired expire_on",
        "rejected": "rejected shed refused",
        "setaside": "set_aside quarantined",
        "wal": "wal write_ahead_log write_ahead",
        "cost":
            "cost costs pay paid paying spend spent spending bill price money usd dollar expense expensive llm_usage usage_of_the_llm llm_cost charges euros euro",
        "token": "token",
        "request": "request",
        "budget": "budget",
        "llm":
            "llm language_model ai gpt chatgpt openai claude llama ai_model model artificial_intelligence robot bot",
        "anomaly":
            "anomaly anomalous unusual strange odd weird abnormal out_of_the_ordinary irregular irregularities spike spiked spikes suspicious happen happened happening incident event peculiar blip blips outlier outliers hiccup finding findings incidents events anomalies oddities",
        "change": "change changed changing different difference new_since whats_new new changes altered",
        "flood": "flood flooded flooding ddos dos_attack attacked",
        "slow":
            "slow slower slowly sluggish lag laggy lagging slowness take_so_long takes_so_long taking_so_long takes_ages so_long crawl crawling unresponsive slowed snail",
        "overloaded":
            "overloaded under_heavy_load struggling overload stressed heavy_load under_load overwhelmed under_stress at_its_limit at_the_limit",
        "bottleneck":
            "bottleneck limiting_factor saturated saturation io_bound cpu_bound disk_bound what_limits what_resource memory_bound network_bound which_resource constrained constraint limits_this limits_the scarce_resource limiting_resource limiting",
        "health":
            "status stats state health summary overview report sitrep health_check checkup condition situation vitals rundown",
        "host": "host machine server box system node computer vm instance everything things all",
        "trouble":
            "wrong problem trouble issue broken alert alarm warning critical worry worried concern fire attention bad fix sick panic failing failed failure unhealthy down danger dangerous alarming worrying worrisome complain complaints troubling ill red faulty",
        "fine":
            "ok okay fine well good healthy green alright normal great sound stable happy safe under_control in_order good_shape in_shape all_right smoothly smooth alive",
        "pid": "pid process_id",
        "hog":
            "hog hogging hogs eating eats eat uses_most using_most consumer consuming consumes hungry busiest greedy consume heaviest devouring chewing offender culprit hogged takes_most biggest_user footprint burning burns gobbling",
        "busy":
            "busy busier usage utilization utilisation used use using utilized utilize utilizing load_percent percent percentage % loaded consumption",
        "growth": "growth growing grow grows rate_of_growth growth_rate",
        "runout":
            "run_out running_out runs_out exhausted exhaust ran_out be_out are_out fill_up fills_up filling_up",
        "each": "each every individual",
        "minute1": "1_minute one_minute 1_min 1_m",
        "minute5": "5_minute five_minute 5_minutes five_minutes 5_min 5_m",
        "minute15": "15_minute fifteen_minute 15_minutes fifteen_minutes 15_min 15_m",
        "fullpressure": "full_pressure all_tasks full_psi",
        "wait": "wait waiting waits",
        "count": "how_many number count number_of amount_of",
    ]

    /// How each gauge is asked for: sets of concepts, of which the question must hold all; the set with most concepts wins.
    static let gauges: [(gauges: [Gauge], sets: String)] = [
        ([.cpuBusy], "cpu|cpu busy|cpu load busy|cpu load"),
        ([.cpuUser], "usertime|cpu usertime|cpu user|cpu program|cpu user program"),
        ([.cpuNice], "nice|cpu nice|cpu nice program"),
        ([.cpuSystem], "kerneltime|cpu kerneltime|cpu kernel|cpu kernel busy"),
        ([.cpuIdle], "idle|cpu idle|cpu free|cpu free busy|cpu idle busy"),
        ([.cpuIOWait], "iowait|cpu iowait|cpu iowait disk|iowait busy|iowait busy cpu"),
        ([.cpuIRQ], "irq|cpu irq"),
        ([.cpuSoftIRQ], "softirq|cpu softirq"),
        ([.cpuSteal], "steal|cpu steal|cpu steal loss|steal busy|steal loss|cpu steal busy"),
        ([.coreCount], "core|count cpu|count core|count core cpu|nproc"),
        ([.contextSwitches], "contextswitch"),
        ([.load1, .load5, .load15], "load|load uptime|load busy"),
        ([.load1], "minute1 load|load1"), ([.load5], "minute5 load|load5"),
        ([.load15], "minute15 load|load15"),
        ([.loadPerCore], "load core|load core busy"),
        ([.cpuPressure], "cpu pressure"),
        ([.memoryPressure], "memory pressure"),
        ([.ioPressure], "io pressure|disk pressure|iowait pressure|io disk pressure"),
        ([.cpuPressure, .memoryPressure, .ioPressure], "pressure"),
        ([.cpuPressureOverMinute], "cpu pressure minute1"),
        ([.memoryPressureOverMinute], "memory pressure minute1"),
        ([.ioPressureOverMinute], "io pressure minute1|disk pressure minute1"),
        ([.cpuPressureFull], "cpu pressure full|cpu fullpressure"),
        ([.memoryPressureFull], "memory pressure full|memory fullpressure"),
        ([.ioPressureFull], "io pressure full|disk pressure full|io fullpressure|disk fullpressure"),
        ([.cpuPressureFullOverMinute], "cpu pressure full minute1"),
        ([.memoryPressureFullOverMinute], "memory pressure full minute1"),
        ([.ioPressureFullOverMinute], "io pressure full minute1|disk pressure full minute1"),
        ([.memoryUsed], "memory|memory busy|memory full|memory total busy"),
        ([.memoryAvailable], "memory free|memory free busy"),
        ([.memoryFree], "memory nothing|memory busy nothing"),
        ([.memoryTotal], "count memory|memory total|memory big|memory size|memory total host"),
        ([.memoryBuffers], "buffer|memory buffer|memory buffer busy"),
        ([.memoryCached], "cache|memory cache|memory cache busy|cache total|memory cache total"),
        ([.swapUsed], "swap|swap busy|swap full|swap memory|swap memory busy"),
        ([.swapTotal], "swap total|swap big|swap memory total"),
        ([.swapFree], "swap free|swap memory free|swap space free"),
        ([.swapIn], "swapin|swap swapin"), ([.swapOut], "swapout|swap swapout"),
        (
            [.swapIn, .swapOut],
            "swap activity|swap rate|swap io|swap received|swap sent|swap pageswap|swap page"
        ),
        ([.majorFaults], "fault|majorfault|fault rate"),
        (
            [.oomKills],
            "oom|oom kill|count oom kill|oom process|oom kill process|count oom process|oom count|oom kill process count|kill memory|kill process memory|kill|kill process"
        ),
        (
            [.diskReads],
            "disk read|read rate|disk read rate|read traffic|disk read traffic|read io|disk read io|disk read busy|read"
        ),
        (
            [.diskWrites],
            "disk write|write rate|disk write rate|write traffic|disk write traffic|write io|disk write io|disk write busy|write"
        ),
        (
            [.diskReads, .diskWrites],
            "io|disk io|disk traffic|disk activity|disk io traffic|disk read write|read write|read write rate|disk rate|disk read write rate|disk io read write"
        ),
        ([.diskReadOperations], "read iops|disk read iops|read operation"),
        ([.diskWriteOperations], "write iops|disk write iops|write operation"),
        (
            [.diskReadOperations, .diskWriteOperations],
            "iops|disk iops|io operation|disk operation|disk request"
        ),
        ([.diskBusy], "disk diskbusy|io busy disk|diskbusy|io busy"),
        (
            [.diskWait],
            "disk latency|io latency|latency|disk io latency|disk latency request|disk request wait"
        ),
        (
            [.diskUsed],
            "disk|disk busy|disk full|disk space busy|space busy|filesystem|filesystem full|filesystem busy|disk filesystem|disk filesystem full|full"
        ),
        ([.diskUsedBytes], "disk usedbytes"),
        (
            [.diskFree],
            "disk free|space free|disk space free|filesystem free|filesystem space free|space|disk space|disk space free host"
        ),
        ([.diskTotal], "disk total|disk big|filesystem big|filesystem total|disk space total|disk space big"),
        ([.inodesFree], "inode free"), ([.inodesUsed], "inode|inode busy|inode runout|inode full"),
        ([.inodesTotal], "inode total"),
        (
            [.networkReceived, .networkSent],
            "network|traffic|network traffic|network busy|traffic busy|network traffic busy|interface traffic|network received sent|received sent|received sent traffic|network activity"
        ),
        (
            [.networkReceived],
            "flood|network flood|received|network received|traffic received|network traffic received"
        ),
        ([.networkSent], "sent|network sent|traffic sent|network traffic sent"),
        (
            [.receiveErrors, .sendErrors],
            "network error|interface error|packet error|network interface error"
        ),
        ([.receiveErrors], "received error|network received error|packet received error"),
        ([.sendErrors], "sent error|network sent error|packet sent error"),
        (
            [.receiveDrops, .sendDrops],
            "drop|packet drop|loss|packet loss|network drop|network loss|network packet drop|network packet loss|interface drop"
        ),
        ([.receiveDrops], "received drop|received packet drop|packet received loss"),
        ([.sendDrops], "sent drop|sent packet drop"),
        (
            [.tcpEstablished],
            "connection|tcp connection|tcp|network connection|connection open|tcp connection open"
        ),
        ([.tcpTimeWait], "timewait|connection timewait|tcp timewait|tcp connection timewait"),
        (
            [.retransmits],
            "retransmit|tcp retransmit|segment retransmit|packet retransmit|tcp packet retransmit"
        ),
        ([.segmentsSent], "segment|tcp segment|segment sent|tcp segment sent"),
        ([.listenOverflows], "listen overflow|overflow|listen|queue overflow|tcp overflow"),
        ([.trackedConnections], "conntrack|conntrack full|conntrack busy"),
        ([.trackedConnectionCount], "count conntrack|count conntrack entries"),
        ([.trackedConnectionLimit], "conntrack limit|conntrack total"),
        ([.openFiles], "openfile|openfile busy"),
        ([.maxOpenFiles], "openfile limit|openfile max|openfile total|filesatmost"),
        ([.processCount], "process|count process|count program|process host|count process host"),
        ([.runningProcesses], "runnable|process runnable|process run"),
        (
            [.blockedProcesses],
            "blocked|process blocked|process hung|process iowait|process hung blocked|process wait io|process waitio"
        ),
        ([.zombies], "zombie|process zombie"),
        ([.threads], "thread|process thread"),
        ([.startedProcesses], "forkrate|process forkrate|process start"),
        ([.uninspectedProcesses], "process uninspected"),
        ([.cgroupMemory], "cgroup memory|cgroup memory busy"),
        ([.cgroupMemoryMax], "cgroup memory limit|cgroup limit|cgroup memory total"),
        ([.cgroupCPU], "cgroup cpu|cgroup cpu busy|cgroup"),
        ([.cgroupThrottled], "throttle|cgroup throttle|cpu throttle|cgroup cpu throttle"),
        ([.cgroupProcesses], "cgroup process"), ([.cgroupOOMKills], "cgroup oom|cgroup oom kill"),
        ([.temperature], "temperature|cpu temperature|core temperature|temperature host"),
        ([.uptime], "uptime|up long|howlong up|howlong run"),
        (
            [.relayQueued],
            "relay queue|queue|message queue|relay message queue|relay message|relay queue full|message wait|relay message wait"
        ),
        ([.relayQueuedBytes], "relay queue bytes|queue bytes|relay queue total"),
        ([.relayConnections], "relay connection|relay client|relay client connection"),
        (
            [.relayUsers],
            "relay registered|relay user|registered|user registered|relay user registered|relay people"
        ),
        ([.relayDevices], "relay device|device registered|device|relay device registered"),
        ([.relayPreKeys], "prekey|prekey free|relay prekey"),
        ([.relayAccepted], "accept|message accept|relay accept|relay message accept"),
        ([.relayDelivered], "deliver|message deliver|relay deliver|relay message deliver"),
        ([.relayAcknowledged], "message ack|relay message ack|count ack"),
        ([.relayRate], "relay rate|message rate|relay message rate|relay traffic|relay message traffic"),
        (
            [.relayLatency],
            "relay latency|ack latency|relay ack|relay ack latency|ack|relay fast|relay fast ack|relay percentile"
        ),
        (
            [.relayMedianLatency],
            "relay latency median|relay ack latency median|relay ack median|ack latency median"
        ),
        ([.relayMemory], "relay memory|relay memory busy"), ([.relayCPUTime], "relay cpu|relay cpu busy"),
        ([.relayUptime], "relay uptime|relay howlong|relay up long|relay howlong run|relay howlong up"),
        ([.relayOpenFiles], "relay openfile"),
        ([.relayExpired], "relay expired|message expired|expired|relay message expired"),
        (
            [.relayRejected],
            "relay rejected|message rejected|rejected|relay message rejected|relay message rejected disk memory|relay message rejected oom disk"
        ),
        ([.relaySetAside], "setaside|message setaside|relay message setaside"),
        ([.relayLogSize], "wal|relay wal|wal total"),
        ([.relayFreeDisk], "relay disk free|relay space free|relay disk space free|relay disk"),
        (
            [.probeCPU],
            "probe|probe cpu|probe cost|probe overhead|overhead|telemetry overhead|telemetry cost overhead|probe cpu busy|probe busy"
        ),
        ([.probeMemory], "probe memory|probe memory busy"),
        (
            [.probeSampleTime],
            "probe howlong|reading howlong|probe sampletime|probe reading howlong|reading take|reading duration|probe reading time|reading sampletime"
        ),
        ([.probeSampleCPUTime], "reading cpu time|probe reading cpu|reading cpu"),
        ([.probeWaiting], "reading wait|reading wait relay|reading queue|probe queue|reading queue relay"),
        ([.probeFailed], "reading failed|probe failed|reading error"),
        ([.probeDropped], "reading drop|probe drop|reading loss"),
        ([.probeInterval], "interval|probe interval|reading interval|interval telemetry"),
    ]

    // MARK: Looking up

    private static let forms: (words: [String: String], phrases: [[String]: String], longest: Int) = {
        var words: [String: String] = [:]
        var phrases: [[String]: String] = [:]
        for (concept, text) in synonyms.sorted(by: { $0.key < $1.key }) {
            for form in text.split(separator: " ") {
                let parts = form.split(separator: "_").map(String.init)
                if parts.count == 1 { words[parts[0]] = concept } else { phrases[parts] = concept }
            }
            if words[concept] == nil { words[concept] = concept }
        }
        return (words, phrases, phrases.keys.map(\.count).max() ?? 1)
    }()

    /// Concepts of words that have none stand for themselves.
    static func concepts(of words: [String]) -> [String] {
        var concepts: [String] = []
        var index = 0
        next: while index < words.count {
            for length in stride(from: min(forms.longest, words.count - index), through: 2, by: -1) {
                let phrase = Array(words[index..<index + length])
                let singular = phrase.dropLast() + [phrase[length - 1].singular]
                if let concept = forms.phrases[phrase] ?? forms.phrases[Array(singular)] {
                    concepts.append(concept)
                    index += length
                    continue next
                }
            }
            let word = words[index]
            concepts.append(
                forms.words[word] ?? forms.words[word.singular]
                    ?? (asked.contains(word.singular) ? word.singular : word))
            index += 1
        }
        return concepts
    }

    /// The gauges that a set of concepts asks for, by the largest set that it holds.
    static func gauges(in concepts: Set<String>) -> (gauges: [Gauge], concepts: Set<String>)? {
        var best: (gauges: [Gauge], concepts: Set<String>)?
        var weight = 0.0
        for (gauges, set) in sets where set.isSubset(of: concepts) {
            let own = set.reduce(0) { $0 + (weights[$1] ?? 1) }
            guard own > weight else { continue }
            (best, weight) = ((gauges, set), own)
        }
        return best
    }

    /// What says little of what is meant.
    private static let weights = [
        "busy": 0.4, "host": 0.1, "count": 0.3, "total": 0.9, "rate": 0.6, "space": 0.9,
    ]
    private static let asked = Set(sets.flatMap(\.concepts))

    private static let sets: [(gauges: [Gauge], concepts: Set<String>)] = gauges.flatMap { row in
        row.sets.split(separator: "|").map { (row.gauges, Set($0.split(separator: " ").map(String.init))) }
    }

    static func isKnown(_ word: String) -> Bool {
        known.contains(word) || known.contains(word.singular) || Double(word) != nil || word.count < 2
    }

    static func isOrdinary(_ word: String) -> Bool {
        concepts.contains(word) || concepts.contains(word.singular) || ordinary.contains(word)
            || units.contains(word)
            || ["instruction", "instructions", "assistant", "tool", "tools"].contains(word)
    }

    private static let concepts = Set(
        forms.words.keys + forms.phrases.keys.flatMap(\.self) + sets.flatMap(\.concepts))
    private static let known = concepts.union(ordinary).union(rightWords).union(units).union(
        QuestionReader.orders
    ).union([
        name, "%", ">", "<", "=",
    ])

    // MARK: Typing errors

    /// The known word that is one typing error away: a letter too much, missing, wrong, or two swapped.
    static func nearest(to word: String) -> String? {
        guard word.count >= 3, word.allSatisfy(\.isLetter) else { return nil }
        let letters = Array(word)
        // Without its vowels: "swp", "krnl", "ntwrk".
        if !word.contains(where: { "aeiou".contains($0) }),
            let meant = abbreviated.filter({ $0.filter { !"aeiou".contains($0) } == word }).min()
        {
            return meant
        }
        func best(_ words: Set<String>) -> String? {
            words.filter { isOneErrorApart(letters, Array($0)) }.min {
                ($0.first == letters[0] ? 0 : 1, $0) < ($1.first == letters[0] ? 0 : 1, $1)
            }
        }
        return best(concepts) ?? (word.count > 3 ? best(ordinary) : nil)
    }

    private static let abbreviated = [
        "swap", "disk", "load", "memory", "network", "kernel", "process", "host", "relay", "probe", "uptime",
        "temperature", "traffic",
        "server", "system", "thread", "threads", "status", "processes",
    ]

    private static func isOneErrorApart(_ wrong: [Character], _ right: [Character]) -> Bool {
        guard abs(wrong.count - right.count) <= 1, right.count >= 3, right.allSatisfy(\.isLetter) else {
            return false
        }
        let same = zip(wrong, right).prefix { $0 == $1 }.count
        let (restWrong, restRight) = (wrong[same...], right[same...])
        // Of three letters any other word is one error away: only two swapped ones count.
        if wrong.count == right.count {
            if restWrong.count >= 2, restWrong[same] == restRight[same + 1],
                restWrong[same + 1] == restRight[same],
                restWrong.dropFirst(2) == restRight.dropFirst(2)
            {
                return true
            }
            return wrong.count > 3 && restWrong.dropFirst() == restRight.dropFirst()
        }
        guard min(wrong.count, right.count) > 3 || (wrong.count == 4 && wrong.count > right.count) else {
            return false
        }
        return wrong.count > right.count
            ? restWrong.dropFirst() == restRight : restWrong == restRight.dropFirst()
    }

    // MARK: Words without a concept

    static let units: Set<String> = [
        "s", "sec", "secs", "second", "seconds", "m", "min", "mins", "minute", "minutes", "h", "hr", "hrs",
        "hour",
        "hours", "d", "day", "days", "week", "weeks", "month", "months", "kb", "mb", "gb", "tb", "kib", "mib",
        "gib",
        "tib", "percent", "pct", "c", "ms", "am", "pm", "k", "w", "x", "times", "th", "st", "nd", "rd",
    ]

    static let ordinary: Set<String> = Set(
        """
        a about above after again ago all also always am an and another any anybody anyone anything are around as ask at \
        average away back be became because been before begin being below best better between big bigger biggest both \
        briefly brief but by bytes call called came can cause caused causes causing check clock come compare compared \
        comparison concise could course critical current currently daily day days dear describe develop developed did do does \
        doing done down due during earlier eight eleven else enough evening ever every everything exactly exceed exceeded explain eta fast faster \
        feel feels few fifteen find first five for four from further future get gets give glance go goes going got \
        greater had half happen hard has have having he heavy hello help here hey hi high higher highest him his hit hold hour \
        hours how i if in increase increased increasing information into is it its just keep know known kind last lately later latest least \
        less let line list little long longer look looking lot low lower lowest machine made make makes making many max \
        maximum may me mean meaning means median midnight might min minimum minute minutes moment month more morning most much must my name \
        nearly near need needs never next night nine no nobody none noon nor normal normally not nothing now number of off often \
        ok old on once one only open or other our out over overnight past peak people percent percentile period please point \
        possible present previous probably quick quickly quite rate rather reach reached real really reason recent recently regarding right rise \
        risen rising run running runs said same say second seconds see seem seems send serious seven several shall she short shortly \
        should show shows since single situation six so some somebody someone something soon sort stand start started \
        still stop such sure take takes tell ten than thank thanks that the their them then there these they thing things \
        think this those three through time times to today tomorrow tonight too top trend twelve twenty twice two under until up us \
        usual usually value very via want was way we week weeks well went were what when where whether which while who \
        whole whom why will wish with within without word words work working works would year yes yesterday yet you your empty overhead heavily works speed actually space handled feels overall spends link \
        afternoon alive answer anyhow arrive arriving below blame bound bring brought bunch busiest cloud consumer \
        count deep detail details drive each eat eats else especially exact expected far figure figures fit fitness gone graph guess guys handle \
        healthy history house idea include inside instead involved issue job kept kinda largest lasted latter likely live loaded \
        longest maybe mentioned mine mostly name named names naturally nonsense note noticed noticeable ones onto ought out own \
        part per perhaps piece plain plus quarter question quick regular related remain reply respect responsible results roughly seen \
        sentence set shape side simple simply slightly smallest somehow sometimes somewhat somewhere specific state status stay steady straight \
        stuff suddenly suppose system tiny together told took total toward try trying turn type unit upon used user users using various \
        version vs versus view wait waiting waits weekend won wonder world worse worst worth wow wrong yeah yep nope activity operation \
        operations rate rates pages page entries entry table max client clients registered physical logical host decrease decreasing decreased falling fell fall drop going \
        growing grow shrinking climbing climb descend climbed jumped jump overall soon eventually die dead dying broke answers answering respond responding \
        alive arrive arriving fresh reachable online offline connected disconnected quickly recover recovered compare against monday tuesday wednesday thursday \
        friday saturday sunday weekend january february march april june july august september october november december thirty forty fifty sixty seventy \
        eighty ninety hundred lately meanwhile ever yesterday's today's exceeds exceeding surpass surpassed passed crossed beyond least most \
        overview hows whats gimme lemme pls plz plx thx ty cheers cool perfect super nice bye goodbye moin hola servus greetings yo howdy morning night evening joke
        """.split(whereSeparator: \.isWhitespace).map(String.init))

}

extension String {
    /// Without the s of a plural.
    var singular: String {
        guard count > 3, hasSuffix("s"), !hasSuffix("ss") else { return self }
        if hasSuffix("ies") { return dropLast(3) + "y" }
        if hasSuffix("sses") || hasSuffix("ches") || hasSuffix("xes") { return String(dropLast(2)) }
        return String(dropLast())
    }
}

extension Query {
    /// Whether a word is one that questions are made of, whatever processes may be called.
    package static func isOrdinary(_ word: String) -> Bool { Vocabulary.isOrdinary(word.lowercased()) }
}
