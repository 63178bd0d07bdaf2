import Foundation
import PressTestSupport
import Testing

@Suite("Interruptions", .serialized) struct InterruptionTests {
  let folder = TemporaryFolder()
  let large = Tool.root.path + "/Fixtures/models/lenet-5.onnx"

  /// Starts a command that replaces `path`, and sends it a signal after a while.
  func interrupted(_ path: String, after seconds: Double, _ signal: Int32) throws -> Int32 {
    let started = try Tool.started(
      Tool.executable, ["prune", "--ratio", "0.9", large, "-o", path, "--force", "--quiet"])
    Thread.sleep(forTimeInterval: seconds)
    kill(started.process.processIdentifier, signal)
    started.process.waitUntilExit()
    return started.process.terminationStatus
  }

  @Test("Whenever it is told to stop, the earlier file stays whole and nothing else is left")
  func terminated() throws {
    let path = folder.file("model.bin")
    try Data("old".utf8).write(to: URL(fileURLWithPath: path))
    for attempt in 1...8 {
      let status = try interrupted(path, after: Double(attempt) * 0.02, SIGTERM)
      #expect(status == 7 || status == 0)
      #expect(folder.names == ["model.bin"])
      if status == 7 {
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("old".utf8))
      } else {
        #expect(try Tool.run("verify", path).status == 0)
        try Data("old".utf8).write(to: URL(fileURLWithPath: path))
      }
    }
  }

  @Test("Killed without warning, the target is the old file or the whole new one")
  func killed() throws {
    let path = folder.file("model.bin")
    for attempt in 1...8 {
      try Data("old".utf8).write(to: URL(fileURLWithPath: path))
      _ = try interrupted(path, after: Double(attempt) * 0.03, SIGKILL)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      let isWhole = try bytes == Data("old".utf8) || Tool.run("verify", path).status == 0
      #expect(isWhole)
    }
  }

  @Test("A full disk is exit code 1 and leaves the old file and nothing else")
  func full() throws {
    let path = folder.file("model.bin")
    try Data("old".utf8).write(to: URL(fileURLWithPath: path))
    let command =
      "ulimit -f 64; trap '' XFSZ; exec '\(Tool.executable.path)' convert '\(large)' -o '\(path)' --force"
    let result = try Tool.run(URL(fileURLWithPath: "/bin/sh"), ["-c", command])
    expectFailure(result, 1, "cannot write")
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("old".utf8))
    #expect(folder.names == ["model.bin"])
  }
}
