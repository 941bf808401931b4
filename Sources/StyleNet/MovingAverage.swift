/// Moves an exponential average of parameters: average += (1 - decay) · (value - average).
package func moveAverage(
  _ average: UnsafeMutablePointer<Float>, towards values: UnsafePointer<Float>, count: Int,
  decay: Float
) {
  for i in 0..<count { average[i] += (1 - decay) * (values[i] - average[i]) }
}
