import FoundationEssentials
import Model
import Testing

@testable import Scenarios

@Suite struct LibraryTests {
    @Test func everyScenarioOfTheRepositoryIsPlannedForBothFamilies() throws {
        let names = try Fixture.library.names()
        #expect(names.contains("connect-timeout"))
        let planner = try Planner(Fixture.library, facts: Fixture.facts())
        for name in names {
            try Fixture.library.validate(name)
            let instances = try planner.plan(try Fixture.library.load(name))
            #expect(Set(instances.map(\.family)) == [.ipv4, .ipv6], "\(name)")
            #expect(Set(instances.map(\.name)).count == instances.count, "\(name)")
            #expect(instances.allSatisfy { $0.plan != nil }, "\(name)")
        }
    }

    @Test func unknownNamesAreToldWithTheNearest() {
        let error = #expect(throws: InputErrors.self) { try Fixture.library.load("conect-timeout") }
        #expect(error?.description.contains("did you mean 'connect-timeout'?") == true)
    }

    @Test func aFileIsTakenByItsPath() throws {
        let scenario = try Fixture.library.load("\(Fixture.root)/scenarios/handshake/connect-timeout.yaml")
        #expect(scenario.name == "connect-timeout")
    }

    @Test func twoFilesOfOneNameAreRefused() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tcpfault-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for phase in ["a", "b"] {
            let place = folder.appending(path: phase)
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            try Data("summary: x".utf8).write(to: place.appending(path: "same.yaml"))
        }
        let library = ScenarioLibrary(scenarios: folder.path, topologies: Fixture.library.topologies)
        let error = #expect(throws: InputErrors.self) { try library.names() }
        #expect(error?.description.contains("b/same.yaml: the scenario 'same' is also in") == true)
    }

    @Test func missingFoldersAndFilesAreSaid() {
        let nowhere = ScenarioLibrary(scenarios: "/nonexistent", topologies: "/nonexistent")
        #expect(throws: InputErrors.self) { try nowhere.names() }
        #expect(throws: InputErrors.self) { try nowhere.baseline() }
        let error = #expect(throws: InputErrors.self) { try nowhere.load("./nothing.yaml") }
        #expect(error?.description.contains("./nothing.yaml: there is no such file") == true)
        let device = #expect(throws: InputErrors.self) { try nowhere.load("/dev/zero") }
        #expect(device?.description.contains("not a regular file") == true)
    }
}
