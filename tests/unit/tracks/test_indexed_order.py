"""Chromosomes of an indexed track may come in any order, and some not at all."""

import numpy as np
import pytest

from genomedb import ChromError, UsageError, create_database, import_fasta
from genomedb.storage.encode import Storage
from genomedb.tracks import early
from genomedb.tracks.create import new_dense

SIZES = {"a": 100, "b": 50, "c": 70, "d": 30}


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path, "toy", SIZES)


def values(name, bin_size=7):
    return np.arange(-(-SIZES[name] // bin_size), dtype="f4") + ord(name)


@pytest.mark.parametrize("order", ["abcd", "dcba", "cadb", "db", "c", ""])
@pytest.mark.parametrize("memory", [10, 1 << 20])
@pytest.mark.parametrize("compression", ["gzip", None])
def test_any_order_gives_the_same_track(db, order, memory, compression, monkeypatch):
    monkeypatch.setattr(early, "_MEMORY_BYTES", memory)
    storage = Storage(compression)
    with new_dense(db.place("t"), bin_size=7, layout="indexed", storage=storage) as draft:
        for name in order:
            draft.write(name, [values(name)[:3], values(name)[3:]])
    track = db["t"]
    assert track.layout == "indexed"
    for name in SIZES:
        expected = values(name) if name in order else np.full(values(name).size, np.nan)
        np.testing.assert_array_equal(track.read(name), expected)


def test_a_value_that_does_not_fit_is_named_though_it_comes_early(db):
    with (
        pytest.raises(UsageError, match=r"value 300 at c:14 does not fit uint8"),
        new_dense(db.place("t"), bin_size=7, dtype="uint8", layout="indexed") as draft,
    ):
        draft.write("c", [np.array([1, 2, 300])])
    assert not db.has_track("t")


def test_early_values_of_another_number_are_refused(db):
    with (
        pytest.raises(UsageError, match=r"c: 2 values came, not 10"),
        new_dense(db.place("t"), bin_size=7, layout="indexed") as draft,
    ):
        draft.write("c", [np.array([1, 2])])


def test_integers_without_a_missing_value_need_every_chromosome(db):
    with (
        pytest.raises(ChromError, match=r"t: no values for a, and uint8 has no missing value"),
        new_dense(db.place("t"), bin_size=7, dtype="uint8", layout="indexed") as draft,
    ):
        draft.write("b", [np.zeros(8)])


def test_a_genome_of_many_pieces_may_list_them_in_another_order(tmp_path):
    names = [f"s{i}" for i in range(1001)]
    db = create_database(tmp_path, "many", dict.fromkeys(names, 4))
    text = "".join(f">{name}\n{'ACGT'[i % 4] * 4}\n" for i, name in reversed([*enumerate(names)]))
    (tmp_path / "g.fa").write_text(text)
    import_fasta(db, "seq", tmp_path / "g.fa")
    assert db["seq"].layout == "indexed"
    assert [db["seq"].text(n) for n in names[:5]] == ["AAAA", "CCCC", "GGGG", "TTTT", "AAAA"]


def test_sparse_records_of_a_genome_of_many_pieces_may_come_in_any_order(tmp_path):
    names = [f"s{i}" for i in range(1001)]
    db = create_database(tmp_path, "many", dict.fromkeys(names, 40))
    track = db.create_sparse("t", {n: ([i % 7], [i % 7 + 1], [i]) for i, n in
                                   reversed([*enumerate(names)])})  # fmt: skip
    assert track.layout == "indexed"
    many = track.read_many([(n, 0, 40) for n in names])
    np.testing.assert_array_equal(many.value, np.arange(1001))
