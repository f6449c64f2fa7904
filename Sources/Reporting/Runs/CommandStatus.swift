/// How a command ends. Thrown, it ends the command with nothing more to say.
package enum CommandStatus: Int32, Sendable, Hashable, Error {
    case passed = 0
    case failed = 1
    /// Everything was skipped: kselftest's code.
    case skipped = 4
    /// EX_USAGE.
    case badInput = 64
    /// Inconclusive, or trouble in the harness: EX_SOFTWARE.
    case inconclusive = 70
}

/// The numbers in which the shell is told.
package enum ExitStyle: String, Sendable, CaseIterable {
    case tcpfault
    /// The Linux Test Project's, as kirk reads them (`include/tst_res_flags.h`): TPASS, TFAIL, TBROK and TCONF.
    case ltp

    package func number(_ status: CommandStatus) -> Int32 {
        switch (self, status) {
        case (.tcpfault, _): status.rawValue
        case (.ltp, .passed): 0
        case (.ltp, .failed): 1
        case (.ltp, .badInput), (.ltp, .inconclusive): 2
        case (.ltp, .skipped): 32
        }
    }
}
