public import PressTensor

/// What a node does: an operator with typed attributes, or one kept whole for not being known.
///
/// A file holds operators as records; `init(_:opset:)` and `record(opset:)` translate. A record
/// whose attributes are not exactly what the operator's specification allows stays opaque, so that
/// nothing is lost and running it can name what is wrong. Where a version of the operator set
/// decides what an operator means, and not only how its attributes are spelled, a property says so.
public enum Operation: Sendable, Equatable {
  /// A constant in the graph: a Constant node, or a ConstantOfShape whose shape is constant.
  case constant(WeightID, ConstantForm)
  /// A function of each element without attributes.
  case unary(UnaryFunction)
  /// A function of each element with parameters.
  case activation(Activation)
  /// A function of two elements, broadcast.
  case binary(BinaryFunction)
  /// A function of the elements of any number of tensors, broadcast.
  case variadic(VariadicFunction)
  /// The remainder of a division, broadcast.
  case modulo(Modulo)
  /// Elements of the second or third input, where the first is true or false; broadcast.
  case select
  /// Elements forced between two bounds.
  case clip(Clip)
  /// Elements in another type.
  case cast(Cast)
  /// Nothing, outside training.
  case dropout(Dropout)
  /// Convolution.
  case convolution(Convolution)
  /// The transpose of a convolution.
  case convolutionTranspose(ConvolutionTranspose)
  /// `alpha * A' * B' + beta * C`.
  case gemm(Gemm)
  /// A matrix product, batched over leading axes.
  case matrixProduct
  /// Convolution of integers, with or without scales.
  case quantizedConvolution(QuantizedConvolution)
  /// A product of integer matrices, with or without scales.
  case quantizedProduct(QuantizedProduct)
  /// Integers, or small floats, out of numbers divided by scales.
  case quantize(QuantizeLinear)
  /// Numbers out of integers, or small floats, times scales.
  case dequantize(DequantizeLinear)
  /// 8-bit integers with a scale and a zero point that are found from the input; three outputs.
  case dynamicQuantize
  /// A recurrent layer.
  case recurrent(Recurrent)
  /// The largest or mean element of a window.
  case pool(Pool)
  /// The largest or mean element of all positions.
  case globalPool(GlobalPool)
  /// Elements reduced along axes.
  case reduce(Reduction)
  /// The position of the largest or smallest element along an axis.
  case argReduce(ArgReduction)
  /// Running sums along an axis that the second input gives.
  case cumulativeSum(CumulativeSum)
  /// The largest or smallest elements along an axis, and their positions.
  case topK(TopK)
  /// Exponentials divided by their sum, their logarithm, or the position of the largest.
  case softmax(Softmax)
  /// Normalization by statistics of each channel over the batch.
  case batchNormalization(BatchNormalization)
  /// Normalization by statistics of trailing axes.
  case layerNormalization(LayerNormalization)
  /// Division by the root of the mean square of trailing axes.
  case rmsNormalization(RMSNormalization)
  /// Division by a norm along an axis.
  case lpNormalization(LpNormalization)
  /// Normalization by statistics of each channel of each example.
  case instanceNormalization(InstanceNormalization)
  /// Normalization by statistics of groups of channels of each example.
  case groupNormalization(GroupNormalization)
  /// Normalization by the squares of neighbouring channels.
  case localResponseNormalization(LocalResponseNormalization)
  /// All axes joined into two.
  case flatten(Flatten)
  /// The same elements under another shape, given by the second input.
  case reshape(Reshape)
  /// Axes in another order.
  case transpose(Transpose)
  /// Axes of size 1 taken away.
  case squeeze(Squeeze)
  /// Axes of size 1 put in.
  case unsqueeze(Unsqueeze)
  /// Broadcast to the shape that the second input gives.
  case expand
  /// Repeated along each axis as often as the second input says.
  case tile
  /// Tensors joined along an axis.
  case concat(Concat)
  /// A tensor cut along an axis.
  case split(Split)
  /// A range of each axis.
  case slice(Slice)
  /// Entries of an axis picked by indices.
  case gather(Gather)
  /// An element for each index along an axis.
  case gatherElements(GatherElements)
  /// Slices picked by tuples of indices.
  case gatherND(GatherND)
  /// Elements put at indices along an axis.
  case scatterElements(ScatterElements)
  /// Slices put at tuples of indices.
  case scatterND(ScatterND)
  /// One value where an index says, another one elsewhere.
  case oneHot(OneHot)
  /// The upper or lower triangle of matrices.
  case triangle(Triangle)
  /// Blocks of positions moved into channels, or back.
  case rearrangeDepth(DepthRearrangement)
  /// A tensor sampled at other positions.
  case resize(Resize)
  /// Elements put around.
  case pad(Pad)
  /// The dimensions of a tensor.
  case shape(ShapeOf)
  /// The number of elements of a tensor.
  case size
  /// The numbers from the first input up to the second in steps of the third.
  case range(NumberRange)
  /// One element repeated to a shape that is known only when running.
  case constantOfShape(ConstantOfShape)
  /// An operator that Press keeps without understanding it.
  case opaque(OperationRecord)
}

/// How the source writes a constant that is a node.
public enum ConstantForm: Sendable, Hashable {
  /// A Constant node.
  case constant
  /// A ConstantOfShape node: its input names the shape, its value is the one element.
  case constantOfShape
}
