"""What read_container.py does with a container it has read: a summary, npz, a comparison with ONNX."""
import json
import math
import zipfile
from types import SimpleNamespace as Record

import numpy as np
from read_container import ATTRIBUTES, BITS, SECTIONS, STRING, TYPES, is_constant, repeat, unpack_bits

SUPPORTS = "dense", "bitmap", "relative", "positions"
VALUES = ("plain", "codebook", "planes", "narrow", "narrow planes", "fixed point", "affine", "affine with zero points",
          "ternary", "binary")

def summarize(file):
    print("sections  ", *(f"{SECTIONS.get(kind, kind)} {len(body)}" for kind, body in file.sections))
    for name, value in vars(file.metadata).items():
        print(f"{name:13}", len(value) if name == "parts" else value)
    for t in file.tensors:
        form = SUPPORTS[t.support] + ("", " groups", " blocks")[t.structure], VALUES[t.values]
        print(f"tensor {t.id} {t.name!r} {TYPES[t.type][0]} {t.dims} {' '.join(form)}",
              "".join("rhad"[s.coding] for s in t.streams), f"{sum(s.length for s in t.streams)} bytes,",
              f"{t.nonzero} of {t.count} non-zero")
    graphs = [("graph", file.graph)] * bool(file.graph)
    graphs += [(f"function {f.name}", f.body) for f in file.functions]
    for name, g in graphs:
        print(f"{name}: {len(g.inputs)} inputs, {len(g.outputs)} outputs, {len(g.nodes)} nodes")

