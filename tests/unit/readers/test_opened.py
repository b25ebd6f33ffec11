"""Compressed and plain files, whole, truncated, damaged and hostile."""

import bz2
import gzip
import io
import lzma
import os
import random
import sys
import threading
import zipfile
from types import SimpleNamespace

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from genomedb.errors import (
    FormatError,
    GenomeDBError,
    MissingDependencyError,
    MissingFileError,
    ParseError,
    UsageError,
)
from genomedb.readers import opened, zstd
from genomedb.readers.opened import line_blocks, open_bytes
from genomedb.writers.compressed import open_output

TEXT = b"".join(b"chr1\t%d\t%d\t%d\n" % (i * 10, i * 10 + 10, i * i % 977) for i in range(20_000))


def bgzip(text, folder):
    with open_output(folder / "made.gz", overwrite=True) as out:
        out.write(text)
    return (folder / "made.gz").read_bytes()


def zipped(text):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("folder") if hasattr(archive, "mkdir") else None
        archive.writestr("a.txt", text)
        archive.writestr("b.txt", b"other")
    return target.getvalue()


def zst(text, **options):
    return zstandard.ZstdCompressor(**{"level": 3, "write_checksum": True, **options}).compress(
        text
    )


def zst_stream(text):
    """A frame that does not say its size, of many small blocks."""
    packing = zstandard.ZstdCompressor(level=1).compressobj()
    out = b""
    for i in range(0, len(text), 997):
        out += packing.compress(text[i : i + 997])
        out += packing.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    return out + packing.flush()


SKIPPED = b"\x5a\x2a\x4d\x18" + (700).to_bytes(4, "little") + b"\x28\xb5\x2f\xfd" * 175
PACKERS = {
    "plain": lambda text, folder: text,
    "gzip": lambda text, folder: gzip.compress(text),
    "members": lambda text, folder: gzip.compress(text[:1000]) + gzip.compress(text[1000:]),
    "bgzip": bgzip,
    "mixed": lambda text, folder: bgzip(text[:70_000], folder) + gzip.compress(text[70_000:]),
    "padded": lambda text, folder: gzip.compress(text) + b"\0" * 700,
    "bz2": lambda text, folder: bz2.compress(text[:9]) + bz2.compress(text[9:]),
    "xz": lambda text, folder: lzma.compress(text[:9]) + b"\0" * 8 + lzma.compress(text[9:]),
    "zip": lambda text, folder: zipped(text),
    "zst": lambda text, folder: zst(text),
    "zst_stream": lambda text, folder: zst_stream(text),
    "zst_frames": lambda text, folder: SKIPPED + zst(text[:9]) + SKIPPED + zst(text[9:]) + SKIPPED,
}


def read_all(path, n=50_000):
    with open_bytes(path) as source:
        return b"".join(iter(lambda: source.read_block(n), b""))


@pytest.mark.parametrize("kind", PACKERS)
@pytest.mark.parametrize("text", [TEXT, b"x\n", b""])
def test_every_compression_is_recognised_by_content(kind, text, tmp_path):
    path = tmp_path / "no_extension"
    path.write_bytes(PACKERS[kind](text, tmp_path))
    assert read_all(path) == text


@pytest.mark.parametrize("kind", [kind for kind in PACKERS if kind != "zip"])
def test_standard_input_may_be_compressed(kind, tmp_path, monkeypatch):
    packed = io.BytesIO(PACKERS[kind](TEXT, tmp_path))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=packed))
    assert read_all("-") == TEXT


def test_a_zip_in_a_pipe_is_refused(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(zipped(b"x"),))
    writer.start()
    with pytest.raises(FormatError, match="zip needs a file, not a pipe"):
        read_all(path)
    writer.join()


def test_a_named_pipe_is_read(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(gzip.compress(TEXT),))
    writer.start()
    assert read_all(path) == TEXT
    writer.join()


