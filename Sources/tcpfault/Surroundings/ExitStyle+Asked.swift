import FoundationEssentials
import Reporting

extension ExitStyle {
    private static let option = "--exit-style"
    private static let variable = "TCPFAULT_EXIT_STYLE"

    /// The style in which this program ends, however far it comes: words that cannot be parsed end it in that style, too.
    static var asked: ExitStyle {
        let process = ProcessInfo.processInfo
        let words = process.arguments
        let value = words.firstIndex(of: option).flatMap { words.dropFirst($0 + 1).first }
        let joined = words.first { $0.hasPrefix("\(option)=") }.map { String($0.dropFirst(option.count + 1)) }
        let name = value ?? joined ?? process.environment[variable]
        return name.flatMap(ExitStyle.init(rawValue:)) ?? .tcpfault
    }

    /// What is wrong with the variable; an option is checked with the others.
    static var misnamed: String? {
        guard let name = ProcessInfo.processInfo.environment[variable], !name.isEmpty, ExitStyle(rawValue: name) == nil
        else {
            return nil
        }
        return "\(variable) is '\(name)'; there are \(allCases.map(\.rawValue).joined(separator: " and "))"
    }
}
