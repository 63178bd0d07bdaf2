extension Graph {
  /// The indices of the nodes so that each comes after those whose values it takes.
  ///
  /// Nodes keep the order of the source wherever it allows that; a graph already in order stays as
  /// it is. Throws `cycle`. Linear in the number of nodes and uses.
  public func order() throws(GraphError) -> [Int] {
    let producers = producers
    let needs = nodes.map { $0.usedValues.compactMap { producers[$0] } }
    var states = [Visit](repeating: .untouched, count: nodes.count)
    var order: [Int] = []
    order.reserveCapacity(nodes.count)
    var waiting: [(node: Int, next: Int)] = []
    for start in nodes.indices where states[start] == .untouched {
      states[start] = .waiting
      waiting.append((start, 0))
      while let (node, next) = waiting.last {
        guard next < needs[node].count else {
          states[node] = .placed
          order.append(node)
          waiting.removeLast()
          continue
        }
        waiting[waiting.count - 1].next += 1
        let needed = needs[node][next]
        switch states[needed] {
        case .placed: break
        case .waiting: throw .cycle(nodes[needed].label)
        case .untouched:
          states[needed] = .waiting
          waiting.append((needed, 0))
        }
      }
    }
    return order
  }

  /// The graph with its nodes in an order in which they can run; throws `cycle`.
  ///
  /// Nested graphs are ordered too.
  public func sorted() throws(GraphError) -> Graph {
    var graph = self
    graph.nodes = try order().map { nodes[$0] }
    for index in graph.nodes.indices where !graph.nodes[index].operation.graphs.isEmpty {
      graph.nodes[index].operation = try graph.nodes[index].operation.mappingGraphs {
        (nested) throws(GraphError) in try nested.sorted()
      }
    }
    return graph
  }

  private enum Visit {
    case untouched
    case waiting
    case placed
  }
}
