#!/usr/bin/env python3
"""Reads a container. Written from docs/container.md alone, without a look at the program's own reader, to
prove that the document is enough.

    read_container.py model.bin                       check everything, print a summary
    read_container.py model.bin --npz out.npz         also save the tensors (all but strings)
    read_container.py model.bin --compare model.onnx  also compare every constant bit for bit; or, with
                                                      a safetensors file, every tensor

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
DENSE, BITMAP, RELATIVE, POSITIONS = SUPPORTS = range(4)
GROUPS, BLOCKS = 1, 2
(PLAIN, CODEBOOK, PLANES, NARROW, NARROW_PLANES, FIXED, AFFINE, AFFINE_ZERO, TERNARY, BINARY) = VALUES = range(10)
RAW, HUFFMAN, RANS, DEFLATE = CODINGS = range(4)
# What version 1 has of these.
OLD_SUPPORTS, OLD_VALUES, OLD_CODINGS = range(3), range(3), range(2)
MAX_DEPTH = 64
MAX_BYTES = 1 << 33  # of an expanded tensor; the format itself has no limit
FLOAT32, STRING, FLOAT16, FLOAT64, BFLOAT16, FLOAT8E8M0 = 1, 8, 10, 11, 16, 24
NUMBERS = (FLOAT32, FLOAT16, FLOAT64, BFLOAT16)
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
    if version > 2:
        raise NotReadable(f"version {version}")
    check(version and (flags, length) == (0, len(data)) and size <= length - 32, "header: flags or lengths")
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
    return sections, version

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

def read_form(c, t, what, version):
    """The support and the values of a record, without their streams."""
    byte = c.u8()
    t.support, t.structure = byte & 15, byte >> 4
    check(byte in OLD_SUPPORTS or version > 1, f"{what}: support of version 2")
    check(t.support in SUPPORTS and t.structure < 3 and (t.support or not t.structure)
          and (t.support != POSITIONS or t.structure == GROUPS), f"{what}: support {byte}")
    if t.support != DENSE:
        t.kept = c.number()
        check(t.kept <= t.count, f"{what}: more stored elements than elements")
    if t.support == RELATIVE:
        t.width, t.gaps = c.one_of(range(1, 9), "width"), c.number()
    if t.structure:
        t.unit = c.number(), c.number()
        check(1 <= t.unit[1] < 1 << 31, f"{what}: groups or blocks")
        if t.structure == GROUPS:
            check(t.unit[0] <= t.unit[1] and (t.support != POSITIONS or t.unit[1] <= 256), f"{what}: groups")
        else:
            check(1 <= t.unit[0] < 1 << 31, f"{what}: blocks")
    byte = c.u8()
    check(byte in OLD_VALUES or version > 1, f"{what}: values of version 2")
    t.values, t.halves, has_layout = byte & 63, byte >> 6 & 1, byte >> 7
    check(t.values in VALUES, f"{what}: values {byte}")
    has_parts = t.values in (CODEBOOK, AFFINE, AFFINE_ZERO, TERNARY, BINARY)
    check(has_parts or not t.halves, f"{what}: float16 parameters of none")
    if t.values == CODEBOOK:
        t.bits, t.entries = c.one_of(range(9), "index bits"), c.number()
        check(1 <= t.entries <= 1 << t.bits, f"{what}: codebook")
    elif t.values in (NARROW, NARROW_PLANES):
        t.narrow = c.one_of((FLOAT16, BFLOAT16), "narrow type")
    elif t.values == FIXED:
        t.bits, t.radix = c.one_of(range(2, 17), "bits"), c.signed()
        check(-1024 <= t.radix <= 1024, f"{what}: radix")
    elif t.values in (AFFINE, AFFINE_ZERO):
        t.bits = c.one_of(range(2, 9), "bits")
    t.view, t.parts, granularity = None, 1, 0
    if has_layout:
        granularity = c.one_of(range(3), "granularity")
        group = c.number() if granularity == 2 else None
        check(group is None or 1 <= group < 1 << 31, f"{what}: group")
        t.view = c.read("number+number*"), c.read("number+number*")
        check(all(len(axes) <= 64 for axes in t.view), f"{what}: axes")
        step = 1
        for size, stride in sorted((a for axes in t.view for a in axes if a[0] != 1), key=lambda a: a[1]):
            check(stride == step and size, f"{what}: view")
            step *= size
        check(step == t.count, f"{what}: view")
        t.lines, t.columns = (math.prod(size for size, _ in axes) for axes in t.view)
        t.part = (None, t.columns, group and min(group, t.columns))[granularity]  # columns of a part
        t.parts = t.lines * -(-t.columns // t.part) if granularity else 1
    check(has_layout or not t.structure, f"{what}: groups or blocks without rows")
    check(has_parts or not granularity, f"{what}: parts without parameters")

def places_of(t):
    """How many places a bitmap has bits for."""
    return -(-t.lines // t.unit[0]) * -(-t.columns // t.unit[1]) if t.structure == BLOCKS else t.count

def roles_of(t, what, length):
    """Role, symbols and their width of each stream."""
    bits, roles, number = BITS[t.type], [], 2 if t.halves else 4
    if t.support == BITMAP:
        roles.append(("bitmap", (places_of(t) + 7) // 8, 8))
    elif t.support == RELATIVE:
        check(t.gaps <= places_of(t), f"{what}: more gaps than places")
        roles.append(("relative index", t.gaps, t.width))
    elif t.support == POSITIONS:
        roles.append(("positions", t.kept, max((t.unit[1] - 1).bit_length(), 1)))
    if t.values == CODEBOOK:
        size = 2 if t.halves else (bits + 7) // 8
        roles.append(("codebook", length if t.type == STRING else t.parts * t.entries * size, 8))
    elif t.values >= AFFINE:
        roles.append(("scales", t.parts * number * (2 if t.values == TERNARY else 1), 8))
    if t.values == AFFINE_ZERO:
        roles.append(("zero points", t.parts, t.bits))
    if t.values in (PLANES, NARROW_PLANES):
        check(bits >= 16, f"{what}: byte planes of a single byte")
        return roles + [(f"plane {k}", t.kept, 8) for k in range(bits // 8 if t.values == PLANES else 2)]
    if t.values == FIXED and t.bits > 8:
        return roles + [("plane 0", t.kept, 8), ("plane 1", t.kept, t.bits - 8)]
    if t.values == CODEBOOK and not t.bits:
        return roles
    return roles + [("values", *{PLAIN: (length, 8), NARROW: (t.kept * 2, 8), TERNARY: (-(-t.kept // 5), 8),
                                 BINARY: (-(-t.kept // 8), 8)}.get(t.values, (t.kept, getattr(t, "bits", 8))))]

def read_tensor(c, version):
    """One record, without the streams' bytes."""
    t = Record(id=c.number(), name=c.string(), type=c.one_of(TYPES, "element type"), dims=c.read("number*"))
    what, bits, text = f"tensor {t.name!r}", BITS[t.type], t.type == STRING
    t.count = t.kept = math.prod(t.dims)
    check(t.id < 1 << 32 and t.count * 128 < 1 << 63, f"{what}: id or dimensions")
    read_form(c, t, what, version)
    length = c.number() if text else (t.kept * bits + 7) // 8
    if bits % 8 or text:
        check(t.support == DENSE and t.values in (PLAIN, CODEBOOK) and not (t.values and t.bits)
              and t.view is None, f"{what}: not for this type")
    check(t.values < NARROW or t.type in NUMBERS, f"{what}: codes for other than floats")
    check(t.values != CODEBOOK or not t.halves or t.type == FLOAT32, f"{what}: codebook in float16")
    roles = roles_of(t, what, length)
    t.parents, t.nonzero, t.streams = c.read("number*"), c.number(), []
    for role, symbols, width in roles:
        s = Record(role=role, symbols=symbols, width=width)
        s.coding = c.one_of(OLD_CODINGS if version < 2 else CODINGS, "coding")
        s.length, s.entropy = c.number(), c.number()
        check(s.coding or s.length == (symbols * width + 7) // 8, f"{what}: length of a raw {role}")
        check(s.coding == RAW or role not in ("codebook", "scales", "zero points"), f"{what}: coded {role}")
        t.streams.append(s)
    t.checksum = c.u32()
    return t

def cut_streams(tensors, data):
    at = 0  # the data section begins at offset 32 of the file
    for t in tensors:
        checksum = 0
        for s in t.streams:
            skip = -(at + 32) % (64 if s.length >= 4096 else 4)
            if s.coding != RAW or not s.length or s.role.startswith("plane "):
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

def unpack_rans(data, count):
    c = Cursor(data, "coded stream")
    head = c.u8()
    precision, states = head & 15, 1 << (head >> 4)
    check(precision in (0, *range(8, 15)) and states <= (32 if precision else 1), "coded stream: precision or states")
    first = c.u8()
    if not precision:
        c.end()
        return np.broadcast_to(np.uint8(first), (count,))
    last, frequency, bits, at = c.u8(), [0] * 256, unpack_bits(data).tolist(), 24
    check(first < last and count // 1024 <= len(data), "coded stream: first and last symbol, or too many")

    def take(size):
        nonlocal at
        check(at + size <= len(bits), "coded stream: table ends too soon")
        at += size
        return sum(bit << i for i, bit in enumerate(bits[at - size:at]))
    symbol = first
    while symbol <= last:
        size = take(4)
        if size:
            frequency[symbol] = 1 << size - 1 | take(size - 1)
        symbol += 1 if size else take(4) + 1
    check(symbol == last + 1 and frequency[first] and frequency[last], "coded stream: table")
    check(not any(bits[at:-(-at // 8) * 8]) and sum(frequency) == 1 << precision, "coded stream: frequencies")
    of = np.repeat(np.arange(256), frequency).tolist()
    below = (np.cumsum(frequency) - frequency).tolist()
    c.at = -(-at // 8)
    state = [c.u32() for _ in range(states)]
    check(min(state) >= 1 << 16 and (len(data) - c.at) % 2 == 0, "coded stream: states")
    words, next_word, result = np.frombuffer(data[c.at:], "<u2").tolist(), 0, bytearray(count)
    for i in range(count):
        x = state[i % states]
        low = x & (1 << precision) - 1
        s = result[i] = of[low]
        x = frequency[s] * (x >> precision) + low - below[s]
        if x < 1 << 16:
            check(next_word < len(words), "coded stream: words end too soon")
            x, next_word = x << 16 | words[next_word], next_word + 1
        state[i % states] = x
    check(next_word == len(words) and set(state) == {1 << 16}, "coded stream: end")
    return np.frombuffer(bytes(result), np.uint8)

def unpack_deflate(data, count):
    z = zlib.decompressobj(-15)
    try:
        symbols = z.decompress(data, count + 1)
    except zlib.error as error:
        raise Damaged(f"deflated stream: {error}") from None
    check(len(symbols) == count and z.eof and not z.unused_data, "deflated stream: length")
    return np.frombuffer(symbols, np.uint8)

def symbols_of(s, what):
    unpack = {HUFFMAN: unpack_huffman, RANS: unpack_rans, DEFLATE: unpack_deflate}.get(s.coding)
    symbols = unpack(s.data, s.symbols) if unpack else np.frombuffer(s.data, np.uint8)
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
    constant = t.values == CODEBOOK and not t.bits and t.support == DENSE and t.parts == 1
    check(constant and bits >= 8 or t.count * size <= MAX_BYTES, f"{what}: too large for this reader")
    if constant and t.view is None:
        return repeat(book, bits, t.kept)
    positions = stored_places(t, stream, what)
    if t.values == PLAIN:
        rows = stream["values"].reshape(-1, size)
    elif t.values == PLANES:
        rows = np.stack([stream[f"plane {k}"] for k in range(size)], axis=1)
    else:
        rows = stored_numbers(t, stream, positions, what)
    check(not t.count * bits % 8 or not rows[-1, 0] >> t.count * bits % 8, f"{what}: spare bits")
    if t.support == DENSE and t.view is None:
        return rows
    order = np.arange(t.count) if t.view is None else offsets(t)
    dense = np.zeros((t.count, size), np.uint8)
    dense[order[positions]] = rows
    return dense

def offsets(t):
    """The tensor's element for each place of the view, row after row."""
    result = np.zeros(1, np.int64)
    for size, stride in t.view[0] + t.view[1]:
        result = np.add.outer(result, np.arange(size) * stride).reshape(-1)
    return result

def stored_places(t, stream, what):
    """The places of the stored elements, in their order."""
    if t.support == DENSE:
        return np.arange(0 if t.type == STRING or BITS[t.type] % 8 else t.count)
    if t.structure == GROUPS:
        columns = np.arange(t.columns)
        group, place = columns // t.unit[1], columns % t.unit[1]
        size = np.bincount(group)
        keep = -(-t.unit[0] * size // t.unit[1])
    if t.support == POSITIONS:
        check(t.kept == t.lines * keep.sum(), f"{what}: number of stored elements")
        found = stream["positions"].reshape(t.lines, -1).astype(np.int64)
        owner = np.repeat(np.arange(len(size)), keep)
        check((found < size[owner]).all(), f"{what}: position outside its group")
        found += owner * t.unit[1]
        check((np.diff(found, axis=1) > 0).all(), f"{what}: positions do not rise")
        return (found + np.arange(t.lines)[:, None] * t.columns).reshape(-1)
    places = places_of(t)
    if t.support == BITMAP:
        stored = unpack_bits(stream["bitmap"].tobytes())
        check(not stored[places:].any(), f"{what}: bits behind the bitmap")
        positions = np.flatnonzero(stored)
    else:
        gaps, skip = stream["relative index"].astype(np.int64), (1 << t.streams[0].width) - 1
        check(not len(gaps) or gaps[-1] != skip, f"{what}: relative index ends in a skip")
        positions = (np.cumsum(gaps + (gaps < skip)) - 1)[gaps < skip]
        check(not len(positions) or positions[-1] < places, f"{what}: relative index beyond the tensor")
    if t.structure == BLOCKS:
        blocks = np.zeros(places, bool)
        blocks[positions] = True
        h, w = t.unit
        blocks = blocks.reshape(-(-t.lines // h), -1)
        mask = blocks[np.arange(t.lines)[:, None] // h, np.arange(t.columns) // w]
        positions = np.flatnonzero(mask)
    check(len(positions) == t.kept, f"{what}: number of stored elements")
    if t.structure == GROUPS:
        mask = np.zeros(t.count, bool)
        mask[positions] = True
        counts = np.add.reduceat(mask.reshape(t.lines, -1), np.arange(len(size)) * t.unit[1], axis=1, dtype=int)
        check((counts == keep).all(), f"{what}: number of stored elements in a group")
    return positions

def to_bytes(numbers, type):
    """float32 numbers as elements of a type, a row each; bfloat16 rounds to nearest, ties to even."""
    if type == BFLOAT16:
        bits = numbers.view(np.uint32)
        rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16
        numbers = np.where(np.isnan(numbers), bits >> 16 | 0x40, rounded).astype("<u2")
    else:
        with np.errstate(over="ignore"):
            numbers = numbers.astype(TYPES[type][2])
    return numbers.view(np.uint8).reshape(len(numbers), -1)

def floats(data, type):
    """float32 numbers from the bytes of float32, float16 or bfloat16."""
    if type == BFLOAT16:
        return (np.frombuffer(data, "<u2").astype(np.uint32) << 16).view(np.float32)
    return np.frombuffer(data, TYPES[type][2]).astype(np.float32)

def stored_numbers(t, stream, positions, what):
    """The stored elements of values that are codes or of another type, a row each."""
    part = np.zeros(t.kept, np.int64)
    if t.parts > 1:
        row, column = positions // t.columns, positions % t.columns
        part = row * -(-t.columns // t.part) + column // t.part
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        if t.values in (NARROW, NARROW_PLANES):
            data = stream["values"] if t.values == NARROW else np.stack([stream["plane 0"], stream["plane 1"]], axis=1)
            return to_bytes(floats(data.tobytes(), t.narrow), t.type)
        if t.values == CODEBOOK:
            book = stream["codebook"].tobytes()
            book = to_bytes(floats(book, FLOAT16), FLOAT32) if t.halves else np.frombuffer(book, np.uint8)
            codes = stream["values"].astype(np.int64) if t.bits else np.zeros(t.kept, np.int64)
            check(not t.kept or codes.max() < t.entries, f"{what}: index")
            return book.reshape(t.parts * t.entries, -1)[part * t.entries + codes]
        if t.values == FIXED:
            codes = stream["values"] if t.bits <= 8 else stream["plane 0"] + 256 * stream["plane 1"].astype(np.int64)
            numbers = (codes.astype(np.int64) - (1 << t.bits - 1)).astype(np.float32)
            return to_bytes(numbers * np.float32(math.ldexp(1, -t.radix) if t.radix > -128 else math.inf), t.type)
        scales = floats(stream["scales"].tobytes(), FLOAT16 if t.halves else FLOAT32)
        if t.values == TERNARY:
            trits = stream["values"].astype(np.int64)[:, None] // 3 ** np.arange(5)
            check(not (trits[:, 4] > 2).any(), f"{what}: no five codes")
            codes = (trits % 3).reshape(-1)
            check(not codes[t.kept:].any(), f"{what}: spare codes")
            table = np.stack([-scales[::2], 0 * scales[::2], scales[1::2]], axis=1)
            table[:, 1] = 0
            return to_bytes(table[part, codes[:t.kept]], t.type)
        if t.values == BINARY:
            codes = unpack_bits(stream["values"].tobytes())
            check(not codes[t.kept:].any(), f"{what}: spare codes")
            return to_bytes(np.stack([-scales, scales], axis=1)[part, codes[:t.kept]], t.type)
        zero = stream["zero points"].astype(np.int64)[part] if t.values == AFFINE_ZERO else 1 << t.bits - 1
        return to_bytes(scales[part] * (stream["values"].astype(np.int64) - zero).astype(np.float32), t.type)

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
    sections, version = read_sections(data)
    part = {SECTIONS[kind]: body for kind, body in sections if kind in SECTIONS}
    strings = read_strings(part["strings"])
    c = Cursor(part["tensors"], "tensors", strings)
    tensors = c.list(lambda: read_tensor(c, version))
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
    sys.setrecursionlimit(10_000)
    parser = argparse.ArgumentParser(description="Reads a container and checks every byte.")
    parser.add_argument("container")
    parser.add_argument("--npz", metavar="OUT", help="save the tensors, all but strings")
    parser.add_argument("--compare", metavar="MODEL", help="compare with the constants of an ONNX file, or a safetensors file")
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
