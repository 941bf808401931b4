/// The steps of a `FileSet`'s change, described there.
struct FileSetChange {
  /// The set's directory.
  let path: String
  let steps: Steps

  private var area: String { FileSystem.join(path, Self.areaName) }
  /// Where a link lies before it is renamed into its place.
  private var link: String { FileSystem.join(area, "link") }
  private static let areaName = ".saving"

  /// Fails if the directory cannot be written to: better before the work that is to be saved.
  func probe() throws(FileError) {
    try steps.makeDirectory(area)
    try steps.removeDirectory(area)
  }

  /// Writes the new files to `.saving/new`.
  func stage(_ files: [FileSet.File]) throws(FileError) {
    let new = FileSystem.join(area, "new")
    try steps.makeDirectory(area)
    try steps.makeDirectory(new)
    for file in files {
      try steps.write(file.bytes, to: FileSystem.join(new, file.name))
    }
    try steps.synchronizeDirectory(new)
  }

  /// Lets the names lead to `.saving/old`, then to `.saving/new`.
  func perform(
    on names: [String], removing others: [String]
  ) throws(FileError) {
    let old = FileSystem.join(area, "old")
    let current = FileSystem.join(area, "current")
    try steps.makeDirectory(old)
    guard try steps.linkIfSupported("old", at: current) else {
      try changeOneByOne(names, removing: others)
      return
    }
    var present = names
    for name in names + others {
      let place = FileSystem.join(path, name)
      guard FileSystem.exists(place) else { continue }
      try steps.duplicate(place, as: FileSystem.join(old, name))
      if !names.contains(name) { present.append(name) }
    }
    try steps.synchronizeDirectory(old)
    try steps.synchronizeDirectory(area)
    for name in present {
      try steps.link(Self.linkText(name), at: link)
      try steps.rename(link, to: FileSystem.join(path, name))
    }
    try steps.synchronizeDirectory(path)
    try steps.link("new", at: link)
    try steps.rename(link, to: current)
    try steps.synchronizeDirectory(area)
  }

  private func changeOneByOne(
    _ names: [String], removing others: [String]
  ) throws(FileError) {
    for name in names {
      let new = FileSystem.join(FileSystem.join(area, "new"), name)
      try steps.rename(new, to: FileSystem.join(path, name))
    }
    for name in others where FileSystem.exists(FileSystem.join(path, name)) {
      try steps.remove(FileSystem.join(path, name))
    }
  }

  /// Makes the names ordinary files again, those that `.saving/current` leads to, and removes
  /// `.saving`.
  func settle() throws(FileError) {
    // Through a link that somebody put there, the files of another directory would go.
    guard FileSystem.isOwnDirectory(area) else { return }
    if try FileSystem.list(area).contains("link") { try steps.remove(link) }
    for name in try FileSystem.list(path) {
      let place = FileSystem.join(path, name)
      guard (try? FileSystem.readLink(place)) == Self.linkText(name) else { continue }
      if FileSystem.exists(place) {
        // Not renamed from where it is: somebody may be on the way there through the link.
        try steps.duplicate(place, as: link)
        try steps.rename(link, to: place)
      } else {
        try steps.remove(place)
      }
    }
    try steps.synchronizeDirectory(path)
    for folder in ["new", "old"] {
      let folder = FileSystem.join(area, folder)
      guard FileSystem.isOwnDirectory(folder) else { continue }
      for name in try FileSystem.list(folder) { try steps.remove(FileSystem.join(folder, name)) }
      try steps.removeDirectory(folder)
    }
    for name in try FileSystem.list(area) { try steps.remove(FileSystem.join(area, name)) }
    try steps.removeDirectory(area)
  }

  private static func linkText(_ name: String) -> String { "\(areaName)/current/\(name)" }
}
