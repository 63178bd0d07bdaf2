// swift-tools-version: 6.2
import PackageDescription

// libFuzzer targets, one for each reader and one for the engine. A package of its own, so that users never build them:
//
//     Tests/Fuzz/run.sh [seconds] [target...]
//
// A target is a folder below Sources/ with one file that defines LLVMFuzzerTestOneInput; the fuzzer
// brings `main`. The sanitizers only link when given to the build command, as run.sh does.

/// What is under test: the readers, and the engine.
let fuzzers = ["FuzzNpy", "FuzzNpz", "FuzzSafetensors", "FuzzONNX", "FuzzContainer", "FuzzEngine"]

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6), .enableUpcomingFeature("InternalImportsByDefault"),
  .unsafeFlags(["-parse-as-library"]),
]

let press: Target.Dependency = .product(name: "Press", package: "Press")

let package = Package(
  name: "Fuzz",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "Press", path: "../..")],
  targets: [
    .target(
      name: "FuzzSupport", dependencies: [press], path: "Support", swiftSettings: settings)
  ]
    + fuzzers.map { name in
      .executableTarget(
        name: name, dependencies: ["FuzzSupport", press], swiftSettings: settings)
    }
)
