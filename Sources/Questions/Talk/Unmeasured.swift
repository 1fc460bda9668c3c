import MaintenanceAPI
import Values

/// What people ask for that no reading holds: the words for it, how an answer calls it, and the figures that come nearest.
struct Unmeasured {
    let thing: String
    let nearest: [Gauge]
    /// Words of which one must stand in the question; a phrase has blanks.
    let words: [String]
    /// Words that mean nothing else, wherever they stand.
    let plainly: [String]
    /// Words that make it a question about something else.
    let but: [String]

    private init(
        _ thing: String, _ nearest: [Gauge] = [], _ words: String = "", plainly: String = "",
        but: String = ""
    ) {
        self.thing = thing
        self.nearest = nearest
        self.plainly = Self.phrases(plainly)
        self.words = Self.phrases(words) + self.plainly
        self.but = Self.phrases(but)
    }

    /// The phrases of a list with commas.
    private static func phrases(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.split(separator: " ").joined(separator: " ") }
    }

    static let stateOfLinks = "whether links are up and how fast they are"
    static let rightnessOfClock = "whether the host's clock is right"

    static let all: [Unmeasured] = [
        // CPU
        .init(
            "the CPU's frequency", [.cpuBusy],
            "frequency, mhz, ghz, clock speed, clock rate, turbo, cpu speed, clocked, processor speed, cpu governor, governor, scaling governor, underclocked, clock frequency, overclocked"
        ),
        .init(
            "the CPU's model", [.coreCount],
            "cpu model, processor model, cpu type, processor type, type of cpu, kind of cpu, model of the cpu, intel, amd, ryzen, xeon, epyc, cpu brand, which cpu is, what cpu is, which processor, what processor, cpu name, instruction set, cpu flags, avx, cpu manufacturer, cpu vendor, lscpu, what cpu do, which cpu do, hyperthreading, smt, sockets does the cpu",
            plainly:
                "cpu model, processor model, model of the cpu, model of the processor, intel or amd, amd or intel, intel or an amd, hyperthreads, hyperthreading, physical cores"
        ),
        .init(
            "sockets and caches of the CPU", [.coreCount],
            "cpu cache, l1 cache, l2 cache, l3 cache, cache misses, branch misses, ipc, instructions per second, instructions per cycle, microcode, tlb, numa, numa nodes, cpu sockets, cpu socket, flops"
        ),
        .init(
            "how many interrupts there are", [.cpuIRQ, .cpuSoftIRQ],
            "interrupts per sec, interrupts/s, interrupts per second, how many interrupts, number of interrupts, interrupt rate, interrupt count, irqs per second, interrupts a second",
            plainly:
                "interrupts per sec, interrupts/s, irqs per sec, interrupts per second, irqs per second, interrupts each second, interrupts every second, interrupts a second, interrupt rate, rate of interrupts, irq rate, number of interrupts, how many interrupts, how many irqs, irqs/s, irq count, interrupt count"
        ),
        .init(
            "standard deviations (but means, highest and lowest values and percentiles)", [],
            "stddev, std dev, standard deviation, variance, sigma",
            plainly:
                "stddev, standard deviation"
        ),
        .init(
            "how much CPU time a process has used in all", [],
            "cpu seconds, cpu time has, cpu time did, cumulative cpu, accumulated cpu, total cpu time of",
            plainly:
                "cpu seconds, cpu time has"
        ),
        .init("system calls", [.contextSwitches], "system calls, syscalls, syscall, system call"),
        // Memory
        .init(
            "dirty pages", [.memoryCached, .diskWrites],
            "dirty, writeback, dirty pages, write back, unflushed, unwritten",
            plainly:
                "dirty pages, dirty memory, dirty data, unwritten data, not yet written, waiting to be written, still to be written, yet to be written, pending writes, waits to be written, waiting to be flushed, waiting for writeback, unflushed data"
        ),
        .init(
            "huge pages", [.memoryUsed], "hugepages, hugepage, huge pages, huge page, transparent huge, thp"),
        .init(
            "how the kernel divides memory", [.memoryUsed],
            "slab, kernel memory, shared memory, shm, shmem, active memory, inactive memory, committed, overcommit, anonymous memory, mapped memory, memory fragmentation, fragmented, page tables, memory map, mlocked, vmalloc, commit limit, virtual memory size",
            plainly:
                "slab, slabs, committed memory, committed_as, commited memory, memory is committed, memory committed, commit limit, overcommit, overcommitted, shared memory, memory is shared, memory shared, anon, anonymous memory, anonymous or file, file backed, file-backed, page tables, active memory, inactive memory, kernel memory, shmem, vmalloc, active and inactive, active vs inactive",
            but: "how many, conversation, hypervisor, neighbours, neighbors, steal"
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
            "disk queue, io queue, queue of the disk, disk queue length, average queue size, requests in flight, outstanding requests, queued requests",
            plainly:
                "disk queue depth, queue depth of, queue depth on, average queue depth, avg queue depth, io queue depth, queue of the disk, queue of the disks, disk queue, disk's queue, avgqu-sz, aqu-sz, avgqu, aqu, queue size of the disk, queue length of the disk, io queue, disk queue length, queued disk requests, requests in flight, disk queues, queue on the disk",
            but: "relay, listen, message, messages, run queue"
        ),
        .init(
            "RAID, LVM and pools", [.diskUsed],
            "raid, mdadm, lvm, zfs, zpool, btrfs, pool degraded, array degraded, logical volume, rebuild, resync, degraded, stripe"
        ),
        .init(
            "the kind of disk", [.diskTotal],
            "disk model, ssd or, hdd or, is it an ssd, an ssd, a hdd, nvme or, rotational, disk type, type of disk, kind of disk, disk vendor, disk serial, disk firmware, io scheduler, scheduler, disk manufacturer, spinning disk, block size, partition table, partitions are there, how many partitions, disk encrypted, luks, full disk encryption",
            plainly:
                "ssd or, hdd or, or hdd, or ssd, or a spinning, or spinning, spinning disk, spinning rust, an ssd, rotational, kind of disk, type of disk, disk type, kind of storage, type of storage, which kind of disk, nvme or, or nvme, sata or, or sata, ssds or",
            but: "mean, means, util"
        ),
        .init(
            "single files and folders", [.diskUsed],
            "largest files, biggest files, large files, big files, largest folder, biggest folder, largest directory, biggest directory, which folder, which directory, which directories, which folders, which files, what files, which file is, what file is, which file was, what file was, which file did, which one file, folder sizes, directory sizes, du, file count, how many files are in, how many files do, deleted files, recycle bin, trash, old files, home directory size, temp files, temporary files, size of the folder, size of the directory, what fills the disk, what is filling the disk, what takes up disk, what takes disk, what is taking up disk, what occupies the disk, using up disk space, what uses disk space, what is using disk space, what eats disk space, what is eating disk space, eats the disk space, eating my disk, eating up disk, core dumps, file size, file sizes, disk quota, disk quotas, user quota",
            but: "inode, inodes, open files, files are open"
        ),
        // Network
        .init(
            "how many packets pass", [.networkReceived, .networkSent],
            "packets per second, pps, packet rate, packets a second, how many packets, number of packets, packet count, packets per sec, packets received, packets sent, packets/s",
            plainly:
                "packets per second, packets per sec, packet rate, packets/s, packets a second, packets each second, how many packets, number of packets, packet count, pps, rx packets, tx packets, packets total, packets in total, packets and bytes, packets received, packets sent",
            but:
                "drop, dropped, drops, lost, loss, lose, loses, losing, discarded, error, errors, second time, again, resent, retransmitted, twice"
        ),
        .init(
            stateOfLinks, [.networkReceived, .networkSent],
            "link speed, duplex, mtu, nic speed, gigabit, 10g, mbit link, port speed, interface speed, line speed, network speed limit, cable, carrier, link up, link down, uplink speed, internet speed, speed test, speedtest, bandwidth limit, network capacity, max bandwidth, bandwidth of the link, available bandwidth",
            plainly:
                "link speed, speed of the link, speed of eth0, link state, state of the link, link up, link is up, link down, carrier, duplex, mtu, line rate, gigabit, nic speed, saturated is the nic, nic saturated, nic at its limit, cable, plugged in, negotiated speed, interface speed, bandwidth of the link, speed does it run at, speed does the nic, speed of the nic, speed of the interface",
            but: "message, relay"
        ),
        .init(
            "addresses and routes", [],
            "ip, ips, source ip, source ips, source address, source addresses, attacker, attackers, ip address, ip addresses, ipv4, ipv6, mac, mac address, gateway, subnet, netmask, routes, routing, routing table, default route, dns, dhcp, nameserver, resolv, arp, public ip, domain name, vlan, dns resolution",
            plainly:
                "ip address, which ip, what ip, loopback",
            but: "ip link"
        ),
        .init(
            "delays of the network", [.retransmits],
            "ping, latency to, rtt, round trip, jitter, network latency, internet latency, google, reach the internet, internet connection, internet up, internet down, internet reachable, online access, traceroute, hops, internet working, internet ok, network delay, connected to the internet",
            but: "relay, relay's"
        ),
        .init(
            "UDP and other protocols", [.tcpEstablished],
            "udp, icmp, unix sockets, unix socket, multicast, sctp, quic, arp table, igmp, raw sockets",
            plainly:
                "udp, icmp"
        ),
        .init(
            "other states of TCP connections", [.tcpEstablished, .tcpTimeWait],
            "close wait, closewait, close_wait, fin wait, fin_wait, syn recv, syn_recv, syn sent, syn flood, half open, last ack, tcp states, syn_sent, connections per state, connections by state, states of connections, syn backlog, connection states",
            plainly:
                "syn_sent, syn_recv, fin_wait, close_wait, close wait, closewait, close-wait",
            but: "overflow, overflows"
        ),
        .init(
            "ports and who is behind a connection", [.tcpEstablished],
            "listening, listening ports, open ports, open port, ports open, port open, ports, port, who is connected to this, who connects, remote addresses, remote hosts, connected clients, client ips, which clients, from which ip, peers connected, which remote, bound to, connected from, which countries, who is connected to the server, who is connected to the host, who is connected to my, ip addresses, ip address, which ip, what ip",
            plainly:
                "listening ports, ports are listening, listening on, anyone connected, anybody connected, someone connected, somebody connected, who is connected, who connected",
            but: "relay, network port, the relay, queue, overflow, overflows, listen queue"
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
        .init(
            "how many connections are reset", [.tcpEstablished],
            plainly:
                "resets, rst, connections reset, connection reset, connections were reset, were connections reset, reset connections, tcp resets"
        ),
        .init(
            "how many sockets listen", [.tcpEstablished],
            plainly:
                "listening sockets, sockets are listening, sockets listening, sockets listen, sockets in listen, are in listen, in listen state, listen state"
        ),
        .init(
            "TCP's congestion control", [.retransmits],
            plainly:
                "congestion control, congestion algorithm, congestion avoidance, bbr, cubic, tcp algorithm"),
        .init(
            "the wait of reads and of writes apart", [.diskWait],
            plainly:
                "write latency, read latency, latency of reads, latency of writes, latency for reads, latency for writes, read and write latency, read vs write latency, write wait, read wait, r_await, w_await, await for reads, await for writes, read latencies, write latencies, read and write separately, latency of a read, latency of a write, latency of read, latency of write",
            but: "relay"),
        .init(
            "how many processes there may be", [.processCount],
            plainly:
                "pid limit, pid max, pid_max, max pids, maximum pid, limit of pids, process limit, limit of processes, ulimit, nproc limit, pids limit, pids are left, pids left"
        ),
        .init(
            "what single control groups use", [.cpuBusy, .memoryUsed],
            plainly:
                "which cgroup, cgroups which, which control group, which container uses, which container eats, which container takes, per container, by container, per cgroup, by cgroup, each container, cpu of each container, containers use most, container use most, cgroup eats, cgroup uses"
        ),
        .init(
            "crashes of programs", [.oomKills],
            plainly:
                "something crash, something crashed, anything crash, anything crashed, program crash, program crashed, programs crash, programs crashed, process crash, process crashed, processes crash, processes crashed, service crash, service crashed, services crash, app crash, app crashed, application crash, application crashed, any crashes, any crash, crashes, crash reports, crashed recently, core dump, core dumps, segfault, segfaults, coredump, crashed lately, crashed programs",
            but:
                "restart, restarted, rebooted, server, host, machine, box, vm, computer, kernel, system, reboot, why, when"
        ),
        .init(
            "deployments", [],
            plainly:
                "who deployed, deployed last, deployed today, deployed yesterday, deploy today, deploy yesterday, deployed what, last deployment, latest deployment, last deploy, last release, was deployed, were deployed, got deployed, been deployed, did we deploy, did they deploy, did someone deploy, did somebody deploy, did anyone deploy, team deploy, deployments today, deployments were, how many deployments, which release, git commit, pipeline, rolled out, rollout"
        ),
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
            plainly:
                "failed units, failed services, which services",
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
            plainly:
                "journalctl, kernel log, kernel logs, dmesg, syslog, read my log, see my log, read the logs, see the logs, look into the logs, look into my logs, log errors, errors in the logs, error log, system log, system logs, log file show, logs say, logs show, in /var/log/syslog, /var/log/messages, log messages, logged errors, errors logged, stack trace, kernel messages",
            but:
                "gb, mb, tb, filesystem, mount, write ahead, write-ahead, wal, size, how big, full, delete, rotate, clear, clean"
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
            plainly:
                "reach my website, reach my site, visited my, visited the, visits, visitors, visitor, page views, pageviews, popular pages, pages are the most, most popular, api latency, http requests, http errors, 5xx, latency of my api, latency of the api, response time of my, requests per second",
            but:
                "rx, tx, nic, interface, packet, packets, network, disk, io, slow, relay, llm, model, retransmit, retransmissions, tcp, why, disk, cpu, memory, tell me about"
        ),
        .init(
            "players, customers and orders", [.tcpEstablished],
            "players, customers online, customers connected, players online, sales, orders, revenue, turnover, bookings, appointments, tickets are open, subscribers, downloads of, viewers, listeners",
            but: "is it, why, lag, slow, complain, complains, complaining, say, are saying, anything"
        ),
        .init(
            "queries of databases", [.cpuBusy, .diskReads, .diskWrites],
            "slow queries, slow query, query log, long running queries, locked tables, table locks, deadlocks, cache hit ratio, buffer pool, query plan, index usage",
            plainly:
                "database query, database queries, sql query, sql queries, query slow, queries slow, query times, slow query"
        ),
        .init(
            "mail and printers", [],
            "mail queue, emails, email queue, mails, spam, smtp, printer, printers, postfix queue, mailbox"),
        // Machine
        .init(
            "GPUs", [],
            "gpu, gpus, vram, cuda, nvidia, graphics, graphics card, video card, video memory, tpu",
            plainly:
                "vram, video memory"
        ),
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
            "server cost, machine cost, host cost, vm cost, box cost, server costs, machine costs, hosting cost, hosting costs, hosting bill, hosting fee, cost of the server, cost of the machine, cost of the host, cost of this server, cost of this machine, cost of hosting, costs of hosting, rent, cloud bill, cloud costs, cloud cost, electricity bill, hardware cost, hardware costs",
            plainly:
                "server cost, servers cost, machine cost, box cost, host cost, vm cost, costs this server, costs the server, costs this machine, costs this box, server per month, machine per month, box per month, server a month, machine a month, hosting bill, hosting cost, hosting costs, rent for this, price of the server, price of this, cost of the server, cost of this server, cost of this machine, costs of the server"
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
            "command line, cmdline, arguments of, parent process, process tree, pstree, parent of, child processes, children of, which user runs, who runs, who started, who launched, running as root, as root, priority of, nice value of, start time of process, for the longest time, running longest, running the longest, oldest process, been up the longest, when was process, when did process, how old is process, how long has process, environment variables, working directory, uid, run by root, processes by user, processes per user, per user, by user, started by, which user, whose process, whose processes",
            plainly:
                "for the longest time, running longest, running the longest, oldest process, been up the longest"
        ),
        .init(
            "sleeping processes", [.processCount, .runningProcesses],
            "sleeping processes, processes are sleeping, processes sleeping, processes are idle, idle processes, processes sleep, stopped processes, stopped ones, processes are stopped, stopped process, suspended process, suspended processes, paused process, ctrl-z, ctrl z",
            plainly:
                "stopped ones, stopped processes, stopped process, suspended process, ctrl-z, ctrl z, paused process"
        ),
        .init(
            "single states of TCP connections but two", [.tcpEstablished, .tcpTimeWait],
            "close_wait, close wait, closewait, syn_sent, syn sent, syn_recv, syn recv, fin_wait, fin wait, last_ack, half closed, half open, stuck sockets, sockets stuck"
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
