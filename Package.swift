// swift-tools-version: 6.2
import PackageDescription

// Modules from the lowest to the highest: each names what it may import, and nothing else is
// visible to it. See docs/architecture.md.

/// A Swift target below `Sources/` whose dependencies are exactly the ones listed.
func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies)
}

/// The tests of one module.
func tests(_ module: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: module + "Tests",
    dependencies: [.byName(name: module), "PressTestSupport"] + dependencies,
    path: "Tests/\(module)Tests")
}

let runtime: [Target] = [
  .systemLibrary(
    name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
  .target(name: "CPressKernels"),
  module("PressTensor", []),
  module("PressFile", ["PressTensor", "CZlib"]),
  module("PressKernels", ["PressTensor", "CPressKernels"]),
  module("PressCoding", ["PressTensor", "PressFile", "PressKernels"]),
  module("PressGraph", ["PressTensor"]),
  module("PressContainer", ["PressGraph", "PressCoding", "PressFile", "PressTensor"]),
  module("PressEngine", ["PressGraph", "PressKernels", "PressCoding", "PressTensor"]),
  module(
    "PressRuntime",
    ["PressContainer", "PressEngine", "PressFile", "PressGraph", "PressTensor"]),
]

let toolkit: [Target] = [
  .systemLibrary(
    name: "CYaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
  module("PressYAML", ["CYaml"]),
  .target(name: "COpenBLAS"),
  module("PressLinearAlgebra", ["COpenBLAS"]),
  .target(
    name: "PressONNXSchema",
    dependencies: [.product(name: "SwiftProtobuf", package: "swift-protobuf")]),
  module(
    "PressFormats",
    [
      "PressGraph", "PressFile", "PressTensor", "PressONNXSchema",
      .product(name: "SwiftProtobuf", package: "swift-protobuf"),
    ]),
  module("PressData", ["PressEngine", "PressFile", "PressFormats", "PressGraph", "PressTensor"]),
  module(
    "PressPasses",
    [
      "PressData", "PressCoding", "PressEngine", "PressFile", "PressFormats", "PressGraph",
      "PressKernels", "PressLinearAlgebra", "PressTensor", "PressYAML",
    ]),
  module(
    "PressReports",
    [
      "PressPasses", "PressData", "PressCoding", "PressContainer", "PressEngine", "PressFile",
      "PressGraph", "PressTensor",
    ]),
  module(
    "Press",
    [
      "PressContainer", "PressData", "PressEngine", "PressFile", "PressFormats", "PressGraph",
      "PressPasses", "PressReports", "PressTensor",
    ]),
  .executableTarget(
    name: "compress",
    dependencies: [
      "Press", .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ]),
]

let checks: [Target] = [
  .target(name: "PressTestSupport", dependencies: ["PressTensor"], path: "Tests/PressTestSupport"),
  tests("PressTensor"),
  tests("PressFile", ["PressTensor"]),
  tests("PressKernels", ["PressTensor"]),
  tests("PressCoding", ["PressTensor"]),
  tests("PressGraph", ["PressTensor"]),
  tests("PressContainer", ["PressGraph", "PressFile", "PressTensor", "PressCoding"]),
  tests("PressEngine", ["PressGraph", "PressTensor"]),
  tests("PressRuntime", ["PressFile"]),
  tests("PressFormats", ["PressGraph", "PressFile", "PressTensor"]),
  tests("PressData", ["PressFile", "PressFormats", "PressGraph", "PressTensor"]),
  tests("PressYAML"),
  tests("PressLinearAlgebra"),
  tests("PressPasses", ["PressEngine", "PressGraph", "PressLinearAlgebra", "PressTensor"]),
  tests("Press"),
  .testTarget(
    name: "ConformanceTests",
    dependencies: [
      "Press", "PressONNXSchema", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
    ],
    path: "Tests/ConformanceTests"),
  tests("compress", ["Press"]),
]

let package = Package(
  name: "Press",
  platforms: [.macOS(.v26), .iOS(.v26)],
  products: [
    .library(name: "PressRuntime", targets: ["PressRuntime"]),
    .library(name: "Press", targets: ["Press"]),
    .executable(name: "compress", targets: ["compress"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
  ],
  targets: runtime + toolkit + checks
)

// The documentation plugin is fetched only by those who ask for it: PRESS_DOCS=1, as `make docs` does.
if Context.environment["PRESS_DOCS"] != nil {
  package.dependencies.append(
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"))
}

let cTargets = ["CPressKernels", "COpenBLAS"]

// One strictness for every Swift target of ours. Generated code is held to the language mode only.
for target in package.targets where target.type != .system && !cTargets.contains(target.name) {
  if target.name == "PressONNXSchema" {
    target.swiftSettings = [.swiftLanguageMode(.v6)]
    continue
  }
  target.swiftSettings = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableExperimentalFeature("Lifetimes"),
  ]
}
