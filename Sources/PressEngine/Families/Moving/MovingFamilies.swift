internal import PressGraph
internal import PressTensor

extension PlanningContext {
  /// The family of a node that moves elements, ranks them or works with places; `nil` for others.
  mutating func movingStep(_ node: Node) throws(PlanningProblem) -> PlannedStep? {
    if let family = Self.movingFamily(node) {
      return PlannedStep(MovingStrings(family, moved: Self.movedPlaces(node.operation)), node)
    }
    return switch node.operation {
    case .squeeze(let attributes): PlannedStep(SqueezeFamily(axes: attributes.axes), node)
    case .unsqueeze(let attributes): PlannedStep(UnsqueezeFamily(axes: attributes.axes), node)
    case .size: PlannedStep(SizeFamily(), node)
    case .constantOfShape(let attributes):
      try ConstantOfShapeFamily.planned(attributes, node, &self)
    case .argReduce(let attributes): PlannedStep(ArgReduceFamily(attributes: attributes), node)
    case .topK(let attributes): PlannedStep(TopKFamily(attributes: attributes), node)
    case .cumulativeSum(let attributes):
      PlannedStep(CumulativeSumFamily(attributes: attributes), node)
    case .range: PlannedStep(RangeFamily(), node)
    case .triangle(let attributes): PlannedStep(TriangleFamily(isUpper: attributes.isUpper), node)
    case .dropout(let attributes): PlannedStep(DropoutFamily(attributes, node), node)
    default: nil
    }
  }

  /// The family of a node that moves elements whatever they are.
  private static func movingFamily(_ node: Node) -> (any StepFamily)? {
    switch node.operation {
    case .concat(let attributes): ConcatFamily(axis: attributes.axis)
    case .split(let attributes): SplitFamily(attributes, node)
    case .slice(let attributes): SliceFamily(attributes: attributes)
    case .transpose(let attributes): TransposeFamily(permutation: attributes.permutation)
    case .rearrangeDepth(let attributes): DepthFamily(attributes: attributes)
    case .expand: ExpandFamily()
    case .tile: TileFamily()
    case .pad(let attributes): PadFamily(attributes)
    case .gather(let attributes): GatherFamily(axis: attributes.axis)
    case .gatherElements(let attributes): GatherElementsFamily(axis: attributes.axis)
    case .gatherND(let attributes): GatherNDFamily(batchAxes: attributes.batchAxes)
    case .scatterElements(let attributes): ScatterElementsFamily(attributes: attributes)
    case .scatterND(let attributes): ScatterNDFamily(reduction: attributes.reduction)
    case .oneHot(let attributes): OneHotFamily(attributes: attributes)
    case .resize(let attributes): ResizeFamily(attributes: attributes)
    default: nil
    }
  }

  /// The operands whose elements such a node moves; `nil` is all.
  private static func movedPlaces(_ operation: Operation) -> Set<Int>? {
    switch operation {
    case .concat: nil
    case .pad, .scatterElements, .scatterND: [0, 2]
    case .oneHot: [2]
    default: [0]
    }
  }
}
