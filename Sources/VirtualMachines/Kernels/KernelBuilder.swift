import FoundationEssentials

/// Makes the folder of one kernel from its image and its modules.
struct KernelBuilder {
    let folder: String
    let scratch: String
    let wanted: [String]
    let tell: KernelStore.Teller

    /// `origin`: `nil` for files by hand.
    func build(
        _ name: String, image: String, modules: String?, origin: StoredKernel.Origin?
    ) async throws -> StoredKernel {
        let prepared = try await ImagePreparation(folder: folder, scratch: scratch).prepare(image)
        if let note = prepared.image.note { tell("the image stays packed, which costs time at every boot: \(note)") }
        let tree = try modules.map { try ModuleTree.locate($0, release: prepared.release) }
        let kept = try await ModuleKeeping(folder: folder, scratch: scratch).keep(wanted, from: tree)
        if let release = prepared.release, let other = kept.release, other != release, let tree {
            throw KernelStoreError.badInput(
                "the modules in \(tree.folder) are for \(other), and \(image) is \(release): they do not fit")
        }
        tell(contentsOf: kept)
        let named = tree?.folder.split(separator: "/").last.map(String.init).flatMap {
            $0.first?.isNumber ?? false ? $0 : nil
        }
        return StoredKernel(
            name: name, release: prepared.release ?? kept.release ?? named ?? "unknown",
            origin: try origin
                ?? .files(
                    GivenFiles(
                        image: HostFiles.absolute(image), modules: modules.map(HostFiles.absolute),
                        used: kept.files.map { try HostFiles.given(HostFiles.absolute($0)) })),
            image: prepared.image, added: Date().formatted(.iso8601), modules: kept.modules, wanted: kept.answers)
    }

    /// What a guest may lack; its own probing tells what that means for plans.
    private func tell(contentsOf kept: ModuleKeeping.Kept) {
        func names(_ state: ModuleAnswer.State) -> String {
            kept.answers.filter { $0.state == state && $0.lacks == nil }.map(\.name).joined(separator: ", ")
        }
        let absent = names(.absent)
        let unknown = names(.unknown)
        if !absent.isEmpty { tell("neither a file nor listed as built in: \(absent); booting will tell") }
        if !unknown.isEmpty { tell("no files, and nothing lists what is built in: \(unknown); booting will tell") }
        for answer in kept.answers {
            guard let lacks = answer.lacks else { continue }
            tell("the module \(answer.name) cannot be loaded: it needs \(lacks), which is absent")
        }
    }
}
