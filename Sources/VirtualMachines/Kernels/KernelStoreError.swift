/// Why a kernel cannot be had, in words that say what to do.
package struct KernelStoreError: Error, Equatable, CustomStringConvertible {
    package let description: String
    /// Whether what was asked for is wrong, and not the machine or the network.
    package let isBadInput: Bool

    static func badInput(_ words: String) -> KernelStoreError { KernelStoreError(description: words, isBadInput: true) }

    static func trouble(_ words: String) -> KernelStoreError { KernelStoreError(description: words, isBadInput: false) }
}
