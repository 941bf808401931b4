// swift-tools-version: 6.2

import PackageDescription

// MARK: Settings

/// The tests set this: warnings in the package's own code are then errors.
let isStrict = Context.environment["MNIST_STYLE_STRICT"] == "1"

/// Tests reach what is internal, in release builds too: measured, that costs no speed, and one
/// build serves both.
let swiftSettings: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .unsafeFlags(["-enable-testing"]),
  ] + (isStrict ? [.treatAllWarnings(as: .error)] : [])

/// The network is always optimised, in debug builds too: its kernels are a hundred times slower
/// otherwise. Shapes are checked where they enter; inside, the kernels run unchecked.
#if arch(x86_64)
  let kernelFlags = ["-Ounchecked", "-wmo", "-Xcc", "-march=x86-64-v3"]
#else
  let kernelFlags = ["-Ounchecked", "-wmo"]
#endif
let kernelSettings = swiftSettings + [.unsafeFlags(kernelFlags)]

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")

// MARK: Targets

let systemLibraries: [Target] = [
  .systemLibrary(name: "CCairo", pkgConfig: "cairo-ft", providers: [.apt(["libcairo2-dev"])]),
  .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
  .systemLibrary(
    name: "CLeptonica", pkgConfig: "lept", providers: [.apt(["libleptonica-dev"])]),
  .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
  .systemLibrary(name: "CDigest", pkgConfig: "libmd", providers: [.apt(["libmd-dev"])]),
  .systemLibrary(
    name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
  .systemLibrary(name: "CLAPACK", pkgConfig: "lapacke", providers: [.apt(["liblapacke-dev"])]),
  .systemLibrary(name: "CPlatform"),
]

let libraries: [Target] = [
  .target(name: "StyleNet", swiftSettings: kernelSettings),
  .target(
    name: "Support", dependencies: ["CCurl", "CDigest", "CLAPACK", "CPlatform", "CZlib"],
    swiftSettings: swiftSettings),
  .target(name: "Learning", dependencies: ["StyleNet", "Support"], swiftSettings: swiftSettings),
  .target(
    name: "Drawing", dependencies: ["CCairo", "CLeptonica", "CPNG", "Support"],
    swiftSettings: swiftSettings),
  .target(
    name: "Reporting", dependencies: ["Drawing", "Learning", "StyleNet", "Support", mustache],
    swiftSettings: swiftSettings),
  .target(
    name: "Commands",
    dependencies: [
      "CPlatform", "Drawing", "Learning", "Reporting", "StyleNet", "Support", argumentParser,
    ],
    swiftSettings: swiftSettings),
]

let programs: [Target] =
  ["train-sae", "train-aae", "vis"].map { name in
    .executableTarget(name: name, dependencies: ["Commands"], swiftSettings: swiftSettings)
  } + [
    .executableTarget(
      name: "bench",
      dependencies: ["Learning", "Reporting", "StyleNet", "Support"],
      path: "Benchmarks", exclude: ["page_opening.py", "picture_reading.py", "pytorch_peer.py"],
      // The loop that finds the processor's peak is compiled as the kernels are.
      swiftSettings: kernelSettings)
  ]

/// What several test targets need: fixtures and how to read them.
let testSupport = Target.target(
  name: "TestSupport", dependencies: ["CZlib", "StyleNet"], path: "Tests/TestSupport",
  swiftSettings: swiftSettings)

/// A test that reaches into a module needs the C libraries that the module imports.
let tests: [Target] = libraries.map { library in
  .testTarget(
    name: "\(library.name)Tests",
    dependencies: [.target(name: library.name), "TestSupport"]
      + systemLibraries.map { .target(name: $0.name) },
    swiftSettings: swiftSettings)
}

// MARK: Package

let package = Package(
  name: "mnist-style",
  products: [
    .executable(name: "train-sae", targets: ["train-sae"]),
    .executable(name: "train-aae", targets: ["train-aae"]),
    .executable(name: "vis", targets: ["vis"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
  ],
  targets: systemLibraries + libraries + programs + [testSupport] + tests
)
