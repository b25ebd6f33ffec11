"""Small files of misha databases, packed by hand as the layouts are described."""

import struct

import numpy as np

SIZES = {"1": 1000, "2": 505, "X": 200}
NA = -(2**31)


def crc64(data):
    """Bit by bit: the slow twin of the kernel."""
    crc = 2**64 - 1
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xC96C5795D7870F42 if crc & 1 else 0)
    return crc ^ 2**64 - 1


def make_root(folder, sizes=SIZES):
    """An empty database."""
    (folder / "tracks").mkdir(parents=True)
    (folder / "chrom_sizes.txt").write_text("".join(f"{n}\t{s}\n" for n, s in sizes.items()))
    return folder


def dense(bin_size, values):
    return struct.pack("<I", bin_size) + np.array(values, "<f4").tobytes()


def sparse(records):
    return struct.pack("<i", -1) + b"".join(struct.pack("<qqf", *record) for record in records)


def array(records):
    """Records of (start, end, {column: value})."""
    blocks, rows, at = b"", b"", 12
    for start, end, values in records:
        block = struct.pack("<I", len(values))
        block += b"".join(struct.pack("<fI", value, column) for column, value in values.items())
        rows += struct.pack("<qqq", start, end, at)
        blocks += block
        at += len(block)
    return struct.pack("<iq", -8, at) + blocks + struct.pack("<Q", len(records)) + rows


def quadtree(records, *, is_points=False, capacity=2, extent=1024):
    """Records of (x1, x2, y1, y2, value); a rectangle lies in every leaf that it touches.

    Nodes of odd depth begin chunks of their own, so that both kinds of pointers occur.
    """
    block = bytearray(struct.pack("<iQq", -10 if is_points else -9, len(records), 0))

    def packed(number):
        x1, x2, y1, y2, value = records[number]
        places = (x1, y1) if is_points else (x1, y1, x2, y2)
        return struct.pack(f"<Q{len(places)}qfI", number, *places, value, 0)

    def add_chunk(numbers, square, depth):
        chunk = bytearray(16)
        top = add_node(chunk, numbers, square, depth)
        chunk[:16] = struct.pack("<qq", len(chunk), top)
        block.extend(chunk)
        return len(block) - len(chunk)

    def touches(record, square):
        x1, y1, x2, y2 = square
        return record[0] < x2 and x1 < record[1] and record[2] < y2 and y1 < record[3]

    def add_node(chunk, numbers, square, depth):
        x1, y1, x2, y2 = square
        inside = [i for i in numbers if touches(records[i], square)]
        is_leaf = len(inside) <= capacity or x2 - x1 <= 1
        head = struct.pack("<B7xqddd4q", is_leaf, 0, 0, 0, 0, *square)
        if is_leaf:
            data = head + struct.pack("<II", len(inside), 0) + b"".join(map(packed, inside))
        else:
            xm, ym = (x1 + x2) // 2, (y1 + y2) // 2
            quarters = [(x1, y1, xm, ym), (xm, y1, x2, ym), (x1, ym, xm, y2), (xm, ym, x2, y2)]
            own = depth % 2 == 0
            places = [
                -add_chunk(inside, quarter, depth + 1) if own
                else add_node(chunk, inside, quarter, depth + 1)
                for quarter in quarters
            ]  # fmt: skip
            data = head + struct.pack("<4q", *places)
        chunk.extend(data)
        return len(chunk) - len(data)

    root = add_chunk(range(len(records)), (0, 0, extent, extent), 0) if records else 0
    block[12:20] = struct.pack("<q", root)
    return bytes(block)


def write_indexed_pairs(folder, type_code, blocks):
    """track.idx and track.dat; blocks are (id, id, bytes)."""
    entries, summed, data = b"", b"", b""
    for code1, code2, block in blocks:
        entry = struct.pack("<IIQQ", code1, code2, len(data), len(block))
        entries, summed, data = entries + entry + bytes(4), summed + entry, data + block
    head = b"MISHT2D\0" + struct.pack("<IIIQQQ", 1, type_code, len(blocks), 1, crc64(summed), 0)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "track.idx").write_bytes(head + entries)
    (folder / "track.dat").write_bytes(data)
    return folder


