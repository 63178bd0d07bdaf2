// swift-tools-version: 6.2
import PackageDescription

// An app that runs containers. It depends on PressRuntime alone: no Foundation, no other package.
let package = Package(
  name: "Example",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "Press", path: "../..")],
  targets: [
    .executableTarget(
      name: "example", dependencies: [.product(name: "PressRuntime", package: "Press")])
  ]
)
