import Glibc
import Learning
import Support

/// The line on a terminal that shows how far a training is.
struct TrainProgress {
  private let isShown: Bool
  private let isColored: Bool
  /// When the rate began to be measured, and how many images were done then.
  private var start: (time: ContinuousClock.Instant, images: Int)?
  private var lastDrawn: ContinuousClock.Instant?

  /// - Parameter isShown: whether there is anybody to show it to.
  init(isShown: Bool) {
    let dumb = getenv("TERM").map { String(cString: $0) == "dumb" } ?? false
    self.isShown = isShown && !dumb
    isColored = getenv("NO_COLOR").map { $0.pointee == 0 } ?? true
  }

  /// Draws the line again, unless it has just been drawn.
  mutating func show(_ progress: Trainer.Progress) {
    guard isShown else { return }
    let now = ContinuousClock.now
    let start = start ?? (now, progress.images)
    self.start = start
    if let lastDrawn, now - lastDrawn < .milliseconds(100), progress.step < progress.steps {
      return
    }
    lastDrawn = now
    let seconds = (now - start.time) / .seconds(1)
    let rate = Double(progress.images - start.images) / max(seconds, 1e-9)
    Console.note("\r" + line(progress, imagesPerSecond: rate) + "\u{1b}[K")
  }

  /// Takes the line away, for other text to be printed, and measures the rate anew from the next
  /// step on.
  mutating func clear() {
    if isShown && lastDrawn != nil { Console.note("\r\u{1b}[K") }
    start = nil
  }

  /// The line: epoch, bar, rate and time left. Where columns are few, the bar is short or left out.
  private func line(_ progress: Trainer.Progress, imagesPerSecond rate: Double) -> String {
    let epoch = "Epoch \(progress.epoch)/\(progress.epochs)"
    let left = Double(progress.allImages - progress.images) / rate
    let speed = rate > 0 ? " \(Int(rate)) images/s, \(duration(left)) left" : ""
    let width = min(24, Console.columns - epoch.count - " []".count - speed.count)
    guard width > 0 else { return fitted(epoch + speed, columns: Console.columns) }
    let done = progress.steps > 0 ? width * progress.step / progress.steps : width
    var bar = String(repeating: "=", count: done)
    if isColored { bar = "\u{1b}[36m\(bar)\u{1b}[0m" }
    return "\(epoch) [\(bar)\(String(repeating: " ", count: width - done))]\(speed)"
  }

  /// `4 s`, `3 min 20 s` or `2 h 5 min`.
  private func duration(_ seconds: Double) -> String {
    let seconds = Int(min(seconds, 1e9).rounded(.up))
    if seconds < 60 { return "\(seconds) s" }
    if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
    return "\(seconds / 3600) h \(seconds / 60 % 60) min"
  }
}
