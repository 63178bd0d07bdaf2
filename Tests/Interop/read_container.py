#!/usr/bin/env python3
"""Reads a container. Written from docs/container.md alone, without a look at the program's own reader, to
prove that the document is enough.

    read_container.py model.bin                       check everything, print a summary
    read_container.py model.bin --npz out.npz         also save the tensors (all but strings)
    read_container.py model.bin --compare model.onnx  also compare every constant bit for bit

The output is in report_container.py. Needs numpy, and onnx for --compare. Exit codes: 0 done; 1 a difference;
3 no container, or a later version of it; 8 a damaged one."""
import argparse
import math
import struct
import sys
import zlib
from types import SimpleNamespace as Record

import numpy as np

MAGIC = b"\x89PRESS\r\n"
SECTIONS = {1: "data", 2: "strings", 3: "metadata", 4: "tensors", 5: "graph"}
DENSE, BITMAP, RELATIVE = SUPPORTS = range(3)
PLAIN, CODEBOOK, PLANES = VALUES = range(3)
RAW, HUFFMAN = CODINGS = range(2)
MAX_DEPTH = 64
MAX_BYTES = 1 << 33  # of an expanded tensor; the format itself has no limit
STRING, FLOAT8E8M0 = 8, 24
# Element types from 1 on: name, bits, numpy type (of packed bytes below 8 bits).
TYPES = dict(enumerate((line.split() for line in """float32 32 <f4, uint8 8 u1, int8 8 i1, uint16 16 <u2,
    int16 16 <i2, int32 32 <i4, int64 64 <i8, string 0 -, bool 8 ?, float16 16 <f2, float64 64 <f8,
    uint32 32 <u4, uint64 64 <u8, complex64 64 <c8, complex128 128 <c16, bfloat16 16 <u2, float8e4m3fn 8 u1,
    float8e4m3fnuz 8 u1, float8e5m2 8 u1, float8e5m2fnuz 8 u1, uint4 4 u1, int4 4 u1, float4e2m1 4 u1,
    float8e8m0 8 u1, uint2 2 u1, int2 2 u1, float6e2m3 6 u1, float6e3m2 6 u1""".split(",")), 1))
BITS = {number: int(bits) for number, (_, bits, _) in TYPES.items()}
# The sign bits of types with a -0, which counts as 0; in the fnuz types that code is NaN.
SIGNS = {1: [31], 10: [15], 11: [63], 14: [31, 63], 15: [63, 127], 16: [15], 17: [7], 19: [7], 23: [3],
         27: [5], 28: [5]}

# Records made of fields, name:type; a type may be several joined by +, a list (*) or an optional (?) of that.
FIELDS = {
    "metadata": "ir_version:signed opsets:string+signed* producer:string+string+string model_version:signed "
                "doc:string properties:pairs parts:string+blob* source:string+blob+number? "
                "passes:string+string+u64+string*",
    "graph_fields": "name:string inputs:value* outputs:value* inside:value* initializers:string+id+string* "
                    "sparse:sparse* nodes:node* doc:string properties:pairs quantization:string+pairs*",
    "value": "name:string type:type doc:string properties:pairs",
    "sparse": "name:string values:id indices:id dims:signed*",
    "node_fields": "name:string inputs:string* outputs:string* doc:string properties:pairs tag:u8",
    "operator": "domain:string type:string overload:string attributes:attribute*",
    "function": "domain:string name:string overload:string required:string* opsets:string+signed* "
                "defaults:attribute* body:graph",
}
ATTRIBUTES = {1: "float", 2: "signed", 3: "blob", 4: "id", 5: "graph", 6: "float*", 7: "signed*", 8: "blob*",
              9: "id*", 10: "graph*", 11: "sparse", 12: "sparse*", 13: "type", 14: "type*"}

class Damaged(Exception): """A rule of the format is broken."""
class NotReadable(Exception): """Not a container, or one of a later version."""

def check(condition, message):
    if not condition:
        raise Damaged(message)