@pytest.mark.parametrize("kind", [kind for kind in PACKERS if kind not in ("plain", "padded")])
def test_a_truncated_file_is_refused_wherever_it_was_cut(kind, tmp_path):
    packed = PACKERS[kind](TEXT[:100_000], tmp_path)
    whole_members = {len(gzip.compress(TEXT[:1000])), len(bz2.compress(TEXT[:9]))}
    whole_members |= {len(lzma.compress(TEXT[:9])) + pad for pad in range(9)}
    whole_members.add(len(bgzip(TEXT[:70_000], tmp_path)))
    if kind == "zst_frames":
        whole_members |= {
            len(SKIPPED),
            len(SKIPPED + zst(TEXT[:9])),
            len(2 * SKIPPED + zst(TEXT[:9])),
        }
        whole_members.add(len(packed) - len(SKIPPED))
    path = tmp_path / "cut"
    cuts = [*random.Random(1).sample(range(20, len(packed)), 120), len(packed) - 1]
    for cut in set(cuts) - whole_members:
        path.write_bytes(packed[:cut])
        with pytest.raises(FormatError, match="truncated") as caught:
            read_all(path)
        assert str(caught.value).startswith(str(path))


@pytest.mark.parametrize("kind", ["gzip", "bgzip", "bz2", "xz", "zip", "zst"])
def test_damage_is_an_error_or_harmless(kind, tmp_path):
    packed = PACKERS[kind](TEXT[:30_000], tmp_path)
    path, rng = tmp_path / "bad", random.Random(2)
    n_refused = 0
    for _ in range(150):
        damaged = bytearray(packed)
        damaged[rng.randrange(len(packed))] ^= 1 << rng.randrange(8)
        path.write_bytes(damaged)
        try:
            found = read_all(path)
        except FormatError:
            n_refused += 1
        else:
            assert found in (TEXT[:30_000], b"other", bytes(damaged))
    assert n_refused > 100


def test_garbage_after_a_gzip_member_is_refused(tmp_path):
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(b"a\n") + b"garbage")
    with pytest.raises(FormatError, match="unknown bytes after the end"):
        read_all(path)


@pytest.mark.parametrize("pack", [lzma.compress, bz2.compress, zst])
def test_a_bomb_is_refused(pack, tmp_path):
    path = tmp_path / "bomb"
    path.write_bytes(pack(bytes(70_000_000)))
    with pytest.raises(FormatError, match="expands more than 1000 times"):
        read_all(path, 1_000_000)


def test_an_encrypted_or_empty_zip_is_explained(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w"):
        pass
    with pytest.raises(FormatError, match="holds no file"):
        read_all(path)
    packed = bytearray(zipped(b"abc"))
    directory = packed.find(b"PK\x01\x02", packed.find(b"a.txt"))
    for at in [i for i in range(len(packed)) if packed[i : i + 4] == b"PK\x01\x02"]:
        packed[at + 8] |= 1
    assert directory > 0
    path.write_bytes(packed)
    with pytest.raises(FormatError, match="encrypted"):
        read_all(path)


def test_zstd_without_its_package_is_explained(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "zstandard", None)
    path = tmp_path / "x.zst"
    path.write_bytes(zst(b"abc"))
    with pytest.raises(
        MissingDependencyError, match=r"x.zst: reading zstd needs .*genomedb\[zstd\]"
    ):
        read_all(path)


def test_zstd_blocks_are_unpacked_a_few_at_a_time(tmp_path):
    """Blocks of four bytes that become 128 KB each, 48 MB in one frame."""
    block = (1 << 1 | 131_072 << 3).to_bytes(3, "little") + b"x"
    last = (1 | 1 << 1 | 131_072 << 3).to_bytes(3, "little") + b"x"
    path = tmp_path / "runs"
    path.write_bytes(b"\x28\xb5\x2f\xfd\x00" + bytes([10 << 3]) + block * 365 + last)
    with open_bytes(path) as source:
        sizes = [len(piece) for piece in source._pieces]
    assert sum(sizes) == 366 * 131_072
    assert max(sizes) <= 16 * 131_072


@pytest.mark.parametrize("size_known", [True, False])
def test_a_zstd_window_that_needs_much_memory_is_refused(tmp_path, monkeypatch, size_known):
    monkeypatch.setattr(zstd, "_WINDOW", 1 << 20)
    path = tmp_path / "x"
    settings = zstandard.ZstdCompressionParameters.from_level(3, window_log=21)
    packing = zstandard.ZstdCompressor(compression_params=settings)
    if size_known:
        path.write_bytes(packing.compress(bytes(2_000_000)))
    else:
        stream = packing.compressobj()
        path.write_bytes(stream.compress(bytes(2_000_000)) + stream.flush())
    with pytest.raises(FormatError, match="needs 2 MB of memory to unpack"):
        read_all(path)


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        (b"garbage", "unknown bytes after the end"),
        (b"\n", "unknown bytes after the end"),
        (b"\x28\xb5", "truncated"),
        (b"\x5a\x2a\x4d", "truncated"),
        (b"\x28\xb5\x2f\xfd\x00\x50\x07\0\0", "impossible block"),
        (b"\x28\xb5\x2f\xfd\x00\x50\x05\0\x20", "impossible block"),
    ],
)
def test_what_follows_a_zstd_frame_must_be_one(tmp_path, rest, message):
    path = tmp_path / "x.zst"
    path.write_bytes(zst(b"a\n") + rest)
    with pytest.raises(FormatError, match=message):
        read_all(path)


