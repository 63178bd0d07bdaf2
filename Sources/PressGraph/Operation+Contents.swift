public import PressTensor

extension AttributeValue {
  /// The graphs that the value holds itself, not those nested in them.
  public var graphs: [Graph] {
    switch self {
    case .graph(let graph): [graph]
    case .graphs(let graphs): graphs
    default: []
    }
  }

  /// The weights that the value names itself, in order; those of its graphs are left out.
  public var weights: [WeightID] {
    switch self {
    case .tensor(let id): [id]
    case .tensors(let ids): ids
    case .sparseTensor(let tensor): [tensor.values, tensor.indices]
    case .sparseTensors(let tensors): tensors.flatMap { [$0.values, $0.indices] }
    default: []
    }
  }
}

extension Operation {
  /// The graphs that the operation runs, such as the branches of an If; not those nested in them.
  public var graphs: [Graph] {
    guard case .opaque(let record) = self else { return [] }
    return record.attributes.flatMap(\.value.graphs)
  }

  /// The weights that the operation holds in its attributes; those of its graphs are left out.
  public var weights: [WeightID] {
    switch self {
    case .constant(let id, _): [id]
    case .constantOfShape(let attributes): attributes.value.map { [$0] } ?? []
    case .opaque(let record): record.attributes.flatMap(\.value.weights)
    default: []
    }
  }

  /// The operation with each of its graphs replaced by what `change` makes of it.
  func mappingGraphs<Failure: Error>(
    _ change: (Graph) throws(Failure) -> Graph
  ) throws(Failure) -> Operation {
    guard case .opaque(var record) = self else { return self }
    for index in record.attributes.indices {
      switch record.attributes[index].value {
      case .graph(let graph):
        record.attributes[index].value = .graph(try change(graph))
      case .graphs(let graphs):
        var changed: [Graph] = []
        for graph in graphs { changed.append(try change(graph)) }
        record.attributes[index].value = .graphs(changed)
      default: break
      }
    }
    return .opaque(record)
  }
}
