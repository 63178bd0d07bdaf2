// swift-tools-version: 6.2
import PackageDescription

// The smallest app that runs a container; check.sh looks at what it links.
let package = Package(
  name: "Linkage",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "Press", path: "../..")],
  targets: [
    .executableTarget(
      name: "linkage", dependencies: [.product(name: "PressRuntime", package: "Press")])
  ]
)