def save_npz(file, path):
    """Names that stand more than once get the id behind them."""
    names = [t.name for t in file.tensors]
    with zipfile.ZipFile(path, "w") as archive:
        for t in file.tensors:
            if t.type == STRING:
                continue
            name = t.name if names.count(t.name) == 1 else f"{t.name}#{t.id}"
            constant, packed = is_constant(t.rows), BITS[t.type] < 8
            array = np.ascontiguousarray(t.rows[:1] if constant else t.rows)
            array = array.view(TYPES[t.type][2]).reshape(-1)
            if not packed:
                array = np.broadcast_to(array[0], t.dims) if constant else array.reshape(t.dims)
            with archive.open(name + ".npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, array, allow_pickle=False)

def constants_of(graph, functions, constant):
    """{path of names: constant(tensor)} of graphs as read from a container, or made alike."""
    found = {}

    def walk(graph, path):
        for name, tensor, _ in graph.initializers:
            found[f"{path}/{name}"] = constant(tensor)
        attributes([Record(name="sparse", kind=12, value=graph.sparse)], path)
        for node in graph.nodes:
            here = f"{path}/{next(filter(None, node.outputs), '')}"
            if node.tag:
                found[here] = constant(node.tensor)
            else:
                attributes(node.operator.attributes, here)

    def attributes(entries, path):
        for a in entries:
            what = ATTRIBUTES.get(a.kind, "")
            for i, value in enumerate(a.value if what.endswith("*") else [a.value]):
                here = f"{path}.{a.name}.{i}"
                if what.startswith("id"):
                    found[here] = constant(value)
                elif what.startswith("graph"):
                    walk(value, here)
                elif what.startswith("sparse"):
                    found[here + ".values"] = constant(value.values)
                    found[here + ".indices"] = constant(value.indices)
    for name, body, defaults in [("", graph, [])] * bool(graph) + \
            [(f"{f.domain}:{f.name}:{f.overload}", f.body, f.defaults) for f in functions]:
        walk(body, name)
        attributes(defaults, name)
    return found

def onnx_constants_of(path):
    """The same of an ONNX file: its graphs in the container's shape, with tensors in place of their ids."""
    from onnx import helper, load, numpy_helper

    def constant(t):
        bits, width = BITS[t.data_type], max(BITS[t.data_type] // 8, 1)
        if t.data_type == STRING:
            rows = np.empty((len(t.string_data), 1), object)
            rows[:, 0] = list(t.string_data)
        else:
            raw = t.raw_data if t.HasField("raw_data") else numpy_helper.to_array(t).tobytes()
            rows = np.frombuffer(raw, np.uint8).reshape(-1, width)
            if bits < 8 and not t.HasField("raw_data"):
                elements = unpack_bits(raw).reshape(-1, 8)[:, :bits]
                rows = np.packbits(elements, bitorder="little").reshape(-1, 1)
        return t.data_type, list(t.dims), rows

    def tensor_of(node, known):
        """What a Constant node or a ConstantOfShape of a constant shape yields, or None."""
        a = node.attribute[0] if node.attribute else None
        if node.domain not in ("", "ai.onnx") or a is not None and (a.ref_attr_name or a.type == 11):
            return None
        if node.op_type == "Constant":
            type = {1: 1, 2: 7, 3: 8, 6: 1, 7: 7, 8: 8}.get(a.type)
            value = helper.get_attribute_value(a)
            several = a.type > 5
            return constant(value) if type is None else constant(helper.make_tensor(
                "", type, [len(value)] if several else [], value if several else [value]))
        if node.op_type == "ConstantOfShape" and node.input[0] in known:
            dims = np.ascontiguousarray(known[node.input[0]][2]).view("<i8").reshape(-1).tolist()
            type, _, one = constant(a.t) if a is not None else (1, [], np.zeros((1, 4), np.uint8))
            return type, dims, repeat(one[0], BITS[type], math.prod(dims))

    def sparse(s):
        return Record(name=s.values.name, values=constant(s.values), indices=constant(s.indices))

    def attribute(a, known):
        convert = {4: constant, 5: lambda g: graph(g, known), 11: sparse}
        convert |= {9: convert[4], 10: convert[5], 12: sparse}
        value = None if a.ref_attr_name or a.type not in convert else helper.get_attribute_value(a)
        return Record(name=a.name, kind=a.type if value is not None else 0, value=value if value is None else
                      convert[a.type](value) if a.type in (4, 5, 11) else [convert[a.type](v) for v in value])

    def graph(g, known):
        result = Record(initializers=[(t.name, constant(t), "") for t in getattr(g, "initializer", ())],
                        sparse=[sparse(s) for s in getattr(g, "sparse_initializer", ())], nodes=[])
        known = known | {name: t for name, t, _ in result.initializers}
        for node in g.node:
            tensor = tensor_of(node, known)
            if tensor:
                known[node.output[0]] = tensor
            operator = Record(attributes=[attribute(a, known) for a in node.attribute])
            result.nodes.append(Record(outputs=node.output, tag=bool(tensor), tensor=tensor,
                                       operator=operator))
        return result
    model = load(path)
    functions = [Record(domain=f.domain, name=f.name, overload=f.overload, body=graph(f, {}),
                        defaults=[attribute(a, {}) for a in f.attribute_proto]) for f in model.functions]
    return constants_of(graph(model.graph, {}), functions, lambda tensor: tensor)

def same(a, b):
    if a[0] != b[0] or list(a[1]) != list(b[1]) or a[2].shape != b[2].shape:
        return False
    few = 1 if is_constant(a[2]) and is_constant(b[2]) else None
    return np.array_equal(a[2][:few], b[2][:few])

def compare_decoded(file, path):
    """The same with a safetensors file of all tensors, decoded."""
    with open(path, "rb") as stream:
        size = int.from_bytes(stream.read(8), "little")
        table, data = json.loads(stream.read(size)), stream.read()
    ranges = {name: data[slice(*entry["data_offsets"])] for name, entry in table.items() if name != "__metadata__"}
    wrong = [t.name for t in file.tensors if ranges.get(t.name) != np.ascontiguousarray(t.rows).tobytes()]
    print(*wrong, f"{len(file.tensors) - len(wrong)} of {len(ranges)} tensors are the same, bit for bit", sep="\n")
    return not wrong and len(ranges) == len(file.tensors)

def compare(file, path):
    """Prints every difference; whether there is none."""
    if path.endswith(".safetensors"):
        return compare_decoded(file, path)
    record = lambda i: (file.by_id[i].type, file.by_id[i].dims, file.by_id[i].rows)
    ours, theirs = constants_of(file.graph, file.functions, record), onnx_constants_of(path)
    names = sorted(ours.keys() | theirs.keys())
    wrong = [n for n in names if n not in ours or n not in theirs or not same(ours[n], theirs[n])]
    for n in wrong:
        print(n, "is only in the container" if n not in theirs else
              "is only in the ONNX file" if n not in ours else "differs")
    print(f"{len(names) - len(wrong)} of {len(names)} constants are the same, bit for bit;",
          f"the container has {len(file.tensors)} tensors")
    return not wrong
