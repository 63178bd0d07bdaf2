#!/usr/bin/env python3
"""Prints Fixtures/operators/attributes.txt: the attributes of the operators that the engine runs.

    pip install onnx==1.23.2
    python3 Tests/Interop/operator_attributes.py > Fixtures/operators/attributes.txt

A line for each version of an operator, from 7 on, that differs from the one before in attributes,
and one for the version before 7 as `7`: operator, version, and for each attribute its name, its
kind, and `!` if it is required or `=` and its default. Constant is left out: the reader of ONNX
files makes constants of it. OperationRecordTests compares the typed operators with this.
"""
import onnx
import onnx.defs

OPERATORS = """
Abs Add And ArgMax ArgMin AveragePool BatchNormalization Cast Ceil Clip Concat ConstantOfShape Conv
ConvInteger ConvTranspose Cos CumSum DepthToSpace DequantizeLinear Div Dropout
DynamicQuantizeLinear Elu Equal Erf Exp Expand Flatten Floor GRU Gather GatherElements GatherND
Gelu Gemm GlobalAveragePool GlobalMaxPool Greater GreaterOrEqual GroupNormalization HardSigmoid
HardSwish Identity InstanceNormalization LRN LSTM LayerNormalization LeakyRelu Less LessOrEqual Log
LogSoftmax LpNormalization MatMul MatMulInteger Max MaxPool Mean Min Mish Mod Mul Neg Not OneHot Or
PRelu Pad Pow QLinearConv QLinearMatMul QuantizeLinear RMSNormalization RNN Range Reciprocal
ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum
ReduceSumSquare Relu Reshape Resize Round ScatterElements ScatterND Selu Shape Sigmoid Sign Sin Size
Slice Softmax Softplus Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum Swish Tan Tanh
ThresholdedRelu Tile TopK Transpose Trilu Unsqueeze Where Xor
""".split()

FIRST = 7


def text(value):
    """A default as the file spells it: numbers as they are, floats exactly, words without quotes."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, list):
        return ",".join(text(element) for element in value)
    return repr(value)


def attribute(name, definition):
    words = f"{name}:{definition.type.name.lower()}"
    if definition.required:
        return words + "!"
    if definition.default_value.name:
        return words + "=" + text(onnx.helper.get_attribute_value(definition.default_value))
    return words


def main():
    for name in OPERATORS:
        schemas = sorted(
            (s for s in onnx.defs.get_all_schemas_with_history()
             if s.domain == "" and s.name == name), key=lambda s: s.since_version)
        last = None
        for schema, following in zip(schemas, schemas[1:] + [None]):
            if following and following.since_version <= FIRST:
                continue
            line = [attribute(*pair) for pair in sorted(schema.attributes.items())]
            if line != last:
                print(name, max(schema.since_version, FIRST), *line)
            last = line


if __name__ == "__main__":
    main()
