// swift-tools-version: 6.2
import PackageDescription

// libFuzzer targets, one for each reader. A package of its own, so that users never build them:
//
//     Tests/Fuzz/run.sh [seconds] [target...]
//
// A target is a folder below Sources/ with one file that defines LLVMFuzzerTestOneInput; the fuzzer
// brings `main`. The flags --sanitize=fuzzer --sanitize=address only link when given to the command.

/// The readers under test.
let fuzzers = ["FuzzNpy", "FuzzNpz", "FuzzSafetensors"]

let package = Package(
  name: "Fuzz",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "Press", path: "../..")],
  targets: fuzzers.map { name in
    .executableTarget(
      name: name,
      dependencies: [.product(name: "Press", package: "Press")],
      swiftSettings: [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .unsafeFlags(["-parse-as-library"]),
      ])
  }
)
