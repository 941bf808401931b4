/// Tells a style vector that the encoder made from one drawn from the prior, knowing the digit.
///
/// concat(one-hot label, style) -> Linear(K+S, 64) -> ReLU -> Linear(64, 8) -> ReLU ->
/// Linear(8, 1), a logit.
package struct Discriminator: Sendable {}
