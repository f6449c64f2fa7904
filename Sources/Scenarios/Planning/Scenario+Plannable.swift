import Model

extension Scenario {
    /// Throws what planning would refuse on every kernel: words that are not built yet, addresses of the wrong
    /// family, ports and directions that are not clear.
    package func checkPlannable() throws(InputErrors) {
        var errors = unbuilt
        for family in families {
            let lowering = Lowering(self, family: family, counterRun: nil) { message, at, advice in
                errors.append(source.error(at: at.line, at.column, message, advice: advice))
            }
            _ = lowering.lower()
        }
        if !errors.isEmpty { throw InputErrors(errors) }
    }
}
