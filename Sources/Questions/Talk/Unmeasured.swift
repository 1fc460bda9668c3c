import MaintenanceAPI
import Values

/// What people ask for that no reading holds: the words for it, how an answer calls it, and the figures that come nearest.
struct Unmeasured {
    let thing: String
    let nearest: [Gauge]
    /// Words of which one must stand in the question; a phrase has blanks.
    let words: [String]
    /// Words that make it a question about something else.
    let but: [String]

    private init(_ thing: String, _ nearest: [Gauge] = [], _ words: String, but: String = "") {
        self.thing = thing
        self.nearest = nearest
        self.words = Self.phrases(words)
        self.but = Self.phrases(but)
    }

    /// The phrases of a list with commas.
    private static func phrases(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.split(separator: " ").joined(separator: " ") }
    }

    static let rightnessOfClock = "whether the host's clock is right"

    static let all: [Unmeasured] = [
        // CPU
        .init(
            "the CPU's frequency", [.cpuBusy],
            "frequency, mhz, ghz, clock speed, clock rate, turbo, cpu speed, clocked, processor speed, cpu governor, governor, scaling governor, underclocked, clock frequency, overclocked"
        ),
        .init(
            "the CPU's model", [.coreCount],
            "arch, cpu arch, cpu model, processor model, cpu type, processor type, type of cpu, kind of cpu, model of the cpu, intel, amd, ryzen, xeon, epyc, cpu brand, which cpu is, what cpu is, which processor, what processor, cpu name, architecture, x86, arm64, aarch64, instruction set, cpu flags, avx, 64 bit, 32 bit, cpu manufacturer, cpu vendor, lscpu, what cpu do, which cpu do, hyperthreading, smt, sockets does the cpu"
        ),
        .init(
            "sockets and caches of the CPU", [.coreCount],
            "cpu cache, l1 cache, l2 cache, l3 cache, cache misses, branch misses, ipc, instructions per second, instructions per cycle, microcode, tlb, numa, numa nodes, cpu sockets, cpu socket, flops"
        ),
        .init(
            "how many interrupts there are", [.cpuIRQ, .cpuSoftIRQ],
            "interrupts per sec, interrupts/s, interrupts per second, how many interrupts, number of interrupts, interrupt rate, interrupt count, irqs per second, interrupts a second"
        ),
        .init(
            "standard deviations (but means, highest and lowest values and percentiles)", [],
            "stddev, std dev, standard deviation, variance, sigma"),
        .init(
            "how much CPU time a process has used in all", [],
            "cpu seconds, cpu time has, cpu time did, cumulative cpu, accumulated cpu, total cpu time of"),
        .init("system calls", [.contextSwitches], "system calls, syscalls, syscall, system call"),
        // Memory
        .init(
            "dirty pages", [.memoryCached, .diskWrites],
            "dirty, writeback, dirty pages, write back, unflushed, unwritten"),
        .init(
            "huge pages", [.memoryUsed], "hugepages, hugepage, huge pages, huge page, transparent huge, thp"),
        .init(
            "how the kernel divides memory", [.memoryUsed],
            "slab, kernel memory, shared memory, shm, shmem, active memory, inactive memory, committed, overcommit, anonymous memory, mapped memory, memory fragmentation, fragmented, page tables, memory map, mlocked, vmalloc, commit limit, virtual memory size"
        ),
        .init(
            "the memory's hardware", [.memoryTotal],
            "ddr4, ddr5, ddr, ecc, dimm, dimms, memory speed, ram speed, memory slots, ram slots, memory type, ram type, type of ram, kind of ram, kind of memory, memory bandwidth, memory errors, memory modules, memory channels, memory latency, faulty ram"
        ),
        .init("zram and zswap", [.swapUsed], "zram, zswap, swappiness, swap partition or"),
        .init("entropy", [], "entropy, random pool, randomness, urandom"),
        // Disks
        .init(
            "the health of disks", [.diskBusy, .diskWait],
            "smart, bad sectors, bad blocks, disk health, health of the disk, health of the disks, ssd wear, wear level, wear leveling, disk wear, disk failing, drive failing, disk dying, drive dying, disk lifetime, tbw, disk temperature, drive temperature, disk errors, disk error, io errors, io error, read errors, write errors, ssd health, drive health, health of my disk, disk failure, disk age, disk broken, corrupted, corruption, fsck, is the disk dying"
        ),
        .init(
            "the queues of disks", [.diskWait],
            "disk queue, io queue, queue of the disk, disk queue length, average queue size, requests in flight, outstanding requests, queued requests"
        ),
        .init(
            "RAID, LVM and pools", [.diskUsed],
            "raid, mdadm, lvm, zfs, zpool, btrfs, pool degraded, array degraded, logical volume, rebuild, resync, degraded, stripe"
        ),
        .init(
            "the kind of disk", [.diskTotal],
            "disk model, ssd or, hdd or, is it an ssd, an ssd, a hdd, nvme or, rotational, disk type, type of disk, kind of disk, disk vendor, disk serial, disk firmware, io scheduler, scheduler, disk manufacturer, spinning disk, block size, partition table, partitions are there, how many partitions, disk encrypted, luks, full disk encryption"
        ),
        .init(
            "single files and folders", [.diskUsed],
            "largest files, biggest files, large files, big files, largest folder, biggest folder, largest directory, biggest directory, which folder, which directory, which directories, which folders, which files, what files, which file is, what file is, which file was, what file was, which file did, which one file, folder sizes, directory sizes, du, file count, how many files are in, how many files do, deleted files, recycle bin, trash, old files, home directory size, temp files, temporary files, size of the folder, size of the directory, what fills the disk, what is filling the disk, what takes up disk, what takes disk, what is taking up disk, what occupies the disk, using up disk space, what uses disk space, what is using disk space, what eats disk space, what is eating disk space, eats the disk space, eating my disk, eating up disk, core dumps, file size, file sizes, disk quota, disk quotas, user quota",
            but: "inode, inodes, open files, files are open"
        ),
        // Network
        .init(
            "packets per second", [.networkReceived, .networkSent],
            "packets per second, pps, packet rate, packets a second, how many packets, number of packets, packet count, packets per sec, packets received, packets sent, packets/s",
            but:
                "drop, dropped, drops, lost, loss, error, errors, second time, again, resent, retransmitted, twice"
        ),
        .init(
            "the speed of links", [.networkReceived, .networkSent],
            "link speed, duplex, mtu, nic speed, gigabit, 10g, mbit link, port speed, interface speed, line speed, network speed limit, cable, carrier, link up, link down, uplink speed, internet speed, speed test, speedtest, bandwidth limit, network capacity, max bandwidth, bandwidth of the link, available bandwidth"
        ),
        .init(
            "addresses and routes", [],
            "ip, ips, source ip, source ips, source address, source addresses, attacker, attackers, ip address, ip addresses, ipv4, ipv6, mac, mac address, gateway, subnet, netmask, routes, routing, routing table, default route, dns, dhcp, nameserver, resolv, arp, public ip, domain name, vlan, dns resolution",
            but: "ip link"
        ),
        .init(
            "delays of the network", [.retransmits],
            "ping, latency to, rtt, round trip, jitter, network latency, internet latency, google, reach the internet, internet connection, internet up, internet down, internet reachable, online access, traceroute, hops, internet working, internet ok, network delay, connected to the internet",
            but: "relay, relay's"
        ),
        .init(
            "UDP and other protocols", [.tcpEstablished],
            "udp, icmp, unix sockets, unix socket, multicast, sctp, quic, arp table, igmp, raw sockets"),
        .init(
            "other states of TCP connections", [.tcpEstablished, .tcpTimeWait],
            "close wait, closewait, close_wait, fin wait, fin_wait, syn recv, syn_recv, syn sent, syn flood, half open, last ack, tcp states, syn_sent, connections per state, connections by state, states of connections, syn backlog, connection states, resets, rst, tcp resets",
            but: "overflow, overflows"
        ),
        .init(
            "ports and who is behind a connection", [.tcpEstablished],
            "listening, listening ports, open ports, open port, ports open, port open, ports, port, who is connected to this, who connects, remote addresses, remote hosts, connected clients, client ips, which clients, from which ip, peers connected, which remote, sockets are listening, bound to, connected from, which countries, who is connected to the server, who is connected to the host, who is connected to my, ip addresses, ip address, which ip, what ip",
            but: "relay, network port, the relay"
        ),
        .init(
            "collisions", [.receiveErrors, .sendErrors],
            "collisions, collision, crc errors, frame errors, carrier errors"),
        .init(
            "WLAN, VPN and the like", [.networkReceived, .networkSent],
            "wifi, wlan signal, signal strength, bluetooth, vpn, wireguard tunnel, tunnel, 5g, lte, proxy"),
        .init(
            "the firewall", [.trackedConnections],
            "firewall, iptables, nftables, ufw, firewalld, blocked ips, fail2ban, selinux, apparmor",
            but: "conntrack, table"),
        // People and security
        .init(
            "who is logged in", [],
            "logged in, logged on, logins, login, who is on the server, who is on the machine, last login, ssh sessions, user sessions, who logged, users are on, which users, failed logins, login attempts, ssh attempts, brute force, users online, who else is on, who was on, active users, sudo usage, user accounts, how many users are on"
        ),
        .init(
            "attacks and weaknesses", [],
            "vulnerabilities, vulnerability, cve, cves, malware, virus, viruses, rootkit, hacked, hacking, hacker, hackers, hack, attacked, break in, broke in, broken into, compromised, intrusion, intruder, under attack, security, secure, backdoor, crypto miner, cryptominer, exploit, ransomware, breach, permissions, who changed",
            but: "messages, message, encrypted, conversation, chat"
        ),
        .init(
            "passwords and keys of the host", [],
            "password, passwords, ssh key, ssh keys, credentials, secrets, api key"),
        // Software
        .init(
            "services", [.processCount],
            "services, failed units, failed services, which services, systemd, units, unit failed, daemons, systemctl, service status, supervisor, pm2, crashed services, startup services, autostart, running services, enabled services",
            but: "sysmaint"
        ),
        .init(
            "containers and virtual machines", [.processCount],
            "containers, docker containers, pods, pod, kubernetes, k8s, kubectl, docker images, docker ps, virtual machines, vms, guests, hypervisor version, images, podman containers, compose, how many containers, container running, docker status, docker volumes, lxd"
        ),
        .init(
            "timers and jobs", [],
            "cron, crontab, cronjob, cronjobs, cron jobs, cron job, scheduled jobs, scheduled tasks, timers, scheduled job, nightly job, batch jobs, next job, job queue, print jobs"
        ),
        .init(
            "logs", [],
            "logs, log, journal, syslog, dmesg, journalctl, log file, log files, error log, kernel log, stack trace, kernel messages, log messages, errors in the log, kernel panic, segfault, segfaults, core dump, coredump",
            but: "gb, mb, tb, filesystem, mount, write ahead, write-ahead, wal"
        ),
        .init(
            "updates and packages", [],
            "updates, update available, upgrades, patches, patch level, packages, outdated, apt upgrade, security updates, reboot required, pending updates, update needed, up to date packages, last update, last updated, patched, restart required, installed software, software installed, package installed, needs updating, need updating, eol, end of life, is linux up to date, is the os up to date, is the kernel up to date"
        ),
        .init(
            "versions of programs", [],
            "version of nginx, version of postgres, version of python, which version of, what version of python, what version of nginx, php version, python version, java version, node version, mysql version, postgres version, nginx version, openssl version, docker version, glibc",
            but: "kernel, linux, sysmaint"),
        .init(
            "certificates", [],
            "certificate, certificates, tls expiry, ssl expiry, cert, certs, ssl certificate, tls certificate, letsencrypt, ssl"
        ),
        .init(
            "backups", [],
            "backup, backups, snapshot, snapshots, backed up, restore point, last backup, replication, replicas, replica lag",
            but: "filesystem, mount, full, free, gb, tb"),
        .init(
            "requests to web and database servers", [.networkReceived, .networkSent],
            "requests per second, requests per sec, requests a second, requests per minute, http requests, http errors, 5xx, 4xx, status codes, http status, 500s, 404s, 500 errors, 502 errors, 503 errors, 500 responses, requests per sec, http codes, 404 errors, page load, response time, response times, queries, queries per second, slow queries, query time, hits, visitors, visitor, page views, qps, rps, transactions, database size, database connections, db connections, error rate, http, https, website, web site, web traffic, url, web requests, api calls, api latency, apdex, users on the site, deadlocks, slow query, request rate",
            but:
                "rx, tx, nic, interface, packet, packets, network, disk, io, slow, relay, llm, model, retransmit, retransmissions, tcp"
        ),
        .init(
            "players, customers and orders", [.tcpEstablished],
            "players, customers online, customers connected, players online, sales, orders, revenue, turnover, bookings, appointments, tickets are open, subscribers, downloads of, viewers, listeners",
            but: "is it, why, lag, slow, complain, complains, complaining, say, are saying, anything"
        ),
        .init(
            "queries of databases", [.cpuBusy, .diskReads, .diskWrites],
            "slow queries, slow query, query log, long running queries, locked tables, table locks, deadlocks, cache hit ratio, buffer pool, query plan, index usage"
        ),
        .init(
            "mail and printers", [],
            "mail queue, emails, email queue, mails, spam, smtp, printer, printers, postfix queue, mailbox"),
        // Machine
        .init(
            "GPUs", [],
            "gpu, gpus, vram, cuda, nvidia, graphics, graphics card, video card, video memory, tpu"),
        .init(
            "fans, power and batteries", [.temperature],
            "fan, fans, fan speed, rpm, battery, ups, voltage, volts, power consumption, watt, watts, energy, electricity, power supply, psu, power draw, power usage, amps, charging, power used, co2, carbon"
        ),
        .init(
            "the room and the weather", [.temperature],
            "humidity, room temperature, ambient temperature, weather, outside, ambient, air temperature"),
        .init(
            "the maker of the machine and where it stands", [],
            "serial number, serial, bios, uefi, firmware, motherboard, mainboard, manufacturer, vendor, hardware model, model of the machine, model of the server, rack, location, located, data center, datacenter, where is the server, where is the machine, where is this, where is it, physical location, country, region, owner, who owns, cloud provider, aws, azure, instance type, price of the server, asset tag, warranty, which provider, how old is the machine, how old is the server, how old is the hardware, machine old"
        ),
        .init(
            "what the machine costs", [],
            "server cost, machine cost, host cost, vm cost, box cost, server costs, machine costs, hosting cost, hosting costs, hosting bill, hosting fee, cost of the server, cost of the machine, cost of the host, cost of this server, cost of this machine, cost of hosting, costs of hosting, rent, cloud bill, cloud costs, cloud cost, electricity bill, hardware cost, hardware costs"
        ),
        .init(
            "PCI and USB devices", [],
            "usb, pci, usb devices, pci devices, lspci, lsusb, webcam, sound card, attached devices, usb stick, external drive"
        ),
        .init(
            rightnessOfClock, [],
            "ntp, chrony, timesync, clock drift, clock skew, in sync, time sync, clock synced, clock synchronized, clock synchronised, clock offset, time synchronized, time synchronised, clock accurate, clock correct, clock right, clock wrong, clock off, time correct, time server, clock in sync, ptp, synced",
            but: "file, files, disk, disks"
        ),
        .init("the host's time zone", [], "timezone, time zone, timezones, dst, daylight saving, which zone"),
        .init("the language and locale", [], "locale, keyboard layout, system language, charset, encoding"),
        // Processes
        .init(
            "the owner, command line and age of a process", [.processCount],
            "command line, cmdline, arguments of, parent process, process tree, pstree, parent of, child processes, children of, which user runs, who runs, who started, who launched, running as root, as root, priority of, nice value of, start time of process, for the longest time, running longest, running the longest, oldest process, been up the longest, when was process, when did process, how old is process, how long has process, environment variables, working directory, uid, run by root, processes by user, processes per user, per user, by user, started by, which user, whose process, whose processes"
        ),
        .init(
            "sleeping processes", [.processCount, .runningProcesses],
            "sleeping processes, processes are sleeping, processes sleeping, processes are idle, idle processes, processes sleep, stopped processes, stopped ones, processes are stopped, stopped process, suspended process, suspended processes, paused process, ctrl-z, ctrl z"
        ),
        .init(
            "single states of TCP connections but two", [.tcpEstablished, .tcpTimeWait],
            "close_wait, close wait, closewait, syn_sent, syn sent, syn_recv, syn recv, fin_wait, fin wait, last_ack, half closed, half open, stuck sockets, sockets stuck, listening sockets"
        ),
        .init(
            "where traffic comes from", [.networkReceived, .networkSent],
            "loopback, localhost traffic, local traffic, from outside, from the outside, talking to itself, local or remote, internal or external, from the internet or, who connects"
        ),
        .init(
            "as which user a process runs", [],
            "what user runs, which user runs, what user is running, which user is running, who runs it, owner of the process, owner of that process, who owns it, who owns that process, who owns this process, runs as, running as root, runs it as, under which user, under what user, which account runs, what user does it, which user does it, whose process is, user owns, what user owns, which user owns"
        ),
        .init(
            "which process started another", [],
            "parent, parents, parent process, ppid, child processes, children of, process tree, who started the, who spawned the, which process started, which process spawned",
            but: "how many"
        ),
        .init(
            "threads of one process", [.threads],
            "threads does, threads per process, threads of process, with most threads, with the most threads, has most threads, has the most threads, threads by process, most open files, open files does, open files per process",
            but: "core, cores, cpu, cpus, processor"
        ),
    ]
}

extension QuestionReader {
    /// "Interrupts?": how many there are, not the time that they take.
    mutating func readInterrupts() -> Bool {
        let linking: Set = ["and", "same", "for", "the", "of", "about", "what", "how"]
        guard words.plain.filter({ !linking.contains($0) }) == ["interrupts"] else { return false }
        set(.unmeasured, .topic(.absent("how many interrupts there are", nearest: [.cpuIRQ, .cpuSoftIRQ])))
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
        set(.unmeasured, .topic(.absent(found.thing, nearest: found.nearest)))
        question.window = nil
        question.statistic = .now
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
