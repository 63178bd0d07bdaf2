#!/usr/bin/env python3
"""Reads a container. Written from docs/container.md alone, without a look at the program's own reader, to prove
that the document is enough; whoever changes the format changes this file from the document again.

    read_container.py model.bin                       check everything, print a summary
    read_container.py model.bin --npz out.npz         also save the tensors (all but strings)
    read_container.py model.bin --compare model.onnx  also compare every constant bit for bit

Needs numpy, and onnx for --compare. Exit codes: 0 done; 1 a difference; 3 no container, or a later version of it;
8 a damaged one.
"""

import argparse
import math
import struct
import sys
import zipfile
import zlib
from types import SimpleNamespace as Record

import numpy as np

MAGIC = b"\x89PRESS\r\n"
SECTIONS = {1: "data", 2: "strings", 3: "metadata", 4: "tensors", 5: "graph"}
DENSE, BITMAP, RELATIVE = range(3)
PLAIN, CODEBOOK, PLANES = range(3)
RAW, HUFFMAN = range(2)
STRING = 8
MAX_DEPTH = 64
MAX_BYTES = 1 << 33  # of an expanded tensor; the format has no limit of its own

# Number: name, bits, numpy type, sign bits. A sign bit doesn't count for "other than 0": -0 is 0. The types without
# one have no -0: in the fnuz types its code is NaN.
TYPES = {
    1: ("float32", 32, "<f4", [31]), 2: ("uint8", 8, "u1", []), 3: ("int8", 8, "i1", []),
    4: ("uint16", 16, "<u2", []), 5: ("int16", 16, "<i2", []), 6: ("int32", 32, "<i4", []),
    7: ("int64", 64, "<i8", []), 8: ("string", 0, None, []), 9: ("bool", 8, "?", []),
    10: ("float16", 16, "<f2", [15]), 11: ("float64", 64, "<f8", [63]), 12: ("uint32", 32, "<u4", []),
    13: ("uint64", 64, "<u8", []), 14: ("complex64", 64, "<c8", [31, 63]),
    15: ("complex128", 128, "<c16", [63, 127]), 16: ("bfloat16", 16, "<u2", [15]),
    17: ("float8e4m3fn", 8, "u1", [7]), 18: ("float8e4m3fnuz", 8, "u1", []), 19: ("float8e5m2", 8, "u1", [7]),
    20: ("float8e5m2fnuz", 8, "u1", []), 21: ("uint4", 4, "u1", []), 22: ("int4", 4, "u1", []),
    23: ("float4e2m1", 4, "u1", [3]), 24: ("float8e8m0", 8, "u1", []), 25: ("uint2", 2, "u1", []),
    26: ("int2", 2, "u1", []), 27: ("float6e2m3", 6, "u1", [5]), 28: ("float6e3m2", 6, "u1", [5]),
}


class Damaged(Exception):
    """A rule of the format is broken."""


class NotReadable(Exception):
    """Not a container, or one of a later version."""


def check(condition, message):
    if not condition:
        raise Damaged(message)


