// swift-tools-version: 6.2
import PackageDescription

/// One set of rules for every Swift target of the house.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: house)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: house)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: house)
}

let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

// What a page for a browser is made of.
let pageParts = [
    "page.css", "basics.js", "axis.js", "states.js", "ladder.js", "flood.js", "findings.js", "overlay.js", "report.js",
    "comparison.js",
]

let package = Package(
    name: "tcpfault",
    products: [
        .executable(name: "tcpfault", targets: ["tcpfault"]),
        .executable(name: "tcpfault-run", targets: ["tcpfault-run"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        // The pure half: plain values in, plain values out.
        room("Model"),
        room("Oracle", ["Model"]),
        room("Scenarios", ["Model", "Oracle", yams]),
        .target(
            name: "Reporting", dependencies: ["Model", "Oracle"],
            resources: pageParts.map { .embedInCode("Page/\($0)") }, swiftSettings: house),

        // Other kernels in virtual machines: files, and programs of the host.
        room("VirtualMachines", ["Model", subprocess, system]),
        program(
            "tcpfault",
            ["Model", "Oracle", "Scenarios", "Reporting", "VirtualMachines", arguments, subprocess, system]),

        // The half that touches the kernel.
        .systemLibrary(name: "CMnl", pkgConfig: "libmnl", providers: [.apt(["libmnl-dev"])]),
        .target(name: "CLinux"),
        room("Kernel", ["Model", "CMnl", "CLinux"]),
        room("Lab", ["Model", "Kernel", "CLinux"]),
        program("tcpfault-run", ["Model", "Kernel", "Lab"]),

        tests("ModelTests", ["Model"]),
        tests("OracleTests", ["Model", "Oracle"], exclude: ["Kernels"]),
        tests("ScenariosTests", ["Model", "Oracle", "Scenarios"]),
        tests("ReportingTests", ["Model", "Oracle", "Reporting"], exclude: ["Snapshots"]),
        tests("VirtualMachinesTests", ["Model", "VirtualMachines"]),
        tests("KernelTests", ["Model", "Kernel"]),
        tests("LabTests", ["Model", "Kernel", "Lab"]),
        tests("HouseTests", []),
        tests("ProgramTests", [.target(name: "tcpfault"), .target(name: "tcpfault-run")]),
    ]
)
