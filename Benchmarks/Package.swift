// swift-tools-version: 6.2

import PackageDescription

// A package of its own, so that building and testing the other one never builds it. `Library` is a
// link to the other one's sources: compiled as part of this package, they let it use what they only
// show within a package.

let swiftSettings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]
#if arch(x86_64)
  let kernelFlags = ["-Ounchecked", "-wmo", "-Xcc", "-march=x86-64-v3"]
#else
  let kernelFlags = ["-Ounchecked", "-wmo"]
#endif
let kernelSettings = swiftSettings + [.unsafeFlags(kernelFlags)]

func library(
  _ name: String, _ dependencies: [Target.Dependency] = [],
  settings: [SwiftSetting] = swiftSettings
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Library/\(name)", swiftSettings: settings)
}

func systemLibrary(_ name: String, pkgConfig: String? = nil) -> Target {
  .systemLibrary(name: name, path: "Library/\(name)", pkgConfig: pkgConfig)
}

let package = Package(
  name: "Benchmarks",
  dependencies: [
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0")
  ],
  targets: [
    systemLibrary("CCairo", pkgConfig: "cairo-ft"),
    systemLibrary("CDigest", pkgConfig: "libmd"),
    systemLibrary("CPNG", pkgConfig: "libpng"),
    systemLibrary("CPlatform"),
    systemLibrary("CZlib", pkgConfig: "zlib"),
    library("StyleNet", settings: kernelSettings),
    library("Parallel"),
    library("Randomness"),
    library("Statistics"),
    library("Files", ["CDigest", "CPlatform"]),
    library("Checkpoints", ["Files", "StyleNet"]),
    library("MNIST", ["CZlib", "Files"]),
    library("Evaluation", ["Checkpoints", "MNIST", "Parallel", "Statistics", "StyleNet"]),
    library(
      "Training",
      [
        "Checkpoints", "Evaluation", "Files", "MNIST", "Parallel", "Randomness", "Statistics",
        "StyleNet",
      ]),
    library("Canvas", ["CCairo", "CPNG", "CZlib"]),
    library("Figures", ["Canvas"]),
    library(
      "Report",
      [
        "CZlib", "Checkpoints", "Evaluation", "Figures", "Files", "MNIST", "Parallel",
        "Randomness", "Statistics", "StyleNet",
        .product(name: "Mustache", package: "swift-mustache"),
      ]),
    .executableTarget(
      name: "bench",
      dependencies: [
        "Checkpoints", "CPlatform", "Evaluation", "MNIST", "Parallel", "Report", "StyleNet",
        "Training",
      ],
      // The loop that finds the processor's peak is compiled as the kernels are.
      swiftSettings: kernelSettings),
  ]
)
