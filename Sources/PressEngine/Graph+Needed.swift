internal import PressGraph

extension Graph {
  /// The nodes that the outputs need, each behind those it waits for, otherwise as in the source.
  func neededNodesInOrder() throws(EngineError) -> [Node] {
    var makers: [String: Int] = [:]
    for (index, node) in nodes.enumerated() {
      for name in node.outputs where !name.isEmpty {
        guard makers.updateValue(index, forKey: name) == nil else {
          throw .graph(.duplicateValue(name))
        }
      }
    }
    let given = Set(inputs.map(\.name)).union(constants.map(\.name))
      .union(sparseConstants.map(\.name))
    var walk = Walk(nodes: nodes, makers: makers, given: given)
    for output in outputs { try walk.visit(output.name, user: "the graph's outputs") }
    return walk.order.map { nodes[$0] }
  }

  /// A walk from the outputs to the inputs, without recursion since graphs may be deep.
  private struct Walk {
    enum Mark {
      case open, done
    }

    let nodes: [Node]
    let makers: [String: Int]
    let given: Set<String>
    var marks: [Int: Mark] = [:]
    var order: [Int] = []

    mutating func visit(_ name: String, user: String) throws(EngineError) {
      guard let root = try maker(of: name, user: user), marks[root] == nil else { return }
      marks[root] = .open
      var stack = [(node: root, next: 0)]
      while let top = stack.last {
        let inputs = nodes[top.node].inputs
        guard top.next < inputs.count else {
          marks[top.node] = .done
          order.append(top.node)
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        let label = "node '\(nodes[top.node].label)'"
        guard let source = try maker(of: inputs[top.next], user: label) else { continue }
        switch marks[source] {
        case .done: continue
        case .open: throw .graph(.cycle(nodes[source].label))
        case nil:
          marks[source] = .open
          stack.append((source, 0))
        }
      }
    }

    /// The node that makes a value; `nil` for values that are given and inputs left out.
    private func maker(of name: String, user: String) throws(EngineError) -> Int? {
      if name.isEmpty || given.contains(name) { return nil }
      guard let maker = makers[name] else { throw .graph(.undefinedValue(name, user: user)) }
      return maker
    }
  }
}
