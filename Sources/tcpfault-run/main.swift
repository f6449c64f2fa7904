import Glibc
import Kernel
import Lab
import Model

// First of all, while there is one thread: afterwards the kernel refuses it (EINVAL, user_namespaces(7)).
var trouble: KernelError?
if !UserNamespace.holdsCapabilities() {
    do { try UserNamespace.enter() } catch { trouble = error }
}

let usage = """
    usage: tcpfault-run [--attended]
           tcpfault-run --attend COMMAND…

    Carries out plans: requests on standard input and messages on standard output, one JSON line each. tcpfault is
    what people type; it starts this program.

      --attended  the end of standard input before the end of the work ends everything at once
      --attend    run this command, and kill it when standard input ends, or when this program does
      --guest     be the first program of a guest kernel
      --version   the version
      --help      this text

    """

func complain(_ words: String) {
    let bytes = Array(words.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
}

switch Array(CommandLine.arguments.dropFirst()) {
case ["--version"]: print("tcpfault-run \(Version.current)")
case ["--help"]: print(usage, terminator: "")
// A kernel hands over what it does not know of its own command line, too.
case let arguments where arguments.last == "--guest": GuestSystem.run()
case let arguments where arguments.first == "--attend" && arguments.count > 1:
    exit(Attendant.run(Array(arguments.dropFirst())))
case let arguments where arguments.isEmpty || arguments == ["--attended"]:
    do {
        let service = try RunnerService(
            RunnerService.Settings(attended: !arguments.isEmpty, userNamespaceTrouble: trouble))
        // Nobody is left to tell. With the process go all namespaces, and with them links, qdiscs and filters.
        if try !service.serve() { _exit(70) }
    } catch {
        complain("tcpfault-run: \(error)\n")
        exit(70)
    }
default:
    complain(usage)
    exit(64)
}
