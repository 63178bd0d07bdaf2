internal import CPressKernels

extension Workspace {
  /// What is taken of a window.
  public enum Window: Sendable {
    /// The largest element.
    case maximum
    /// The mean of the elements inside the input.
    case average
    /// The mean of all elements, padding counted as zeros.
    case averageWithPadding
  }

  /// Pools each of `planes` planes.
  public mutating func pool(
    _ window: Window, planes: Int, vertical: WindowAxis, horizontal: WindowAxis, input: Operand,
    output: ArenaSlice
  ) {
    checkApart(output, input)
    let x = unsafe self.input(input, count: planes * vertical.input * horizontal.input)
    let y = unsafe self.output(output, count: planes * vertical.output * horizontal.output)
    let kind =
      switch window {
      case .maximum: press_window_max
      case .average: press_window_average
      case .averageWithPadding: press_window_average_with_padding
      }
    var team = unsafe team
    var axes = (vertical.view, horizontal.view)
    unsafe press_pool(&team, kind, planes, &axes.0, &axes.1, x, y)
    extendLifetime(input)
  }
}
