/// What is being done, for somebody who watches standard error; nothing elsewhere.
struct Progress {
  private let isWatched: Bool
  private let isShown: Bool

  init(isShown: Bool) {
    self.isShown = isShown
    isWatched = isShown && Console.isWatched
  }

  /// Shows what is being done, in place of what was shown before.
  func show(_ activity: String) {
    if isWatched { Console.note("\r\u{1b}[K\(activity) …") }
  }

  /// Leaves a clean line.
  func finish() {
    if isWatched { Console.note("\r\u{1b}[K") }
  }

  /// Says something worth keeping, watched or not.
  func say(_ text: String) {
    if isShown { Console.note("\(text)\n") }
  }
}
