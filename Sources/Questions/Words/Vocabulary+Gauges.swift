import MaintenanceAPI

extension Vocabulary {
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
        ([.inodesFree], "inode free|inode free filesystem|inode free disk|inode free space"),
        (
            [.inodesUsed],
            "inode|inode busy|inode runout|inode full|inode filesystem|inode disk|inode filesystem busy|inode disk busy"
        ),
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
        ([.runningProcesses], "runnable|process runnable"),
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
}
