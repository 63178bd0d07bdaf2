// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "Press", path: "../..")],
  targets: [
    .target(name: "CPeaks"),
    .executableTarget(
      name: "benchmarks",
      dependencies: ["CPeaks", .product(name: "Press", package: "Press")]),
  ]
)
