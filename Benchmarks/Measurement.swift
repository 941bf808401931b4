import Glibc

/// What one thing took, several times over.
struct Measurement {
  let name: String
  /// How many pieces of work a run did, and what a piece is: 60,000 images.
  let count: Double
  let unit: String
  /// Wall-clock seconds of each run.
  private(set) var seconds: [Double] = []
  /// Processor seconds of each run, of all threads: what a busy machine disturbs less.
  private(set) var processorSeconds: [Double] = []

  init(_ name: String, count: Double, unit: String) {
    self.name = name
    self.count = count
    self.unit = unit
  }

  /// Runs the work once and takes its times, unless it has called `stop` before it ended.
  mutating func run(_ work: (_ stop: () -> Void) throws -> Void) rethrows {
    let processor = processorTime()
    let start = ContinuousClock.now
    var times: (Double, Double)?
    func stop() {
      times = ((ContinuousClock.now - start) / .seconds(1), processorTime() - processor)
    }
    try work { stop() }
    if times == nil { stop() }
    seconds.append(times?.0 ?? 0)
    processorSeconds.append(times?.1 ?? 0)
  }

  /// Adds a time that was taken elsewhere.
  mutating func add(_ time: Double) { seconds.append(time) }

  var least: Double { seconds.min() ?? 0 }

  var median: Double {
    let sorted = seconds.sorted()
    let middle = sorted.count / 2
    guard !sorted.isEmpty else { return 0 }
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  static let header = """
    | what | least | median | processor | rate of the least |
    |---|--:|--:|--:|--:|

    """

  /// A row of the table.
  var row: String {
    "| \(name) | \(fixed(least)) s | \(fixed(median)) s | \(fixed(processorSeconds.min() ?? 0)) s"
      + " | \(Int(count / least)) \(unit)/s |\n"
  }

  /// A member of the JSON object.
  var json: String { "\"\(name)\":\(least)" }
}

/// Three digits after the point.
func fixed(_ value: Double) -> String {
  let thousandths = Int((value * 1000).rounded())
  let rest = String(thousandths % 1000)
  return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
}

/// What all threads of the process have used so far, in seconds.
private func processorTime() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
