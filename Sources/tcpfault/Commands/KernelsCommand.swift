import ArgumentParser
import Reporting
import VirtualMachines

struct KernelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernels", abstract: "The other kernels that plans can run on, kept in a cache of the user's.",
        discussion: """
            They are kept in $TCPFAULT_KERNELS, else in tcpfault/kernels of the user's cache ($XDG_CACHE_HOME, or \
            .cache in the home folder). No privilege is needed for any of this.
            """,
        subcommands: [Add.self, List.self, Remove.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Keeps a kernel of the distribution's, or one by hand.",
            discussion: """
                Without --image, the newest package is fetched whose kernel has the name's version, the one for \
                virtual machines if there is one. One that is there already by that name is replaced.
                """)

        @Argument(help: ArgumentHelp("What to call it, such as 6.1.", valueName: "name"))
        var name: String

        @Option(help: ArgumentHelp("Fetch from this suite of the machine's distribution.", valueName: "suite"))
        var suite: String?

        @Option(help: ArgumentHelp("Fetch exactly this version of the package.", valueName: "version"))
        var version: String?

        @Option(help: ArgumentHelp("Fetch this package, whatever the name says.", valueName: "package"))
        var package: String?

        @Option(help: ArgumentHelp("Take this vmlinuz or vmlinux.", valueName: "file"))
        var image: String?

        @Option(
            help: ArgumentHelp(
                "The image's modules: /lib/modules/RELEASE, or a folder that has it in it.", valueName: "dir"))
        var modules: String?

        @Option(help: ArgumentHelp("Keep this module too. May be repeated.", valueName: "name"))
        var module: [String] = []

        func validate() throws {
            if modules != nil, image == nil { throw ValidationError("--modules goes with --image.") }
            if image != nil, suite != nil || version != nil || package != nil {
                throw ValidationError("--image takes a file; --suite, --version and --package choose what to fetch.")
            }
        }

        func run() async throws {
            let store = try Places.kernels()
            let tell: KernelStore.Teller = { Console().note([$0]) }
            let kernel =
                if let image {
                    try await store.add(name, image: image, modules: modules, further: module, tell: tell)
                } else {
                    try await store.add(
                        KernelRequest(name: name, suite: suite, version: version, package: package), further: module,
                        tell: tell)
                }
            Console().result(["kept \(KernelEntry(kernel, in: store).line)"])
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "The kernels that are kept, and whether their facts are known.")

        @Option(help: "What goes to standard output.")
        var format = OutputFormat.console

        @Flag(help: "Only the folder they are kept in.")
        var `where` = false

        func run() async throws {
            let store = try Places.kernels()
            if `where` { return Console().result([store.folder]) }
            let entries = try store.list().map { KernelEntry($0, in: store) }
            let console = Console()
            switch format {
            case .console where entries.isEmpty:
                console.note(["there is none in \(store.folder); add one, such as: tcpfault kernels add 6.1"])
            case .console: console.result(KernelEntry.table(entries, paint: console.paint))
            case .json: try console.result(entries)
            }
            console.note(store.damaged().map { "warning: \($0)" })
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Removes kept kernels.")

        @Argument(help: ArgumentHelp("Those to remove.", valueName: "name"))
        var names: [String]

        func run() async throws {
            let store = try Places.kernels()
            for name in names { try store.remove(named: name) }
        }
    }
}

/// What `kernels list` shows of each.
struct KernelEntry: Encodable {
    var kernel: StoredKernel
    /// What it takes on disk.
    var bytes: Int
    /// Whether its facts are known, so that it need not be booted to learn them.
    var hasFacts: Bool
    var folder: String

    init(_ kernel: StoredKernel, in store: KernelStore) {
        self.kernel = kernel
        bytes = store.bytes(of: kernel)
        hasFacts = store.hasFacts(kernel)
        folder = store.folder(of: kernel)
    }

    var line: String {
        "\(kernel.name): \(kernel.release), \(origin), \(ByteCount.words(bytes)) in \(folder)"
    }

    private var origin: String {
        switch kernel.origin {
        case .package(let package):
            "\(package.name) \(package.version)" + (package.suite.map { " (\($0))" } ?? "")
        case .files(let files): files.image
        }
    }

    static func table(_ entries: [KernelEntry], paint: Paint) -> [String] {
        var table = TextTable(["kernel", "release", "size", "facts", "added", "from"])
        table.rightAligned = [2]
        table.rows = entries.map { entry in
            [
                entry.kernel.name, entry.kernel.release, ByteCount.words(entry.bytes), entry.hasFacts ? "known" : "–",
                String(entry.kernel.added.prefix(10)), entry.origin,
            ]
        }
        return table.lines(width: paint.width) { row, column, text in
            row < 0 ? paint.dim(text) : column == 0 ? paint.bold(text) : text
        }
    }
}