def test_what_cannot_be_opened_is_explained(tmp_path):
    with pytest.raises(MissingFileError, match="no such file"):
        read_all(tmp_path / "absent")
    with pytest.raises(MissingFileError, match="no such file"):
        read_all(tmp_path / "a\0b")
    with pytest.raises(UsageError, match="is a directory"):
        read_all(tmp_path)
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(MissingFileError):
        read_all(tmp_path / "file" / "below")
    with pytest.raises(FormatError, match="cannot be read"):
        read_all(tmp_path / ("n" * 300))


def test_a_file_without_permission_is_explained(tmp_path, unprivileged):
    path = tmp_path / "secret"
    path.write_bytes(b"x")
    with unprivileged(tmp_path):
        path.chmod(0)
        with pytest.raises(FormatError, match="Permission denied"):
            read_all(path)


def test_a_closed_standard_input_is_explained(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(UsageError, match="standard input is closed"):
        read_all("-")


@given(st.binary(max_size=300).map(lambda b: b.replace(b"a", b"\n")), st.integers(1, 50))
def test_blocks_are_whole_lines_and_know_their_number(tmp_path_factory, text, size):
    path = tmp_path_factory.getbasetemp() / "lines.txt"
    path.write_bytes(b"#" + text)
    with open_bytes(path) as source:
        blocks = list(line_blocks(source, size))
    assert b"".join(block for block, _ in blocks) == b"#" + text
    assert all(block.endswith(b"\n") for block, _ in blocks[:-1])
    line = 1
    for block, first_line in blocks:
        assert first_line == line
        line += block.count(b"\n")


def test_a_line_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(opened, "MAX_LINE", 1000)
    path = tmp_path / "long"
    for text in (b"a\n" + b"x" * 5000, b"a\n" + b"x" * 5000 + b"\n"):
        path.write_bytes(text)
        with (
            pytest.raises(ParseError, match="line longer than") as caught,
            open_bytes(path) as source,
        ):
            list(line_blocks(source, 300))
        assert caught.value.line == 2


def test_byte_order_marks(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"\xef\xbb\xbfchr1\n")
    with open_bytes(path) as source:
        assert list(line_blocks(source)) == [(b"chr1\n", 1)]
    path.write_bytes("chr1\n".encode("utf-16"))
    with pytest.raises(ParseError, match="UTF-16"), open_bytes(path) as source:
        list(line_blocks(source))


def test_progress_hears_of_stored_bytes(tmp_path):
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(TEXT))
    seen = []
    with open_bytes(path, SimpleNamespace(at=seen.append)) as source:
        source.read_block(10**9)
    assert seen[-1] == path.stat().st_size


@given(
    st.binary(max_size=100),
    st.sampled_from(
        [b"", b"\x1f\x8b", b"BZh91AY&", b"\xfd7zXZ\0", b"PK\x03\x04", b"\x28\xb5\x2f\xfd"]
    ),
)
def test_any_bytes_are_read_or_refused(tmp_path_factory, data, magic):
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(magic + data)
    try:
        read_all(path)
        message = str(path)
    except GenomeDBError as error:
        message = str(error)
    assert str(path) in message