class Cursor:
    """Reads the basic types one after the other (Conventions). Nothing is allocated by an unchecked length."""

    def __init__(self, data, what, strings=()):
        self.data, self.at, self.what, self.strings, self.ids = data, 0, what, strings, None

    def take(self, size):
        check(size <= len(self.data) - self.at, f"{self.what}: ends too soon")
        self.at += size
        return self.data[self.at - size:self.at]

    def unpack(self, form):
        return struct.unpack("<" + form, self.take(struct.calcsize("<" + form)))[0]

    def u8(self):
        return self.unpack("B")

    def u32(self):
        return self.unpack("I")

    def u64(self):
        return self.unpack("Q")

    def float(self):
        return self.take(4)  # the bits, so that no NaN is changed

    def number(self, bits=63):
        value = shift = 0
        while True:
            byte = self.u8()
            value |= (byte & 127) << shift
            check(value < 1 << bits, f"{self.what}: number too large")
            shift += 7
            if byte < 128:
                check(byte or shift == 7, f"{self.what}: number not in its shortest form")
                return value
            check(shift < bits, f"{self.what}: number too long")

    def signed(self):
        value = self.number(64)
        return value >> 1 ^ -(value & 1)

    def list(self, read):
        count = self.number()
        check(count <= len(self.data) - self.at, f"{self.what}: list longer than what is left")  # 1 byte or more each
        return [read() for _ in range(count)]

    def optional(self, read):
        entries = self.list(read)
        check(len(entries) <= 1, f"{self.what}: more than one of an optional")
        return entries[0] if entries else None

    def blob(self):
        index = self.number()
        check(index < len(self.strings), f"{self.what}: no such string")
        return self.strings[index]

    def string(self):
        try:
            return self.blob().decode()
        except UnicodeDecodeError:
            raise Damaged(f"{self.what}: string is not UTF-8") from None

    def id(self):
        value = self.number()
        check(value in self.ids, f"{self.what}: no tensor {value}")
        return value

    def one_of(self, values, name):
        value = self.u8()
        check(value in values, f"{self.what}: {name} {value}")
        return value

    def several(self, *reads):
        return tuple(read() for read in reads)

    def end(self):
        check(self.at == len(self.data), f"{self.what}: bytes behind the end")


# Header, directory, strings, metadata

def read_sections(data):
    """The sections, [(kind, bytes)], after the header and the directory."""
    if data[:8] != MAGIC:
        raise NotReadable("not a container")
    check(len(data) >= 32, "header: ends too soon")
    version, flags, size, length, directory_sum, header_sum = struct.unpack("<HHIQII", data[8:32])
    check(zlib.crc32(data[:28]) == header_sum, "header: checksum")
    if version > 1:
        raise NotReadable(f"version {version}")
    check(version == 1 and flags == 0, "header: version or flags")
    check(length == len(data) and size <= len(data) - 32, "header: lengths")
    check(zlib.crc32(data[length - size:]) == directory_sum, "directory: checksum")
    cursor = Cursor(data[length - size:], "directory")
    entries = cursor.list(lambda: cursor.several(cursor.u8, lambda: cursor.one_of((0, 1), "flag"),
                                                 cursor.number, cursor.u32))
    cursor.end()
    sections, at = [], 32
    for kind, required, count, checksum in entries:
        check(count <= length - size - at, "directory: section too long")
        sections.append((kind, data[at:at + count]))
        check(zlib.crc32(sections[-1][1]) == checksum, f"section {kind}: checksum")
        check(kind in SECTIONS or not required, f"section {kind}: unknown and required")
        at += count
    check(at == length - size, "directory: bytes between the sections and the directory")
    check([kind for kind, _ in sections if kind in SECTIONS] == list(SECTIONS), "directory: order of sections")
    return sections


def read_strings(data):
    cursor, before, total = Cursor(data, "strings"), b"", 0

    def entry():
        nonlocal before, total
        shared, rest = cursor.number(), cursor.number()
        total += shared + rest
        check(shared <= len(before) and total <= 1 << 28, "strings: lengths")
        before = before[:shared] + bytes(cursor.take(rest))
        return before

    strings = cursor.list(entry)
    cursor.end()
    check(len(set(strings)) == len(strings), "strings: one stands twice")
    return strings


def read_metadata(c):
    pairs = lambda: c.list(lambda: c.several(c.string, c.string))
    result = Record(
        ir_version=c.signed(), opsets=c.list(lambda: c.several(c.string, c.signed)),
        producer=c.several(c.string, c.string, c.string), model_version=c.signed(), doc=c.string(),
        properties=pairs(), parts=c.list(lambda: c.several(c.string, c.blob)),
        source=c.optional(lambda: c.several(c.string, c.blob, c.number)),
        passes=c.list(lambda: c.several(c.string, c.string, c.u64, c.string)))
    c.end()
    names = [name for name, _ in result.parts]
    check(names == sorted(names, key=str.encode), "metadata: parts are not sorted")
    check(not result.source or len(result.source[1]) == 32, "metadata: not a SHA-256")
    return result


