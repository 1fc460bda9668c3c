extension String {
    /// As a parser is handed them: a slice that begins somewhere inside a larger buffer, as a reused one
    /// would.
    package var bytes: ArraySlice<UInt8> {
        ArraySlice([0xFF, 0x0A] + Array(utf8) + [0x39, 0x39]).dropFirst(2).dropLast(2)
    }
}

extension [String: String] {
    /// The file of that name, as a parser is handed it; empty where there is none.
    package func bytes(_ name: String) -> ArraySlice<UInt8> { self[name, default: ""].bytes }
}

/// What kernels of several ages write, by the name of the file. Made by hand after their documentation.
package enum KernelFiles {
    /// Linux 2.6.10: no steal, no guest, no `MemAvailable`, `net/dev` without space behind the colon.
    package static let linux2_6: [String: String] = [
        "stat": """
        cpu  10132153 290696 3084719 46828483 16683 0 25195
        cpu0 5066076 145348 1542359 23414241 8341 0 12597
        cpu1 5066077 145348 1542360 23414242 8342 0 12598
        intr 114930548 113199788 3 0 5 263 0 4 0 0 0 0 0 0
        ctxt 115315
        btime 1062191376
        processes 2915
        procs_running 1
        procs_blocked 0

        """,
        "loadavg": "0.20 0.18 0.12 1/80 11206\n",
        "uptime": "350735.47 234388.90\n",
        "meminfo": """
        MemTotal:       515988 kB
        MemFree:         44196 kB
        Buffers:         24396 kB
        Cached:         244856 kB
        SwapCached:          0 kB
        SwapTotal:      979956 kB
        SwapFree:       979900 kB
        Dirty:               0 kB

        """,
        "vmstat": "nr_dirty 0\npgpgin 1\npswpin 12\npswpout 34\npgfault 56\npgmajfault 78\n",
        "diskstats": """
           8    0 sda 446216 784926 9550688 4382310 424847 312726 5922052 19310380 0 3376340 23705160
           8    1 sda1 35486 38030 38030 38030

        """,
        "net/dev": """
        Inter-|   Receive                                                |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
            lo: 2776770   11307    0    0    0     0          0         0  2776770   11307    0    0    0     0       0          0
          eth0:1215645    2751    1    2    0     0          0         0  1782404    4324    3    4    0   427       0          0

        """,
        "sys/fs/file-nr": "1632\t0\t51528\n",
    ]

    /// Linux 5.4 on a server with two disks in a volume, a bond and sensors.
    package static let linux5_4: [String: String] = [
        "stat": """
        cpu  4705 356 584 3699 23 23 0 10 7 2
        cpu0 1393280 32966 572056 13343292 6130 0 17875 0 23933 0
        cpu1 1393281 32967 572057 13343293 6131 0 17876 0 23934 0
        cpu3 1393283 32969 572059 13343295 6133 0 17878 0 23936 0
        intr 199292 0 0 0 0 0 0 0
        ctxt 38014093
        btime 1592000000
        processes 26442
        procs_running 3
        procs_blocked 2
        softirq 5057579 250191 1481983 1647 211099 186066 0 1783454 622196 12499 508444

        """,
        "loadavg": "3.75 2.50 1.25 3/612 26442\n",
        "uptime": "4711.08 18000.12\n",
        "meminfo": """
        MemTotal:       16384000 kB
        MemFree:         1024000 kB
        MemAvailable:    8192000 kB
        Buffers:          204800 kB
        Cached:          6144000 kB
        SwapTotal:             0 kB
        SwapFree:              0 kB
        HugePages_Total:       0

        """,
        "vmstat": "nr_free_pages 1\npswpin 0\npswpout 0\npgmajfault 9001\noom_kill 2\n",
        "diskstats": """
           8       0 sda 1000 10 80000 500 2000 20 160000 1500 0 700 2000 5 6 7 8
           8       1 sda1 900 10 70000 400 1900 20 150000 1400 0 600 1800 0 0 0 0
           8      16 sdb 100 1 8000 50 200 2 16000 150 0 70 200 0 0 0 0
         253       0 dm-0 1100 0 88000 550 2200 0 176000 1650 0 770 2200 0 0 0 0
           7       0 loop0 5 0 10 0 0 0 0 0 0 0 0 0 0 0 0

        """,
        "net/dev": """
        Inter-|   Receive                                                |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
            lo: 5000 50 0 0 0 0 0 0 5000 50 0 0 0 0 0 0
        enp1s0: 100000 100 1 2 0 0 0 0 200000 200 3 4 0 0 0 0
        enp2s0: 10 1 0 0 0 0 0 0 20 1 0 0 0 0 0 0
         bond0: 100010 101 1 2 0 0 0 0 200020 201 3 4 0 0 0 0

        """,
        "net/snmp": """
        Ip: Forwarding DefaultTTL
        Ip: 2 64
        Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors
        Tcp: 1 200 120000 -1 15 2 0 0 42 3807 2233 17 0 4 0
        Udp: InDatagrams
        Udp: 31

        """,
        "net/netstat": """
        TcpExt: SyncookiesSent ListenOverflows ListenDrops
        TcpExt: 1 7 8
        IpExt: InNoRoutes
        IpExt: 0

        """,
        "net/sockstat": "sockets: used 28\nTCP: inuse 5 orphan 0 tw 9 alloc 7 mem 1\nUDP: inuse 0 mem 0\n",
        "sys/fs/file-nr": "3200\t0\t1610374\n",
        "pressure/cpu": "some avg10=12.50 avg60=3.25 avg300=1.00 total=124876417\n",
        "pressure/memory": """
        some avg10=1.00 avg60=0.50 avg300=0.10 total=10
        full avg10=0.75 avg60=0.25 avg300=0.05 total=5

        """,
        "pressure/io": """
        some avg10=0.00 avg60=0.38 avg300=0.55 total=16582679
        full avg10=0.00 avg60=0.33 avg300=0.45 total=14261565

        """,
        "sys/kernel/hostname": "db-7\n",
        "sys/kernel/osrelease": "5.4.0-100-generic\n",
        "sys/kernel/random/boot_id": "4c6a3c2e-1a6e-4a0e-9f61-0d6a2f5e1f10\n",
        "self/statm": "732 438 409 6 0 89 0\n",
    ]
}
