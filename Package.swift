// swift-tools-version: 6.2

import PackageDescription

// MARK: Settings

/// The tests set this: warnings in the package's own code are then errors.
let isStrict = Context.environment["MNIST_STYLE_STRICT"] == "1"

let swiftSettings: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
  ] + (isStrict ? [.treatAllWarnings(as: .error)] : [])

/// The network is always optimised, in debug builds too: its kernels are a hundred times slower
/// otherwise. Its preconditions stand at the entrances, where shapes are checked; inside, the
/// kernels run unchecked. Its tests reach the kernels themselves, which are internal: measured, that
/// costs no speed.
#if arch(x86_64)
  let kernelFlags = ["-Ounchecked", "-wmo", "-enable-testing", "-Xcc", "-march=x86-64-v3"]
#else
  let kernelFlags = ["-Ounchecked", "-wmo", "-enable-testing"]
#endif
let kernelSettings = swiftSettings + [.unsafeFlags(kernelFlags)]

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")

// MARK: Targets

let systemLibraries: [Target] = [
  .systemLibrary(name: "CCairo", pkgConfig: "cairo-ft", providers: [.apt(["libcairo2-dev"])]),
  .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
  .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
  .systemLibrary(name: "CDigest", pkgConfig: "libmd", providers: [.apt(["libmd-dev"])]),
  .systemLibrary(
    name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
  .systemLibrary(name: "CPlatform"),
]

let libraries: [Target] = [
  .target(name: "StyleNet", swiftSettings: kernelSettings),
  .target(name: "Parallel", swiftSettings: swiftSettings),
  .target(name: "Randomness", swiftSettings: swiftSettings),
  .target(name: "Statistics", swiftSettings: swiftSettings),
  .target(name: "Files", dependencies: ["CDigest", "CPlatform"], swiftSettings: swiftSettings),
  .target(name: "Checkpoints", dependencies: ["Files", "StyleNet"], swiftSettings: swiftSettings),
  .target(name: "MNIST", dependencies: ["CZlib", "Files"], swiftSettings: swiftSettings),
  .target(
    name: "Download", dependencies: ["CCurl", "Files", "MNIST"], swiftSettings: swiftSettings),
  .target(
    name: "Evaluation",
    dependencies: ["Checkpoints", "MNIST", "Parallel", "Statistics", "StyleNet"],
    swiftSettings: swiftSettings),
  .target(name: "Canvas", dependencies: ["CCairo", "CPNG", "CZlib"], swiftSettings: swiftSettings),
  .target(name: "Scanning", dependencies: ["Canvas", "Files"], swiftSettings: swiftSettings),
  .target(name: "Figures", dependencies: ["Canvas"], swiftSettings: swiftSettings),
  .target(
    name: "Training",
    dependencies: [
      "Checkpoints", "Evaluation", "Files", "MNIST", "Parallel", "Randomness", "Statistics",
      "StyleNet",
    ],
    swiftSettings: swiftSettings),
  .target(
    name: "Report",
    dependencies: [
      "CZlib", "Checkpoints", "Evaluation", "Figures", "Files", "MNIST", "Parallel", "Randomness",
      "Statistics", "StyleNet", mustache,
    ],
    swiftSettings: swiftSettings),
  .target(
    name: "Commands",
    dependencies: [
      "CPlatform", "Canvas", "Checkpoints", "Download", "Evaluation", "Figures", "Files", "MNIST",
      "Parallel", "Randomness", "Report", "Scanning", "StyleNet", "Training", argumentParser,
    ],
    swiftSettings: swiftSettings),
]

let executables: [Target] = ["train-sae", "train-aae", "vis"].map { name in
  .executableTarget(name: name, dependencies: ["Commands"], swiftSettings: swiftSettings)
}

/// What several test targets need: fixtures and how to read them.
let testSupport = Target.target(
  name: "TestSupport", dependencies: ["CZlib", "StyleNet"], path: "Tests/TestSupport",
  swiftSettings: swiftSettings)

let tests: [Target] = [
  "StyleNet", "Parallel", "Randomness", "Statistics", "Files", "Checkpoints", "MNIST", "Download",
  "Evaluation", "Canvas", "Scanning", "Figures", "Training", "Report", "Commands",
].map { name in
  .testTarget(
    name: "\(name)Tests", dependencies: [.target(name: name), "TestSupport"],
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
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
  ],
  targets: systemLibraries + libraries + executables + [testSupport] + tests
)
