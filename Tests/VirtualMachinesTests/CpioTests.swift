import Testing

@testable import VirtualMachines

@Suite struct CpioTests {
    @Test func nothing() throws { #expect(try CpioArchive().bytes().count == 124) }
}
