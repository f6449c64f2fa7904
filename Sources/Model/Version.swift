/// The version that `--version` prints and that a record carries.
package enum Version {
    package static let current = "0.1.0"
}
