import CLinux
import Glibc

/// Classic BPF on a socket (socket(7), SO_ATTACH_FILTER). Nobody needs a privilege for it.
package enum SocketFilter {
    /// From now on the socket gets of each packet as many bytes as the program answers; of what came before, everything.
    package static func attach(
        _ program: [ClassicInstruction], to descriptor: Int32, _ attempt: String
    ) throws(KernelError) {
        // sock_filter, field by field, as ClassicInstruction is.
        var instructions = program.map {
            sock_filter(code: $0.code, jt: $0.whenTrue, jf: $0.whenFalse, k: $0.operand)
        }
        try system(attempt) {
            instructions.withUnsafeMutableBufferPointer { buffer in
                var header = sock_fprog(len: UInt16(buffer.count), filter: buffer.baseAddress)
                return setsockopt(
                    descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &header, socklen_t(MemoryLayout<sock_fprog>.size))
            }
        }
    }
}
