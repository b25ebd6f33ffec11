"""Chain files: blocks on the forward strand, and what is wrong by file and line."""

import gzip

import numpy as np
import pytest

from genomedb.core.chroms import ChromTable
from genomedb.errors import ChromError, MissingFileError, ParseError
from genomedb.kernels.chain_text import ChainParser
from genomedb.readers.chain import read_chains

HEAD = "chain 1000 chrA 1000 + 50 150 chr1 5000 + 0 100 1\n"
TWO = """# made by hand
chain 4900.5 chrA 1000 + 50 170 chr1 5000 + 0 115 7
100 5\t0
15

chain 30 chrB 500 - 0 60 chr2 300 - 10 80 8
20\t10\t20
30
"""


def written(folder, text):
    path = folder / "x.chain"
    path.write_bytes(text.encode())
    return path


def columns(file):
    b = file.blocks
    names = list(file.sources), list(file.targets)
    return [
        (names[0][s], a, "+-"[x], names[1][t], p, "+-"[y], n, i, score)
        for s, a, x, t, p, y, n, i, score in zip(
            b.source.tolist(), b.source_start.tolist(), b.source_strand, b.target.tolist(),
            b.target_start.tolist(), b.strand, b.size.tolist(), b.chain_id.tolist(),
            b.score.tolist(), strict=True,
        )
    ]  # fmt: skip


EXPECTED = [
    ("chrA", 50, "+", "chr1", 0, "+", 100, 7, 4900.5),
    ("chrA", 155, "+", "chr1", 100, "+", 15, 7, 4900.5),
    ("chrB", 480, "-", "chr2", 270, "-", 20, 8, 30.0),
    ("chrB", 440, "-", "chr2", 220, "-", 30, 8, 30.0),
]


def test_blocks_lie_on_the_forward_strand(tmp_path):
    file = read_chains(written(tmp_path, TWO))
    assert columns(file) == EXPECTED
    assert file.sources == {"chrA": 1000, "chrB": 500}
    assert file.targets == {"chr1": 5000, "chr2": 300}


@pytest.mark.parametrize("change", [
    lambda t: t.replace("\n", "\r\n"), lambda t: t.rstrip(), lambda t: t.replace("\n\n", "\n"),
    lambda t: t.replace(" ", "\t"), lambda t: "\n" + t.replace("\n", " \n"),
])  # fmt: skip
def test_spelling_does_not_matter(tmp_path, change):
    assert columns(read_chains(written(tmp_path, change(TWO)))) == EXPECTED


def test_a_compressed_file_is_the_same(tmp_path):
    path = tmp_path / "x.chain.gz"
    path.write_bytes(gzip.compress(TWO.encode()))
    assert columns(read_chains(path)) == EXPECTED


def test_where_buffers_end_does_not_matter(tmp_path):
    whole = ChainParser("x").parse(TWO.encode())
    parser = ChainParser("x")
    parts = [parser.parse(line.encode()) for line in TWO.splitlines(keepends=True)]
    parser.finish()
    for column in ("chain", "source_start", "target_start", "size", "score"):
        joined = np.concatenate([getattr(part, column) for part in parts])
        assert joined.tolist() == getattr(whole, column).tolist()
    for name, values in whole.header.items():
        assert np.concatenate([part.header[name] for part in parts]).tolist() == values.tolist()


WRONG = {
    "100\n": (1, "outside a chain"),
    HEAD + "100\n50\n": (3, 'block "50" outside a chain'),
    HEAD.replace(" 1\n", "\n") + "100\n": (1, "expected 13 fields"),
    HEAD.replace(" 1\n", " 1 x\n") + "100\n": (1, "expected 13 fields"),
    HEAD.replace("1000 chrA", "many chrA") + "100\n": (1, 'score "many" is not a number'),
    HEAD.replace("50 150", "5o 150") + "100\n": (1, '"5o" is not a whole number'),
    HEAD.replace("0 100 1\n", "-5 100 1\n") + "100\n": (1, '"-5" is not a whole number'),
    HEAD.replace("100 1\n", "100 one\n") + "100\n": (1, '"one" is not a whole number'),
    HEAD.replace("5000 +", "5000 *") + "100\n": (1, 'strand "\\*" is neither'),
    HEAD.replace("50 150", "50 50") + "100\n": (1, "source range"),
    HEAD.replace("50 150", "950 1050") + "100\n": (1, "source range"),
    HEAD.replace("0 100 1\n", "4950 5050 1\n") + "100\n": (1, "target range"),
    HEAD + "100 5\n": (2, "expected 1 or 3 fields"),
    HEAD + "50 0 0 0\n50\n": (2, "expected 1 or 3 fields"),
    HEAD + "-100\n": (2, "is not a size of at least 1"),
    HEAD + "0 50 50\n50\n": (2, "is not a size of at least 1"),
    HEAD + "x\n": (2, '"x" is not a size'),
    HEAD + "90\n": (2, "does not meet the source end"),
    HEAD + "101\n": (2, "does not meet the source end"),
    HEAD + "50 50 0\n1\n": (2, "does not meet the source end"),
    HEAD + "50 0 50\n50\n": (2, "does not meet the target end"),
    HEAD + "50 5 0\n45\n": (3, "does not meet the target end"),
    HEAD + "50 0 0\n\n" + HEAD + "100\n": (4, "begins before the last block"),
    HEAD + "50 0 0\n": (2, "ends inside a chain"),
    HEAD: (1, "ends inside a chain"),
    HEAD + "100\n" + HEAD.replace("chrA 1000", "chrA 1001") + "100\n": (
        3, "source chromosome chrA has length 1001 here and 1000 in line 1",
    ),
    HEAD + "100\n" + HEAD.replace("chr1 5000", "chr1 5001") + "100\n": (
        3, "target chromosome chr1 has length 5001 here",
    ),
    HEAD.replace("chrA", "c" * 256) + "100\n": (1, "longer than 255 bytes"),
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_line_is_named(tmp_path, text):
    line, problem = WRONG[text]
    path = written(tmp_path, text)
    with pytest.raises(ParseError, match=problem) as caught:
        read_chains(path)
    assert caught.value.line == line
    assert str(caught.value).startswith(f"{path}:{line}: ")


@pytest.mark.parametrize("text", ["", "# nothing\n\n"])
def test_a_file_without_chains_is_an_error(tmp_path, text):
    with pytest.raises(ParseError, match="no chains"):
        read_chains(written(tmp_path, text))


def test_lengths_must_be_those_of_the_assemblies(tmp_path):
    path = written(tmp_path, TWO)
    good = ChromTable(("1", "chr9"), (5000, 10))
    assert columns(read_chains(path, chroms=good)) == EXPECTED  # chr2 is unknown: no matter
    with pytest.raises(ChromError, match=r"x.chain:2: target chromosome chr1 has length 5000, in"):
        read_chains(path, chroms=ChromTable(("chr1",), (5001,)))
    with pytest.raises(ChromError, match=r"x.chain:6: source chromosome chrB has length 500, in"):
        read_chains(path, source_chroms=ChromTable(("chrA", "chrB"), (1000, 501)))


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(MissingFileError, match="no such file"):
        read_chains(tmp_path / "nothing.chain")
