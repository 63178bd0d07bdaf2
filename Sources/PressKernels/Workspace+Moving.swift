internal import CPressKernels

extension Workspace {
  /// Copies elements of `width` bytes (1, 2, 4, 8 or 16) from place to place.
  ///
  /// `table` holds 64-bit places where an axis has a table that is only given now.
  public mutating func move(
    _ moves: Moves, width: Int, from input: Operand, to output: ArenaSlice,
    table: ArenaSlice = .empty
  ) {
    guard !moves.isEmpty else { return }
    precondition([1, 2, 4, 8, 16].contains(width), "elements have a width that can be moved")
    checkApart(output, input)
    let (source, target) = (moves.sourceRange, moves.targetRange)
    precondition(source.lowerBound >= 0 && source.upperBound < input.byteCount / width)
    precondition(target.lowerBound >= 0 && target.upperBound < output.byteCount / width)
    check(table, of: moves)
    guard let base = unsafe pointer(to: input) else { return }
    let x = unsafe base + moves.start.source * width
    let y = unsafe arena.pointer(to: output) + moves.start.target * width
    unsafe move(moves.axes[...], width, x, y, table)
    extendLifetime(input)
    extendLifetime(moves)
  }

  /// Walks the axes; the outermost one by one where there are more than the driver takes.
  private mutating func move(
    _ axes: ArraySlice<Moves.Axis>, _ width: Int, _ x: UnsafeRawPointer,
    _ y: UnsafeMutableRawPointer, _ table: ArenaSlice
  ) {
    var team = unsafe team
    guard axes.count > Int(PRESS_MOVED_RANK), let axis = axes.first else {
      var view = view(axes, table)
      unsafe press_move(&team, &view, width, x, y)
      return
    }
    for index in 0..<axis.size {
      let place =
        switch axis.source {
        case .stride(let stride): index * stride
        case .table(let places): Int(places.span[index])
        case .givenTable: read(.slice(table), as: Int64.self) { Int($0[index]) }
        }
      unsafe move(
        axes.dropFirst(), width, x + place * width, y + index * axis.target * width, table)
    }
  }

  private func view(_ axes: ArraySlice<Moves.Axis>, _ table: ArenaSlice) -> press_moves {
    var view = press_moves()
    view.rank = axes.count
    for (index, axis) in axes.enumerated() {
      let places: UnsafePointer<Int64>?
      switch axis.source {
      case .stride(let stride):
        store(stride, at: index, in: &view.x_strides)
        unsafe places = nil
      case .table(let buffer): unsafe places = buffer.pointer
      case .givenTable:
        unsafe places = UnsafePointer(
          arena.pointer(to: table).assumingMemoryBound(to: Int64.self))
      }
      unsafe store(places, at: index, in: &view.x_tables)
      store(axis.size, at: index, in: &view.sizes)
      store(axis.target, at: index, in: &view.y_strides)
    }
    return view
  }

  /// Checks that a table given now says nothing beyond the bound that the walk was made with.
  private func check(_ table: ArenaSlice, of moves: Moves) {
    for axis in moves.axes {
      guard case .givenTable(let bound) = axis.source else { continue }
      read(.slice(table), as: Int64.self) { places in
        precondition(places.count >= axis.size, "a table has a place for each index")
        var isInside = true
        for index in 0..<axis.size {
          isInside = isInside && places[index] >= 0 && places[index] < bound
        }
        precondition(isInside, "a table's places are inside of its operand")
      }
    }
  }
}

/// Sets an element of an array in C.
private func store<Element: BitwiseCopyable, Elements: BitwiseCopyable>(
  _ element: Element, at index: Int, in elements: inout Elements
) {
  unsafe withUnsafeMutableBytes(of: &elements) {
    unsafe $0.storeBytes(
      of: element, toByteOffset: index * MemoryLayout<Element>.stride, as: Element.self)
  }
}
