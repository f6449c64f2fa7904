import FoundationEssentials

/// Turns a kernel image, as it was given, into the one that QEMU boots soonest.
struct ImagePreparation {
    /// Where the image is kept.
    let folder: String
    /// For what is thrown away.
    let scratch: String

    struct Prepared {
        var image: KernelImage
        var release: String?
    }

    private enum File {
        static let elf = "vmlinux"
        static let bzImage = "bzImage"
    }

    func prepare(_ path: String) async throws -> Prepared {
        guard HostFiles.exists(path), !HostFiles.isFolder(path) else {
            throw KernelStoreError.badInput("\(path): there is no such kernel image")
        }
        let data = try HostFiles.contents(path)
        if let elf = ElfImage(data) {
            guard elf.hasPVHEntry else {
                throw KernelStoreError.badInput(
                    "\(path) has no PVH entry (CONFIG_PVH), so QEMU cannot boot it; give the bzImage of this kernel")
            }
            return Prepared(image: try await kept(path, as: File.elf, .elf), release: elf.release)
        }
        guard let bzImage = BzImage(data) else {
            throw KernelStoreError.badInput(
                "\(path) is no kernel for x86-64: it is neither a bzImage (vmlinuz) nor an ELF file (vmlinux)")
        }
        guard bzImage.is64Bit else {
            throw KernelStoreError.badInput("\(path) is a kernel of 32 bits; give one for x86-64")
        }
        return Prepared(image: try await unpacked(bzImage, path), release: bzImage.release)
    }

    private func unpacked(_ bzImage: BzImage, _ path: String) async throws -> KernelImage {
        let note: String
        switch try await unpack(bzImage) {
        case .done(let file):
            defer { HostFiles.remove(file) }
            return try await kept(file, as: File.elf, .elf, original: path)
        case .impossible(let reason): note = reason
        }
        var image = try await kept(path, as: File.bzImage, .bzImage)
        image.note = note
        return image
    }

    private enum Unpacking {
        case done(String)
        /// Why, in one line.
        case impossible(String)
    }

    private func unpack(_ bzImage: BzImage) async throws -> Unpacking {
        guard let payload = bzImage.payload, let compression = Compression.of(payload) else {
            return .impossible("how it is packed is unknown here")
        }
        guard await compression.program.isInstalled else {
            return .impossible("it is packed with \(compression), and there is no program \(compression.program.name)")
        }
        let packed = "\(scratch)/payload"
        let target = "\(scratch)/vmlinux"
        defer { HostFiles.remove(packed) }
        // Some programs take the size for a second, damaged stream; without it they have nothing to complain of.
        try HostFiles.write(compression.hasTrailer ? payload.dropLast(4) : payload, to: packed)
        let result = try await compression.unpack(packed, into: target)
        let whole = try HostFiles.contents(target)
        let size = payload.number(UInt32.self, at: payload.count - 4)
        // What the program says matters less than whether all of it is there.
        guard size.map({ Int($0) == whole.count }) ?? false, let elf = ElfImage(whole) else {
            return .impossible("\(compression.program.name) did not unpack all of it: \(result.complaint)")
        }
        guard elf.hasPVHEntry else { return .impossible("it has no PVH entry (CONFIG_PVH)") }
        return .done(target)
    }

    private func kept(
        _ path: String, as name: String, _ form: KernelImage.Form, original: String? = nil
    ) async throws -> KernelImage {
        let target = "\(folder)/\(name)"
        try HostFiles.copy(HostFiles.resolved(path), to: target)
        let digest = try await Digest.sha256(of: target)
        return KernelImage(
            file: name, form: form, bytes: try HostFiles.given(target).bytes, sha256: digest,
            originalSHA256: original == nil ? digest : try await Digest.sha256(of: original ?? path), note: nil)
    }
}
