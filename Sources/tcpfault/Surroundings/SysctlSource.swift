import FoundationEssentials
import Scenarios

/// Sysctls from elsewhere than a fresh network namespace.
enum SysctlSource {
    /// What `sysctl -a` printed, or a sysctl.conf; `-` is standard input.
    static func file(_ path: String) throws -> SysctlListing {
        try SysctlListing(
            file: InputFile.name(path), bytes: try InputFile.read(path, most: SysctlListing.maximumBytes))
    }

    /// Those of these keys that can be read, as they are where this program runs.
    static func live(_ keys: [String]) -> [String: String] {
        keys.reduce(into: [:]) { values, key in
            let path = "/proc/sys/" + key.split(separator: ".").joined(separator: "/")
            guard let data = FileManager.default.contents(atPath: path) else { return }
            values[key] = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace)
                .joined(separator: " ")
        }
    }
}