def write_track(root, name, files, attributes=b""):
    """A track folder with a file a chromosome."""
    folder = root / "tracks" / f"{name.replace('.', '/')}.track"
    folder.mkdir(parents=True)
    for chrom, data in files.items():
        (folder / chrom).write_bytes(data)
    if attributes:
        (folder / ".attributes").write_bytes(attributes)
    return folder


def write_indexed(folder, type_code, blocks, *, magic=b"MISHATDX", crc=None, version=1):
    """track.idx and track.dat; blocks are (chromosome id, bytes)."""
    entries, summed, data = b"", b"", b""
    for code, block in blocks:
        entry = struct.pack("<IQQ", code, len(data), len(block))
        entries, summed, data = entries + entry + bytes(4), summed + entry, data + block
    crc = crc64(summed) if crc is None else crc
    head = magic + struct.pack("<IIIQQ", version, type_code, len(blocks), 1, crc)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "track.idx").write_bytes(head + entries)
    (folder / "track.dat").write_bytes(data)
    return folder


def write_indexed_set(folder, blocks):
    """intervals.idx and intervals.dat."""
    entries, summed, data = b"", b"", b""
    for code, block in blocks:
        entry = struct.pack("<IQQ", code, len(data), len(block))
        entries, summed, data = entries + entry + bytes(4), summed + entry, data + block
    head = b"MISHAI1D" + struct.pack("<IIQQI", 1, len(blocks), 1, crc64(summed), 0)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "intervals.idx").write_bytes(head + entries)
    (folder / "intervals.dat").write_bytes(data)


# ---- R's serialization


def r_object(item, version=2):
    """A whole file around an item."""
    head = b"X\n" + struct.pack(">iii", version, 0x040300, 0x020300)
    return head + (struct.pack(">i", 5) + b"UTF-8" if version == 3 else b"") + item


def r_string(text, encoding="utf-8"):
    if text is None:
        return struct.pack(">ii", 9, -1)
    data = text.encode(encoding)
    level = {"utf-8": 8, "latin-1": 4}[encoding]
    return struct.pack(">ii", 9 | level << 12, len(data)) + data


def r_texts(texts, attributes=None):
    return _vector(16, attributes, len(texts)) + b"".join(map(r_string, texts)) + _end(attributes)


def r_reals(values, attributes=None):
    return _numbers(14, ">f8", values, attributes)


def r_integers(values, attributes=None):
    return _numbers(13, ">i4", values, attributes)


def r_logicals(values, attributes=None):
    return _numbers(10, ">i4", values, attributes)


def r_list(items, attributes=None):
    return _vector(19, attributes, len(items)) + b"".join(items) + _end(attributes)


def r_factor(codes, levels):
    return r_integers(codes, {"levels": r_texts(levels), "class": r_texts(["factor"])})


def r_frame(columns):
    """A data frame of items by name."""
    rows = r_integers([NA, -1])
    attributes = {
        "names": r_texts(list(columns)), "class": r_texts(["data.frame"]), "row.names": rows
    }  # fmt: skip
    return r_list(list(columns.values()), attributes)


def r_symbol(name):
    return struct.pack(">i", 1) + r_string(name)


def _numbers(kind, dtype, values, attributes):
    data = np.array(values, dtype)
    return _vector(kind, attributes, data.size) + data.tobytes() + _end(attributes)


def _vector(kind, attributes, n):
    return struct.pack(">ii", kind | (1 << 9 if attributes else 0), n)


def _end(attributes):
    if not attributes:
        return b""
    cells = (struct.pack(">i", 2 | 1 << 10) + r_symbol(n) + item for n, item in attributes.items())
    return b"".join(cells) + struct.pack(">i", 254)
