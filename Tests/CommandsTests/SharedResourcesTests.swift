import TestSupport
import Testing

@testable import Commands
@testable import Support

@Suite struct SharedResourcesTests {
  let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  @Test func findsThePackagesOwnFromABuild() throws {
    let resources = try SharedResources.locate()
    #expect(resources.testSet == "\(packageDirectory)/share/mnist")
    #expect(resources.checkpoints == "\(packageDirectory)/share")
    #expect(resources.templates == "\(packageDirectory)/templates")
  }

  @Test func findsThoseOfAnInstallation() throws {
    try FileSystem.createDirectory(scratch("bin"))
    try FileSystem.createDirectory(scratch("share/mnist-style"))
    let resources = try SharedResources.locate(from: scratch("bin/vis"))
    #expect(resources.testSet == scratch("share/mnist-style/mnist"))
    #expect(resources.checkpoints == scratch("share/mnist-style"))
    #expect(resources.templates == scratch("share/mnist-style/templates"))
  }

  @Test func saysWhereItLooked() throws {
    #expect(
      throws: FileError(
        scratch("bin/vis"),
        "the files that ship with it are missing: neither is \(scratch("share/mnist-style")) a"
          + " directory nor does the program lie in a package's build directory")
    ) {
      try SharedResources.locate(from: scratch("bin/vis"))
    }
  }
}
