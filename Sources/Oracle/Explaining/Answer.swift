/// The answer to an operator's question, in words. Figures are not among them: they hang on kernel and sysctls, and come
/// from the laws.
package struct Answer: Sendable, Hashable, Codable {
    package var happens: String
    package var because: String?
    package var costs: String?
    package var advice: String?
    /// When not to follow the advice.
    package var unless: String?

    package init(
        happens: String, because: String? = nil, costs: String? = nil, advice: String? = nil, unless: String? = nil
    ) {
        self.happens = happens
        self.because = because
        self.costs = costs
        self.advice = advice
        self.unless = unless
    }
}
