import Glibc

/// How many files and connections this process may have open.
package enum DescriptorLimit {
    /// Beyond this, no server of ours needs more.
    private static let most: rlim_t = 1 << 20

    /// The limit, after raising it as far as the system allows: many systems start programs with 1,024.
    package static let raised: Int = {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        var wanted = limit
        wanted.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, most))
        if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &wanted) == 0 { limit = wanted }
        return Int(clamping: limit.rlim_cur)
    }()

    /// How many connections one server may have: half of what is left beside databases and other files, so that two
    /// servers of one process fit.
    static var connections: Int { max(16, (raised - 128) / 2) }
}
