import PressContainer
public import PressEngine

extension Engine {
  /// Makes the network of a container ready to run.
  ///
  /// - Throws: `FileError`, `ContainerError`, `EngineError`.
  public init(contentsOf path: String, options: PlanOptions = PlanOptions(), threads: Int = 1)
    throws
  {
    self.init(try Plan(try Container(contentsOf: path).model, options: options), threads: threads)
  }
}