# Tensors

def read_tensor(c):
    """One record, without its streams' bytes. A stream: role, number of symbols, width, coding, length, entropy."""
    t = Record(id=c.number(), name=c.string(), type=c.one_of(TYPES, "element type"), dims=c.list(c.number))
    what = c.what = f"tensor {t.name!r}"
    bits, text = TYPES[t.type][1], t.type == STRING
    t.count = t.kept = math.prod(t.dims)
    check(t.id < 1 << 32 and t.count * max(bits, 8) < 1 << 63, f"{what}: id or dimensions")
    t.support = c.one_of((DENSE, BITMAP, RELATIVE), "support")
    t.streams, roles = [], []
    if t.support != DENSE:
        t.kept = c.number()
        check(t.kept <= t.count, f"{what}: more stored elements than elements")
    if t.support == BITMAP:
        roles.append(("bitmap", (t.count + 7) // 8, 8))
    elif t.support == RELATIVE:
        width, symbols = c.u8(), c.number()
        check(1 <= width <= 8, f"{what}: width of the relative index")
        roles.append(("relative index", symbols, width))
    t.values, t.index_bits, t.entries = c.one_of((PLAIN, CODEBOOK, PLANES), "values"), None, None
    if t.values == CODEBOOK:
        t.index_bits, t.entries = c.u8(), c.number()
        check(t.index_bits <= 8 and 1 <= t.entries <= 1 << t.index_bits, f"{what}: codebook")
    length = c.number() if text else (t.kept * bits + 7) // 8
    if bits % 8 or text:
        check(t.support == DENSE and t.values != PLANES and not t.index_bits, f"{what}: form not for this type")
    if t.values == PLAIN:
        roles.append(("values", length, 8))
    elif t.values == PLANES:
        check(bits >= 16, f"{what}: byte planes of a single byte")
        roles += [(f"plane {k}", t.kept, 8) for k in range(bits // 8)]
    else:
        roles.append(("codebook", length if text else t.entries * ((bits + 7) // 8), 8))
        if t.index_bits:
            roles.append(("indices", t.kept, t.index_bits))
    t.parents, t.nonzero = c.list(c.number), c.number()
    check(t.nonzero <= t.count, f"{what}: non-zeros")
    for role, symbols, width in roles:
        s = Record(role=role, symbols=symbols, width=width, coding=c.one_of((RAW, HUFFMAN), "coding"),
                   length=c.number(), entropy=c.number())
        check(s.coding == HUFFMAN or s.length == (symbols * width + 7) // 8, f"{what}: length of a raw {role}")
        check(s.coding == RAW or role != "codebook", f"{what}: coded codebook")
        t.streams.append(s)
    t.checksum = c.u32()
    return t


def cut_streams(tensors, data):
    """Gives every stream its bytes (Streams)."""
    at = 32
    for t in tensors:
        total = 0
        for s in t.streams:
            skip = 0
            if s.coding == RAW and s.length and not s.role.startswith("plane"):
                skip = -at % (64 if s.length >= 4096 else 4)
            begin = at - 32 + skip
            check(begin + s.length <= len(data), f"tensor {t.name!r}: beyond the data section")
            check(not any(data[begin - skip:begin]), f"tensor {t.name!r}: padding is not 0")
            s.data = data[begin:begin + s.length]
            total = zlib.crc32(s.data, total)
            at += skip + s.length
        check(total == t.checksum, f"tensor {t.name!r}: checksum")
    check(at - 32 == len(data), "data: bytes behind the last stream")


def unpack_huffman(data, count):
    c = Cursor(data, "coded stream")
    head = c.u8()
    form, parts = head & 15, 1 << (head >> 4)
    check(form <= 2 and parts <= 32, "coded stream: form or parts")
    if form == 0:
        symbol = c.u8()
        c.end()
        return np.broadcast_to(np.uint8(symbol), (count,))
    first, last, half = c.u8(), c.u8(), []

    def nibble():
        if not half:
            byte = c.u8()
            half.extend((byte >> 4, byte & 15))
        return half.pop()

    check(first < last, "coded stream: first and last symbol")
    lengths = []
    while len(lengths) < last - first + 1:
        length = nibble()
        lengths += [length] * (1 if length or form == 1 else 1 + nibble())
    check(len(lengths) == last - first + 1 and half in ([], [0]), "coded stream: table")
    order = sorted((length, first + i) for i, length in enumerate(lengths) if length)
    longest = order[-1][0] if order else 0
    # Canonical codes in their order share out the numbers of `longest` bits from 0 on.
    shares = [1 << longest - length for length, _ in order]
    check(sum(shares) == 1 << longest, "coded stream: incomplete code")
    symbol_of = np.repeat(np.array([symbol for _, symbol in order], np.uint8), shares)
    length_of = np.repeat(np.array([length for length, _ in order], np.uint8), shares)
    sizes, left, result = [c.number() for _ in range(parts - 1)], count, []
    for size in sizes + [None]:
        part, here = c.take(len(data) - c.at if size is None else size), min(left, -(-count // parts))
        left -= here
        bits = np.unpackbits(np.frombuffer(part, np.uint8), bitorder="little")
        ahead = np.append(bits, np.zeros(longest, np.uint8))
        window = np.zeros(len(bits), np.uint16)  # at each bit, it and those behind it, the first one highest
        for k in range(longest):
            window = window << 1 | ahead[k:k + len(bits)]
        steps, at, starts = length_of[window].tobytes(), 0, []
        try:
            for _ in range(here):
                starts.append(at)
                at += steps[at]
        except IndexError:
            raise Damaged("coded stream: part ends too soon") from None
        check((at + 7) // 8 == len(part) and not bits[at:].any(), "coded stream: end of a part")
        result.append(symbol_of[window[starts]] if starts else np.empty(0, np.uint8))
    return np.concatenate(result)


def symbols_of(s, what):
    if s.coding == HUFFMAN:
        symbols = unpack_huffman(s.data, s.symbols)
    else:
        symbols = np.frombuffer(s.data, np.uint8)
        if s.width < 8:
            bits = np.unpackbits(symbols, bitorder="little")
            check(not bits[s.symbols * s.width:].any(), f"{what}: spare bits of {s.role}")
            bits = bits[:s.symbols * s.width].reshape(s.symbols, s.width)
            symbols = np.packbits(bits, axis=1, bitorder="little").reshape(s.symbols)
    check(not s.symbols or symbols.max() < 1 << s.width, f"{what}: symbol too large in {s.role}")
    counts = np.bincount(symbols, minlength=1)
    entropy = math.fsum(c * math.log2(s.symbols / c) for c in counts[counts > 0].tolist())
    check(abs(entropy - s.entropy) <= 0.5 + 1e-9 * entropy, f"{what}: entropy of {s.role}")
    return symbols


def decode(t):
    """The tensor as rows of bytes: one an element; of types below 8 bits one a packed byte; strings as objects.
    A constant tensor is one row, repeated by a stride of 0."""
    what, bits = f"tensor {t.name!r}", TYPES[t.type][1]
    streams = {s.role: symbols_of(s, what) for s in t.streams}
    if t.type == STRING:
        c = Cursor(bytes(t.streams[0].data) if t.streams[0].coding == RAW else streams["values"].tobytes(), what)
        rows = np.empty((1 if t.values == CODEBOOK else t.count, 1), object)
        for i in range(len(rows)):
            rows[i, 0] = c.take(c.u32())
        c.end()
        return np.broadcast_to(rows, (t.count, 1))
    size = max(bits // 8, 1)
    constant = t.index_bits == 0 and t.support == DENSE
    check(constant and bits >= 8 or t.count * bits // 8 <= MAX_BYTES, f"{what}: too large for this reader")
    if t.values == PLAIN:
        rows = streams["values"].reshape(-1, size)
    elif t.values == PLANES:
        rows = np.stack([streams[f"plane {k}"] for k in range(size)], axis=1)
    else:
        book = streams["codebook"].reshape(t.entries, size)
        check(not t.index_bits or not t.kept or streams["indices"].max() < t.entries, f"{what}: index")
        rows = book[streams["indices"]] if t.index_bits else np.broadcast_to(book, (t.kept, size))
    if bits < 8:
        if constant:  # 24 bits are a whole number of elements and of bytes
            one = np.unpackbits(book[0], bitorder="little")[:bits]
            rows = np.resize(np.packbits(np.resize(one, 24), bitorder="little"), ((t.count * bits + 7) // 8, 1))
            if t.count * bits % 8:
                rows[-1] &= (1 << t.count * bits % 8) - 1
        spare = t.count * bits % 8
        check(not spare or not rows[-1, 0] >> spare, f"{what}: spare bits")
        return rows
    if t.support == DENSE:
        return rows
    if t.support == BITMAP:
        stored = np.unpackbits(streams["bitmap"], bitorder="little")
        check(not stored[t.count:].any(), f"{what}: bits behind the bitmap")
        positions = np.flatnonzero(stored[:t.count])
    else:
        gaps, skip = streams["relative index"], (1 << t.streams[0].width) - 1
        check(not len(gaps) or gaps[-1] != skip, f"{what}: relative index ends in a skip")
        positions = (np.cumsum(gaps.astype(np.int64) + (gaps < skip)) - 1)[gaps < skip]
        check(not len(positions) or positions[-1] < t.count, f"{what}: relative index beyond the tensor")
    check(len(positions) == t.kept, f"{what}: number of stored elements")
    dense = np.zeros((t.count, size), np.uint8)
    dense[positions] = rows
    return dense


def is_constant(rows):
    return len(rows) <= 1 or rows.strides[0] == 0


def count_nonzero(type, rows, count):
    if type == STRING or not count:
        return count
    bits, signs = TYPES[type][1], TYPES[type][3]
    if bits < 8:
        set_bits = np.unpackbits(rows, bitorder="little")[:count * bits].reshape(count, bits)
        return int(np.delete(set_bits, signs, axis=1).any(axis=1).sum())
    mask = np.full(bits // 8, 255, np.uint8)
    for bit in signs:
        mask[bit // 8] &= ~(1 << bit % 8) & 255
    return count * bool((rows[0] & mask).any()) if is_constant(rows) else int((rows & mask).any(axis=1).sum())


# Graph

ATTRIBUTES = {1: "float", 2: "signed", 3: "blob", 4: "id", 5: "graph", 11: "sparse", 13: "type"}
ATTRIBUTE_LISTS = {6: 1, 7: 2, 8: 3, 9: 4, 10: 5, 12: 11, 14: 13}


class GraphCursor(Cursor):
    depth = 0

    def nested(self, depth):
        check(depth <= MAX_DEPTH, f"{self.what}: nested too deep")

    def pairs(self):
        return self.list(lambda: self.several(self.string, self.string))

    def element_type(self):
        return self.one_of((0, *TYPES), "element type")

    def type(self, depth=1):
        self.nested(depth)
        kind = self.one_of(range(7), "type")
        if kind in (1, 2):
            return kind, self.element_type(), self.optional(lambda: self.list(self.dimension))
        if kind in (3, 4):
            return kind, self.type(depth + 1)
        if kind == 5:
            return kind, self.element_type(), self.type(depth + 1)
        return (kind, self.string(), self.string()) if kind == 6 else (kind,)

    def dimension(self):
        return (lambda: None, self.signed, self.string)[self.one_of(range(3), "dimension")]()

    def value(self):
        return self.several(self.string, self.type, self.string, self.pairs)

    def sparse(self):
        return Record(name=self.string(), values=self.id(), indices=self.id(), dims=self.list(self.signed))

    def attribute(self):
        name, kind = self.string(), self.u8()
        base = kind & 127
        check(base in ATTRIBUTES or base in ATTRIBUTE_LISTS, f"{self.what}: attribute kind {kind}")
        if kind & 128:
            return Record(name=name, kind=kind, value=self.string())
        read = getattr(self, ATTRIBUTES[ATTRIBUTE_LISTS.get(base, base)])
        return Record(name=name, kind=kind, value=self.list(read) if base in ATTRIBUTE_LISTS else read())

    def node(self):
        node = Record(name=self.string(), inputs=self.list(self.string), outputs=self.list(self.string),
                      doc=self.string(), properties=self.pairs(), tag=self.one_of(range(3), "tag"))
        if node.tag:
            node.tensor, node.attributes = self.id(), []
            node.operator = ("", ("Constant", "ConstantOfShape")[node.tag - 1], "")
        else:
            node.operator = self.several(self.string, self.string, self.string)
            node.attributes = self.list(self.attribute)
        return node

    def graph(self):
        self.depth += 1
        self.nested(self.depth)
        graph = Record(name=self.string(), inputs=self.list(self.value), outputs=self.list(self.value),
                       inside=self.list(self.value),
                       initializers=self.list(lambda: self.several(self.string, self.id, self.string)),
                       sparse=self.list(self.sparse), nodes=self.list(self.node), doc=self.string(),
                       properties=self.pairs(),
                       quantization=self.list(lambda: self.several(self.string, self.pairs)))
        self.depth -= 1
        return graph

    def function(self):
        return Record(domain=self.string(), name=self.string(), overload=self.string(),
                      required=self.list(self.string), opsets=self.list(lambda: self.several(self.string, self.signed)),
                      defaults=self.list(self.attribute), body=self.graph())

def read(data):
    """The whole file, checked: sections, metadata, tensors (.rows decoded), graph, functions."""
    sections = read_sections(data)
    part = {SECTIONS[kind]: body for kind, body in sections if kind in SECTIONS}
    strings = read_strings(part["strings"])
    metadata = read_metadata(Cursor(part["metadata"], "metadata", strings))
    c = Cursor(part["tensors"], "tensors", strings)
    tensors = c.list(lambda: read_tensor(c))
    c.end()
    by_id = {t.id: t for t in tensors}
    check(len(by_id) == len(tensors), "tensors: an id stands twice")
    cut_streams(tensors, part["data"])
    for t in tensors:
        t.rows = decode(t)
        check(count_nonzero(t.type, t.rows, t.count) == t.nonzero, f"tensor {t.name!r}: non-zeros")
    c = GraphCursor(part["graph"], "graph", strings); c.ids = by_id
    graph, functions = c.optional(c.graph), c.list(c.function)
    c.end()
    return Record(sections=sections, metadata=metadata, tensors=tensors, by_id=by_id, graph=graph,
                  functions=functions, strings=strings)

# Output

def summarize(file, out=sys.stdout):
    print("sections  ", *(f"{SECTIONS.get(kind, kind)} {len(body)}" for kind, body in file.sections), file=out)
    for name, value in vars(file.metadata).items():
        print(f"{name:13}", len(value) if name == "parts" else value, file=out)
    for t in file.tensors:
        form = ("dense", "bitmap", "relative")[t.support], ("plain", "codebook", "planes")[t.values]
        codings = "".join("rh"[s.coding] for s in t.streams)
        print(f"tensor {t.id} {t.name!r} {TYPES[t.type][0]} {t.dims} {' '.join(form)} {codings}",
              f"{sum(s.length for s in t.streams)} bytes, {t.nonzero} of {t.count} non-zero", file=out)
    for kind, name, graph in ([("graph", file.graph.name, file.graph)] if file.graph else []) + \
            [("function", f"{f.domain}:{f.name}", f.body) for f in file.functions]:
        print(kind, name, f"{len(graph.inputs)} inputs, {len(graph.outputs)} outputs,",
              f"{len(graph.initializers)} initializers, {len(graph.nodes)} nodes", file=out)

def array_of(t):
    if TYPES[t.type][1] < 8:
        return t.rows.reshape(-1)
    kind = np.dtype(TYPES[t.type][2])
    few = np.ascontiguousarray(t.rows[:1] if is_constant(t.rows) else t.rows).view(kind)
    return np.broadcast_to(few.reshape(()), t.dims) if is_constant(t.rows) and t.count else few.reshape(t.dims)

def save_npz(file, path):
    with zipfile.ZipFile(path, "w") as archive:
        for t in file.tensors:
            if t.type != STRING:
                with archive.open(t.name + ".npy", "w", force_zip64=True) as entry:
                    np.lib.format.write_array(entry, array_of(t), allow_pickle=False)

# Comparison. Both sides become {path: constant}; a path goes through graphs, nodes and attributes by name.

def constants_of(file):
    found = {}

    def walk(graph, path):
        for name, tensor, _ in graph.initializers:
            found[f"{path}/{name}"] = tensor
        for s in graph.sparse:
            attribute(Record(name=s.name, kind=11, value=s), path)
        for node in graph.nodes:
            here = f"{path}/{next(filter(None, node.outputs), '')}"
            if node.tag:
                found[here] = node.tensor
            for a in node.attributes:
                attribute(a, here)

    def attribute(a, path):
        for i, value in enumerate(a.value if a.kind in ATTRIBUTE_LISTS else [a.value]):
            here, kind = f"{path}.{a.name}[{i}]", ATTRIBUTE_LISTS.get(a.kind, a.kind)
            if kind == 4:
                found[here] = value
            elif kind == 5:
                walk(value, here)
            elif kind == 11:
                found[here + ".values"], found[here + ".indices"] = value.values, value.indices

    if file.graph:
        walk(file.graph, "")
    for f in file.functions:
        walk(f.body, f"{f.domain}:{f.name}:{f.overload}")
        for a in f.defaults:
            attribute(a, f"{f.domain}:{f.name}:{f.overload}")
    return {path: (t.type, t.dims, t.rows) for path, t in ((p, file.by_id[i]) for p, i in found.items())}

def onnx_constants_of(path):
    import onnx
    from onnx import helper, numpy_helper
    found, make = {}, helper.make_tensor

    def constant(t):
        bits, text = TYPES[t.data_type][1], t.data_type == STRING
        if text:
            rows = np.empty((len(t.string_data), 1), object)
            rows[:, 0] = list(t.string_data)
        elif t.HasField("raw_data"):
            rows = np.frombuffer(t.raw_data, np.uint8).reshape(-1, max(bits // 8, 1))
        else:
            rows = np.frombuffer(numpy_helper.to_array(t).tobytes(), np.uint8).reshape(-1, max(bits // 8, 1))
            if bits < 8:
                rows = np.unpackbits(rows, axis=1, bitorder="little")[:, :bits]
                rows = np.packbits(rows, bitorder="little").reshape(-1, 1)
        return t.data_type, list(t.dims), rows

    def constant_node(a):
        single = {1: (1, a.f), 2: (7, a.i), 3: (8, a.s)}
        several = {6: (1, a.floats), 7: (7, a.ints), 8: (8, a.strings)}
        if a.type == 4:
            return constant(a.t)
        type, values = single[a.type] if a.type in single else several[a.type]
        return constant(make("", type, [] if a.type in single else [len(values)],
                             [values] if a.type in single else list(values)))

    def walk(graph, path, outer):
        known = dict(outer)
        for t in getattr(graph, "initializer", ()):
            known[t.name] = found[f"{path}/{t.name}"] = constant(t)
        for s in getattr(graph, "sparse_initializer", ()):
            attribute(Record(name=s.values.name, type=11, sparse_tensor=s), path)
        for node in graph.node:
            name, own = next(filter(None, node.output), ""), node.domain in ("", "ai.onnx")
            here, by_name = f"{path}/{name}", {a.name: a for a in node.attribute}
            value = by_name.get("value")
            plain = own and len(node.attribute) == 1 and not node.attribute[0].ref_attr_name
            if own and node.op_type == "Constant" and plain and node.attribute[0].type in (1, 2, 3, 4, 6, 7, 8):
                known[name] = found[here] = constant_node(node.attribute[0])
            elif own and node.op_type == "ConstantOfShape" and node.input[0] in known:
                dims = known[node.input[0]][2].copy().view("<i8").reshape(-1).tolist()
                type, _, one = constant(value.t) if value else (1, [1], np.zeros((1, 4), np.uint8))
                found[here] = type, dims, np.broadcast_to(one, (math.prod(dims), one.shape[1]))
            else:
                for a in node.attribute:
                    attribute(a, here, known)

    def attribute(a, path, known={}):
        one = {4: "t", 5: "g", 11: "sparse_tensor"}
        several = {9: "tensors", 10: "graphs", 12: "sparse_tensors"}
        values = [getattr(a, one[a.type])] if a.type in one else getattr(a, several.get(a.type, ""), ())
        for i, value in enumerate(values):
            here, kind = f"{path}.{a.name}[{i}]", ATTRIBUTE_LISTS.get(a.type, a.type)
            if kind == 4:
                found[here] = constant(value)
            elif kind == 5:
                walk(value, here, known)
            elif kind == 11:
                found[here + ".values"], found[here + ".indices"] = constant(value.values), constant(value.indices)

    model = onnx.load(path)
    walk(model.graph, "", {})
    for f in model.functions:
        walk(f, f"{f.domain}:{f.name}:{f.overload}", {})
        for a in f.attribute_proto:
            attribute(a, f"{f.domain}:{f.name}:{f.overload}")
    return found

def same(a, b):
    if a[0] != b[0] or list(a[1]) != list(b[1]) or a[2].shape != b[2].shape:
        return False
    return np.array_equal(*((x[2][:1] if is_constant(a[2]) and is_constant(b[2]) else x[2]) for x in (a, b)))

def compare(file, path):
    """Prints every difference; whether there is none."""
    ours, theirs = constants_of(file), onnx_constants_of(path)
    names = sorted(ours.keys() | theirs.keys())
    wrong = [n for n in names if n not in ours or n not in theirs or not same(ours[n], theirs[n])]
    for n in wrong:
        print(f"{n}: " + ("only in the ONNX file" if n not in ours else
                          "only in the container" if n not in theirs else "differs"))
    print(f"{len(names) - len(wrong)} of {len(names)} constants are the same, bit for bit;",
          f"the container has {len(file.tensors)} tensors")
    return not wrong

def main():
    parser = argparse.ArgumentParser(description="Reads a container and checks every byte.")
    parser.add_argument("container")
    parser.add_argument("--npz", metavar="OUT", help="save the tensors, all but strings")
    parser.add_argument("--compare", metavar="MODEL", help="compare with the constants of an ONNX file")
    options = parser.parse_args()
    try:
        with open(options.container, "rb") as f:
            file = read(memoryview(f.read()))
    except (Damaged, NotReadable) as error:
        print(f"{options.container}: {error}", file=sys.stderr)
        return 8 if isinstance(error, Damaged) else 3
    summarize(file)
    if options.npz:
        save_npz(file, options.npz)
    return 0 if not options.compare or compare(file, options.compare) else 1

if __name__ == "__main__":
    sys.exit(main())