class Cursor:
    """Reads types one after the other; nothing is allocated by an unchecked length."""
    depth = {"graph": 0, "type": 0}
    end = lambda self: check(self.at == len(self.data), f"{self.what}: bytes behind the end")
    u8 = lambda self: self.take(1)[0]
    u32 = lambda self: int.from_bytes(self.take(4), "little")
    u64 = lambda self: int.from_bytes(self.take(8), "little")
    float = lambda self: bytes(self.take(4))  # its bits, so that no NaN is changed
    pairs = lambda self: self.read("string+string*")
    dimensions = lambda self: self.read("dimension*?")
    element_type = lambda self: self.one_of((0, *TYPES), "element type")
    graph = lambda self: self.nested("graph", lambda: self.read("graph_fields"))
    type = lambda self: self.nested("type", self.any_type)
    def __init__(self, data, what, strings=(), ids=()):
        self.data, self.at, self.what, self.strings, self.ids = data, 0, what, strings, ids
        self.depth = dict(Cursor.depth)
    def take(self, size):
        check(size <= len(self.data) - self.at, f"{self.what}: ends too soon")
        self.at += size
        return self.data[self.at - size:self.at]
    def read(self, type):
        if type[-1] in "*?":
            entries = self.list(lambda: self.read(type[:-1]))
            check(type[-1] == "*" or len(entries) < 2, f"{self.what}: more than one of an optional")
            return entries if type[-1] == "*" else entries[0] if entries else None
        if "+" in type:
            return tuple(self.read(one) for one in type.split("+"))
        if type in FIELDS:
            return Record(**{name: self.read(t) for name, t in (f.split(":") for f in FIELDS[type].split())})
        return getattr(self, type)()
    def number(self, bits=63):
        value, shift, byte = 0, 0, 128
        while byte > 127:
            byte = self.u8()
            value |= (byte & 127) << shift
            check(value < 1 << bits and (byte or not shift), f"{self.what}: number too large or too long")
            shift += 7
        return value
    def signed(self):
        value = self.number(64)
        return value >> 1 ^ -(value & 1)
    def list(self, read):
        count = self.number()
        check(count <= len(self.data) - self.at, f"{self.what}: list longer than what is left")
        return [read() for _ in range(count)]
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
    def nested(self, what, read):
        self.depth[what] += 1
        check(self.depth[what] <= MAX_DEPTH, f"{self.what}: nested too deep")
        result = read()
        self.depth[what] -= 1
        return result
    def any_type(self):
        kind = self.one_of(range(7), "type")
        rest = {1: "element_type+dimensions", 2: "element_type+dimensions", 3: "type", 4: "type",
                5: "element_type+type", 6: "string+string"}
        return (kind, self.read(rest[kind])) if kind else (kind,)
    def dimension(self):
        read = (lambda: None, self.signed, self.string)
        return read[self.one_of(range(3), "dimension")]()
    def attribute(self):
        name, kind = self.string(), self.u8()
        check(kind & 127 in ATTRIBUTES, f"{self.what}: attribute kind {kind}")
        return Record(name=name, kind=kind, value=self.read("string" if kind & 128 else ATTRIBUTES[kind]))
    def node(self):
        node = self.read("node_fields")
        check(node.tag < 3, f"{self.what}: tag {node.tag}")
        node.operator = None if node.tag else self.read("operator")
        node.tensor = self.id() if node.tag else None
        return node

def read_sections(data):
    """The sections, [(kind, bytes)], after the header and the directory."""
    if data[:8] != MAGIC:
        raise NotReadable("not a container")
    check(len(data) >= 32, "header: ends too soon")
    version, flags, size, length, directory_sum, header_sum = struct.unpack("<HHIQII", data[8:32])
    check(zlib.crc32(data[:28]) == header_sum, "header: checksum")
    if version > 1:
        raise NotReadable(f"version {version}")
    check((version, flags, length) == (1, 0, len(data)) and size <= length - 32, "header: flags or lengths")
    check(zlib.crc32(data[length - size:]) == directory_sum, "directory: checksum")
    cursor, sections, at = Cursor(data[length - size:], "directory"), [], 32
    entries, _ = cursor.read("u8+u8+number+u32*"), cursor.end()
    for kind, required, count, checksum in entries:
        check(count <= length - size - at, "directory: section too long")
        sections.append((kind, data[at:at + count]))
        check(zlib.crc32(sections[-1][1]) == checksum, f"section {kind}: checksum")
        check(required == 0 or required == 1 and kind in SECTIONS, f"section {kind}: unknown, or its flag")
        at += count
    check(at == length - size, "directory: bytes between the sections and the directory")
    check([kind for kind, _ in sections if kind in SECTIONS] == list(SECTIONS), "directory: section order")
    return sections

