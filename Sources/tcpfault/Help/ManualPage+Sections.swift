/// What the commands do not say of themselves.
extension ManualPage {
    static let statuses: KeyValuePairs = [
        "0": "Pass.",
        "1": "Something failed: the kernel did not do what the law says.",
        "4": "Everything was skipped.",
        "64": "Bad input: what was meant, and where it stands, is on standard error.",
        "70": "Inconclusive: the run proves nothing; or trouble in the harness.",
        "128+n": "Stopped by signal n; the report is complete.",
        "--exit-style ltp": "0 pass, 1 fail, 2 inconclusive, bad input or trouble, 32 everything skipped.",
    ]

    static let variables: KeyValuePairs = [
        "CI, TERM=dumb": "Plain lines without colour, and nothing overwritten.",
        "NO_COLOR, FORCE_COLOR": "No colour; colour in any case.",
        "GITHUB_ACTIONS, GITHUB_STEP_SUMMARY": "Annotations of scenario files, and the job's summary.",
        "TCPFAULT_EXIT_STYLE": "What --exit-style says, also for words that cannot be parsed.",
        "TCPFAULT_SHARD, TCPFAULT_SHARDS": "Which shard this is and of how many, for --shard-from-env.",
        "TCPFAULT_RUN": "The runner, where it is not beside this program.",
        "TCPFAULT_QEMU": "The emulator, where it is not the qemu-system-x86_64 of the path.",
        "TCPFAULT_KERNELS, XDG_CACHE_HOME":
            "Where kept kernels are: by default in tcpfault/kernels of the user's cache.",
    ]

    static let files: KeyValuePairs = [
        "results/TIME/report.json": "The report of a run, from which tcpfault report makes all others.",
        "results/TIME/INSTANCE/record.json, *.pcapng": "What was seen of an instance, and the captures of its hosts.",
        "scenarios, netns": "The library: in the current folder, else beside the program in share/tcpfault.",
    ]
}
