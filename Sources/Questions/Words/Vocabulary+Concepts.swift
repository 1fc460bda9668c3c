extension Vocabulary {
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
        "network": "network internet uplink connectivity net networking lan wan ethernet",
        "traffic": "traffic throughput bandwidth data_rate",
        "interface": "interface nic network_card iface",
        "read": "read",
        "write": "write writing written",
        "received":
            "received receive receiving incoming inbound ingress rx download downloaded downloading came_in comes_in coming_in come_in going_in goes_in network_in net_in traffic_in bytes_in",
        "sent":
            "sent send sending outgoing outbound egress tx upload uploaded uploading transmitted transmit transmitting transmits went_out goes_out going_out leave_our leaves_our leaving_our leave_the_network leaves_the_network leaving_the_network network_out net_out traffic_out bytes_out",
        "load": "load loadavg ldavg load_average load_avg system_load",
        "pressure": "pressure psi stall stalled stalling pressure_stall_information",
        "iowait":
            "iowait io_wait wa waiting_for_disk waiting_for_io wait_for_disk wait_for_io waits_for_disk waiting_on_disk wait_on_disk waits_for_io waiting_on_io wait_for_the_disk wait_for_disks waiting_for_disks waits_for_disks waiting_for_the_disk wait_on_io",
        "steal":
            "steal steals stolen stealing cheat cheats cheating cheated hoster hypervisor taking_away taken_away takes_away take_away noisy_neighbour noisy_neighbor neighbour neighbor st",
        "idle": "idle idling idleness",
        "usertime": "userland userspace user_space user_time usr user_mode",
        "program": "program application app",
        "kerneltime":
            "kernel_time system_time system_mode kernel_mode kernel_space sys in_the_kernel in_kernel cpu_system system_cpu kernel_cpu",
        "nice": "nice niced niceness renice reniced",
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
        "full": "full fullest filled fills fill filling fuller fullness",
        "inode": "inode",
        "readonly": "readonly read_only ro mounted_ro",
        "hung": "hung hanging hang hangs stuck stale_mount",
        "nfs": "nfs nas smb cifs",
        "iops":
            "iops io_operation io_operations ops_per_second disk_operation disk_ops io_ops io_requests read_operations write_operations",
        "io": "io i_o disk_io",
        "latency": "latency await delay response_time respond_time roundtrip",
        "drop": "drop dropped dropping",
        "loss": "loss packet_loss lose loose losing lost",
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
            "open_file filefd file_descriptor fd fds files_can_be_open file_handle open_handle lsof descriptor open_fd files_open filehandle handles files_are_open files_open_now open_files file_handles file_descriptors",
        "filesatmost": "files_at_most_open files_open_at_most filefd_maximum filefd_max",
        "uninspected": "not_looked_at uninspected",
        "limit": "limit maximum_number at_most",
        "process": "process task ps proces proc procs",
        "thread": "thread",
        "zombie": "zombie zombies defunct",
        "blocked": "blocked uninterruptible d_state in_d d_sleep state_d",
        "runnable": "runnable run_queue run_queue_length state_r on_the_cpu r_state runqueue on_cpu",
        "forkrate":
            "fork_rate forks_per_second fork forking process_creation new_process new_procs new_proc procs_started process_start processes_per_second new_processes process_churn churn processes_started processes_are_started started_processes process_starts processes_start spawned spawning processes_get_started",
        "cgroup": "cgroup control_group container docker",
        "throttle": "throttled throttling throttle",
        "temperature":
            "temperature temp hot warm heat overheating hottest thermal thermals celsius degree degrees warmest overheat overheated hotter cool temps cooling_down too_hot sensor toasty roasting boiling cooking melting scorching sizzling",
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
            "anomaly anomalous unusual strange odd weird abnormal out_of_the_ordinary irregular irregularities spike spiked spikes suspicious happen happened happening incident event peculiar blip blips outlier outliers hiccup something_off anything_off finding findings incidents events anomalies oddities",
        "change": "change changed changing different difference new_since whats_new new changes altered",
        "flood": "flood flooded flooding ddos dos_attack attacked",
        "slow":
            "slow slower slowly sluggish lag laggy lagging slowness take_so_long takes_so_long taking_so_long takes_ages take_ages took_ages taking_ages take_forever takes_forever taking_forever so_long crawl crawling unresponsive slowed snail frozen freezes freeze freezing froze jerky choppy stutters stuttering timeouts time_outs timing_out times_out timed_out",
        "overloaded":
            "overloaded under_heavy_load struggling overload stressed heavy_load under_load overwhelmed under_stress at_its_limit at_the_limit",
        "bottleneck":
            "bottleneck limiting_factor saturated saturation io_bound cpu_bound disk_bound what_limits what_resource memory_bound network_bound which_resource constrained constraint limits_this limits_us limiting_us limits_the scarce_resource limiting_resource limiting",
        "health":
            "status stats state health summary overview report sitrep health_check checkup condition situation vitals rundown",
        "host": "host machine server box system node computer vm instance everything things all",
        "trouble":
            "wrong problem trouble issue broken alert alarm warning critical worry worried concern fire attention bad fix sick panic risk threat failing failed failure unhealthy down danger dangerous alarming worrying worrisome complain complaints troubling ill red faulty",
        "fine":
            "ok okay fine well good healthy green alright normal great sound stable happy safe under_control in_order good_shape in_shape all_right smoothly smooth alive acceptable tolerable reasonable bearable harmless in_line within_limits sane adequate",
        "pid": "pid process_id",
        "hog":
            "hog hogging hogs eating eats eat uses_most using_most consumer consuming consumes hungry hungriest greediest busiest greedy consume heaviest devouring chewing offender culprit hogged takes_most biggest_user footprint burning burns gobbling",
        "busy":
            "busy busier usage utilization utilisation util used use using utilized utilize utilizing load_percent percent percentage % loaded consumption",
        "growth": "growth growing grow grows grown rate_of_growth growth_rate",
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
}
