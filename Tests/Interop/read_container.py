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
