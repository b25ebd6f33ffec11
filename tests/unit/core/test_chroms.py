"""The chromosome table: names, spellings, digests, differences."""

import pickle

import numpy as np
import pytest

from genomedb.core.chroms import ChromTable, implied_aliases, seqcol_digest, sha512t24u
from genomedb.errors import ChromError, UsageError


def table(**pairs):
    return ChromTable.from_pairs(pairs.items())


def test_the_sequence_digest_agrees_with_the_published_vector():
    assert sha512t24u(b"ACGT") == "aKF498dAxcJAqme6QYQ7EZ07-fiw8Kw2"


def test_the_collection_digest_agrees_with_the_published_vector():
    # the published example digests names and sequences
    sequences = [f"SQ.{sha512t24u(s)}" for s in (b"TTGGGGAA", b"GGAA", b"GCGC")]
    names = ["chrX", "chr1", "chr2"]
    assert seqcol_digest({"names": names, "sequences": sequences}) == (
        "XZlrcEGi6mlopZ2uD8ObHkQB1d0oDwKk"
    )


def test_the_digest_depends_on_order_names_and_lengths_and_not_on_aliases():
    digests = {
        table(a=1, b=2).digest, table(b=2, a=1).digest, table(a=2, b=2).digest,
        table(a=1, c=2).digest,
    }  # fmt: skip
    assert len(digests) == 4
    assert ChromTable(("a", "b"), (1, 2), {"x": "a"}).digest in digests


@pytest.mark.parametrize("lengths", [(4, 5), (np.int64(4), np.int32(5)), np.array([4, 5])])
def test_lengths_of_any_integer_type_make_the_same_table(lengths):
    made = ChromTable(("a", "b"), tuple(lengths))
    assert made.digest == table(a=4, b=5).digest
    assert all(type(n) is int for n in made.lengths)


@pytest.mark.parametrize(
    ("name", "others"),
    [("chr1", ("1",)), ("1", ("chr1",)), ("chrM", ("M", "chrMT", "MT")), ("chr", ("chrchr",))],
)
def test_implied_spellings(name, others):
    assert implied_aliases(name) == others


def test_a_chromosome_is_found_by_every_spelling():
    made = ChromTable(("chr1", "chrM"), (5, 6), {"NC_1": "chr1"})
    assert [made.code(n) for n in ("chr1", "1", 1, "NC_1")] == [0] * 4
    assert [made.name(n) for n in ("chrM", "M", "MT", "chrMT")] == ["chrM"] * 4
    assert made.length("MT") == 6
    assert "1" in made
    assert "2" not in made
    assert (len(made), made.total, made.length_array.tolist()) == (2, 11, [5, 6])


def test_an_exact_name_wins_over_an_implied_spelling():
    made = table(chr1=5, **{"1": 7})
    assert made.length("1") == 7
    assert made.length("chr1") == 5


def test_a_spelling_that_could_be_two_chromosomes_is_refused_by_both_names():
    made = table(M=5, chrMT=6)
    with pytest.raises(ChromError, match="chromosome MT could be M or chrMT"):
        made.code("MT")
    assert made.find("MT") == -1


def test_an_unknown_chromosome_is_refused_with_near_names():
    with pytest.raises(ChromError, match=r'"chr11" does not exist.*chr1'):
        table(chr1=5, chr2=6).code("chr11")


@pytest.mark.parametrize(
    ("names", "lengths", "words"),
    [
        ((), (), "at least one chromosome"),
        (("a",), (1, 2), "1 chromosome names but 2 lengths"),
        (("a", "a"), (1, 2), "a is listed twice"),
        (("a",), (0,), "has length 0"),
        (("a",), (-4,), "has length -4"),
        (("a",), (2**62,), "has length"),
        (("a",), (1.5,), "whole number"),
        (("a",), ("5",), "whole number"),
        (("a",), (None,), "whole number"),
        (("",), (1,), "must be 1 to 255 bytes"),
        (("x" * 256,), (1,), "must be 1 to 255 bytes"),
        (("_genomedb",), (1,), "cannot be used"),
        (("a/b",), (1,), "cannot be used"),
        ((".",), (1,), "cannot be used"),
        (("..",), (1,), "cannot be used"),
        (("a\n",), (1,), "cannot be used"),
        (("a\0",), (1,), "cannot be used"),
        (("\ud800",), (1,), "cannot be used"),
        (("a b",), (1,), "space"),
        ((5,), (1,), "is not text"),
    ],
)
def test_an_illegal_table_is_refused(names, lengths, words):
    with pytest.raises(UsageError, match=words):
        ChromTable(names, lengths)


@pytest.mark.parametrize(
    ("aliases", "words"),
    [
        ({"x": "c"}, "alias x stands for c, which is not"),
        ({"b": "a"}, "alias b of a is itself another"),
        ({"": "a"}, "must be 1 to 255"),
        ({"x\0": "a"}, "cannot be used"),
    ],
)
def test_an_illegal_alias_is_refused(aliases, words):
    with pytest.raises(UsageError, match=words):
        ChromTable(("a", "b"), (1, 2), aliases)


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        (table(a=1, b=2), ""),
        (table(a=1, b=3), "1 of 2 shared chromosomes differ in length, first b: 2 against 3"),
        (table(a=1, c=2), "1 chromosomes only in the first (b), 1 only in the second (c)"),
        (table(b=2, a=1), "the same chromosomes in another order"),
    ],
)
def test_the_first_difference_is_one_sentence(other, sentence):
    assert table(a=1, b=2).first_difference(other) == sentence


def test_a_table_survives_pickling():
    made = ChromTable(("chr1",), (5,), {"x": "chr1"})
    assert pickle.loads(pickle.dumps(made)) == made


def test_a_hundred_thousand_scaffolds_are_ordinary():
    made = ChromTable(tuple(f"s{i}" for i in range(100_000)), (10,) * 100_000)
    assert made.code("s99999") == 99_999
    assert made.code("chrs5") == 5
