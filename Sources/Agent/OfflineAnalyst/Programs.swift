/// What well-known programs are, by the names of their processes.
enum Programs {
    /// A phrase that goes on from "is"; nil for a name that is not known.
    static func meaning(of name: String) -> String? {
        let name = name.lowercased()
        if let meaning = meanings[name] { return meaning }
        // "php-fpm8.2", "python3".
        let plain = name.prefix { !$0.isNumber }
        return meanings[String(plain)] ?? (name.hasPrefix("kworker") ? "a worker of the kernel" : nil)
    }

    private static let meanings: [String: String] = [
        "cc1": "GCC's compiler of C", "cc1plus": "GCC's compiler of C++", "gcc": "the GNU compiler",
        "g++": "the GNU compiler of C++", "clang": "a compiler of C and C++", "rustc": "the compiler of Rust",
        "ld": "the linker", "make": "a build tool", "ninja": "a build tool", "javac": "the compiler of Java",
        "java": "a program on the Java virtual machine", "python": "a program in Python",
        "node": "a program in JavaScript (Node.js)", "ruby": "a program in Ruby", "perl": "a program in Perl",
        "php": "a program in PHP", "php-fpm": "PHP for a web server", "nginx": "a web server",
        "apache": "a web server", "httpd": "a web server", "caddy": "a web server",
        "haproxy": "a load balancer",
        "postgres": "the PostgreSQL database", "mysqld": "the MySQL database",
        "mariadbd": "the MariaDB database",
        "mongod": "the MongoDB database", "redis-server": "the Redis database",
        "memcached": "a cache in memory",
        "dockerd": "Docker's daemon", "containerd": "a runtime of containers",
        "kubelet": "the node agent of Kubernetes",
        "systemd": "the service manager, the first process",
        "systemd-journald": "the daemon of the system's log",
        "sshd": "the server of SSH", "cron": "the daemon that starts jobs at set times",
        "rsync": "a copier of files",
        "gzip": "a compressor", "bzip": "a compressor", "xz": "a compressor", "zstd": "a compressor",
        "tar": "an archiver", "dd": "a copier of raw data", "ffmpeg": "a converter of video and audio",
        "chromium": "a web browser", "firefox": "a web browser", "qemu-system-x": "a virtual machine",
        "kswapd": "the kernel's thread that frees memory",
        "ksoftirqd": "the kernel's thread for soft interrupts",
        "kcompactd": "the kernel's thread that compacts memory",
        "kdamond.": "a thread of the kernel that watches memory",
        "jbd": "the kernel's journal of an ext4 file system", "sysmaint": "this program",
        "bash": "a shell", "sh": "a shell", "zsh": "a shell", "git": "the version control system",
    ]
}