def read_strings(data):
    cursor, strings, total = Cursor(data, "strings"), [b""], 0
    for _ in range(cursor.number()):
        shared, rest = cursor.number(), cursor.number()
        total += shared + rest
        check(shared <= len(strings[-1]) and total <= 1 << 28, "strings: lengths")
        strings.append(strings[-1][:shared] + bytes(cursor.take(rest)))
    cursor.end()
    check(len(set(strings[1:])) == len(strings) - 1, "strings: one stands twice")
    return strings[1:]

def read_tensor(c):
    """One record, without the streams' bytes."""
    t = Record(id=c.number(), name=c.string(), type=c.one_of(TYPES, "element type"), dims=c.read("number*"))
    what, bits, text, roles = f"tensor {t.name!r}", BITS[t.type], t.type == STRING, []
    t.count = t.kept = math.prod(t.dims)
    check(t.id < 1 << 32 and t.count * 128 < 1 << 63, f"{what}: id or dimensions")
    t.support, t.index_bits, t.entries = c.one_of(SUPPORTS, "support"), None, None
    if t.support != DENSE:
        t.kept = c.number()
        check(t.kept <= t.count, f"{what}: more stored elements than elements")
    if t.support == BITMAP:
        roles.append(("bitmap", (t.count + 7) // 8, 8))
    elif t.support == RELATIVE:
        width = c.one_of(range(1, 9), "width")
        roles.append(("relative index", c.number(), width))
    t.values = c.one_of(VALUES, "values")
    if t.values == CODEBOOK:
        t.index_bits, t.entries = c.one_of(range(9), "index bits"), c.number()
        check(1 <= t.entries <= 1 << t.index_bits, f"{what}: codebook")
    length = c.number() if text else (t.kept * bits + 7) // 8
    if bits % 8 or text:
        check(t.support == DENSE and t.values != PLANES and not t.index_bits, f"{what}: not for this type")
    if t.values == PLAIN:
        roles.append(("values", length, 8))
    elif t.values == PLANES:
        check(bits >= 16, f"{what}: byte planes of a single byte")
        roles += [(f"plane {k}", t.kept, 8) for k in range(bits // 8)]
    else:
        roles.append(("codebook", length if text else t.entries * ((bits + 7) // 8), 8))
        roles += [("indices", t.kept, t.index_bits)] * (t.index_bits > 0)
    t.parents, t.nonzero, t.streams = c.read("number*"), c.number(), []
    for role, symbols, width in roles:
        s = Record(role=role, symbols=symbols, width=width)
        s.coding, s.length, s.entropy = c.one_of(CODINGS, "coding"), c.number(), c.number()
        check(s.coding or s.length == (symbols * width + 7) // 8, f"{what}: length of a raw {role}")
        check(s.coding == RAW or role != "codebook", f"{what}: coded codebook")
        t.streams.append(s)
    t.checksum = c.u32()
    return t

def cut_streams(tensors, data):
    at = 0  # the data section begins at offset 32 of the file
    for t in tensors:
        checksum = 0
        for s in t.streams:
            skip = -(at + 32) % (64 if s.length >= 4096 else 4)
            if s.coding == HUFFMAN or not s.length or s.role.startswith("plane "):
                skip = 0
            check(not any(data[at:at + skip]), f"tensor {t.name!r}: padding is not 0")
            s.data = data[at + skip:at + skip + s.length]
            checksum, at = zlib.crc32(s.data, checksum), at + skip + s.length
        check(at <= len(data) and checksum == t.checksum, f"tensor {t.name!r}: checksum")
    check(at == len(data), "data: bytes behind the last stream")

def unpack_bits(data):
    return np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")

def unpack_huffman(data, count):
    c = Cursor(data, "coded stream")
    head = c.u8()
    form, parts = head & 15, 1 << (head >> 4)
    check(form <= 2 and parts <= 32, "coded stream: form or parts")
    first, last, lengths, halves = c.u8(), c.u8() if form else 0, [], []
    if form == 0:
        c.end()
        return np.broadcast_to(np.uint8(first), (count,))
    check(first < last, "coded stream: first and last symbol")

    def nibble():
        halves.extend(() if halves else divmod(c.u8(), 16))
        return halves.pop()
    while len(lengths) <= last - first:
        length = nibble()
        lengths += [length] * (1 if length or form == 1 else 1 + nibble())
    check(len(lengths) == last - first + 1 and not any(halves), "coded stream: table")
    # Canonical codes in their order share out the numbers of `longest` bits from 0 on.
    order, longest = sorted((n, first + i) for i, n in enumerate(lengths) if n), max(lengths)
    shares = [1 << longest - length for length, _ in order]
    check(sum(shares) == 1 << longest and order, "coded stream: incomplete code")
    length_of, symbol_of = np.repeat(np.array(order, np.uint8), shares, axis=0).T
    sizes, left, result = [c.number() for _ in range(parts - 1)], count, []
    for size in sizes + [None]:
        part, here = c.take(len(data) - c.at if size is None else size), min(left, -(-count // parts))
        left -= here
        bits = unpack_bits(part)
        ahead, window = np.append(bits, np.zeros(longest, np.uint8)), np.zeros(len(bits), np.uint16)
        for k in range(longest):  # at each bit, it and those behind it, the first one highest
            window = window << 1 | ahead[k:k + len(bits)]
        steps, at, starts = length_of[window].tobytes(), 0, []
        for _ in range(here):
            check(at < len(steps), "coded stream: part ends too soon")
            starts.append(at)
            at += steps[at]
        check((at + 7) // 8 == len(part) and not bits[at:].any(), "coded stream: end of a part")
        result.append(symbol_of[window[np.array(starts, np.int64)]])
    return np.concatenate(result)

def symbols_of(s, what):
    symbols = unpack_huffman(s.data, s.symbols) if s.coding else np.frombuffer(s.data, np.uint8)
    if s.coding == RAW and s.width < 8:
        bits, size = unpack_bits(s.data), s.symbols * s.width
        check(not bits[size:].any(), f"{what}: spare bits of {s.role}")
        symbols = np.packbits(bits[:size].reshape(-1, s.width), axis=1, bitorder="little").reshape(-1)
    check(not s.symbols or symbols.max() < 1 << s.width, f"{what}: symbol too large in {s.role}")
    counts = np.bincount(symbols)
    entropy = math.fsum(c * math.log2(s.symbols / c) for c in counts[counts > 0].tolist())
    check(abs(entropy - s.entropy) <= 0.5 + 1e-9 * entropy, f"{what}: entropy of {s.role}")
    return symbols

def repeat(element, bits, count):
    """Rows of a tensor that is one element everywhere: of stride 0, or packed below 8 bits."""
    if bits >= 8:
        return np.broadcast_to(element, (count, bits // 8))
    # 24 bits are whole bytes and whole elements.
    group = np.packbits(np.resize(unpack_bits(element.tobytes())[:bits], 24), bitorder="little")
    rows, spare = np.resize(group, ((count * bits + 7) // 8, 1)), count * bits % 8
    rows[len(rows) - 1:] &= (1 << spare) - 1 if spare else 255
    return rows

def decode(t):
    """Rows of bytes, one an element; below 8 bits one a packed byte. Strings: rows of one object."""
    what, bits, size = f"tensor {t.name!r}", BITS[t.type], max(BITS[t.type] // 8, 1)
    stream = {s.role: symbols_of(s, what) for s in t.streams}
    book = stream.get("codebook")
    if t.type == STRING:
        c = Cursor((stream["values"] if book is None else book).tobytes(), what)
        check(t.count <= len(c.data) or book is not None, f"{what}: too few bytes")
        rows = np.empty((t.count if book is None else 1, 1), object)
        for i in range(len(rows)):
            rows[i, 0] = c.take(c.u32())
        c.end()
        return np.broadcast_to(rows, (t.count, 1))
    constant = t.index_bits == 0 and t.support == DENSE
    check(constant and bits >= 8 or t.count * size <= MAX_BYTES, f"{what}: too large for this reader")
    if t.values == PLAIN:
        rows = stream["values"].reshape(-1, size)
    elif t.values == PLANES:
        rows = np.stack([stream[f"plane {k}"] for k in range(size)], axis=1)
    elif t.index_bits:
        check(not t.kept or stream["indices"].max() < t.entries, f"{what}: index")
        rows = book.reshape(t.entries, size)[stream["indices"]]
    else:
        rows = repeat(book, bits, t.kept)
    check(not t.count * bits % 8 or not rows[-1, 0] >> t.count * bits % 8, f"{what}: spare bits")
    if t.support == DENSE:
        return rows
    if t.support == BITMAP:
        stored = unpack_bits(stream["bitmap"].tobytes())
        check(not stored[t.count:].any(), f"{what}: bits behind the bitmap")
        positions = np.flatnonzero(stored)
    else:
        gaps, skip = stream["relative index"].astype(np.int64), (1 << t.streams[0].width) - 1
        check(not len(gaps) or gaps[-1] != skip, f"{what}: relative index ends in a skip")
        positions = (np.cumsum(gaps + (gaps < skip)) - 1)[gaps < skip]
        check(not len(positions) or positions[-1] < t.count, f"{what}: relative index beyond the tensor")
    check(len(positions) == t.kept, f"{what}: number of stored elements")
    dense = np.zeros((t.count, size), np.uint8)
    dense[positions] = rows
    return dense

is_constant = lambda rows: len(rows) > 0 and rows.strides[0] == 0

def count_nonzero(t):
    if t.type in (STRING, FLOAT8E8M0):  # float8e8m0 has no 0
        return t.count
    rows, bits = t.rows[:1] if is_constant(t.rows) else t.rows, BITS[t.type]
    if bits < 8:
        elements = unpack_bits(rows.tobytes())[:t.count * bits].reshape(t.count, bits)
        return int(np.delete(elements, SIGNS.get(t.type, []), axis=1).any(axis=1).sum())
    mask = np.packbits(~np.isin(np.arange(bits), SIGNS.get(t.type, [])), bitorder="little")
    return int((rows & mask).any(axis=1).sum()) * (t.count if is_constant(t.rows) else 1)

def read_container(data):
    """The whole file, checked: sections, metadata, tensors (their elements in .rows), graph, functions."""
    sections = read_sections(data)
    part = {SECTIONS[kind]: body for kind, body in sections if kind in SECTIONS}
    strings = read_strings(part["strings"])
    c = Cursor(part["tensors"], "tensors", strings)
    tensors = c.list(lambda: read_tensor(c))
    by_id = {t.id: t for t in tensors}
    check(len(by_id) == len(tensors), "tensors: an id stands twice")
    m, g = Cursor(part["metadata"], "metadata", strings), Cursor(part["graph"], "graph", strings, by_id)
    metadata, (graph, functions) = m.read("metadata"), (g.read("graph?"), g.read("function*"))
    for cursor in (c, m, g):
        cursor.end()
    names = [name.encode() for name, _ in metadata.parts]
    sha = metadata.source[1] if metadata.source else bytes(32)
    check(names == sorted(names) and len(sha) == 32, "metadata: order of parts, or length of SHA-256")
    cut_streams(tensors, part["data"])
    for t in tensors:
        t.rows = decode(t)
        check(count_nonzero(t) == t.nonzero, f"tensor {t.name!r}: non-zeros")
    return Record(sections=sections, metadata=metadata, tensors=tensors, by_id=by_id, graph=graph,
                  functions=functions)

def main():
    parser = argparse.ArgumentParser(description="Reads a container and checks every byte.")
    parser.add_argument("container")
    parser.add_argument("--npz", metavar="OUT", help="save the tensors, all but strings")
    parser.add_argument("--compare", metavar="MODEL", help="compare with the constants of an ONNX file")
    options = parser.parse_args()
    try:
        with open(options.container, "rb") as stream:
            file = read_container(memoryview(stream.read()))
    except (Damaged, NotReadable) as error:
        print(f"{options.container}: {error}", file=sys.stderr)
        return 8 if isinstance(error, Damaged) else 3
    import report_container as report  # beside this file
    report.summarize(file)
    if options.npz:
        report.save_npz(file, options.npz)
    return 0 if not options.compare or report.compare(file, options.compare) else 1

if __name__ == "__main__":
    sys.exit(main())
