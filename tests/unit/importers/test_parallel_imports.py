"""Imports over several processes: same errors, same reports, nothing left behind."""

import gzip

import pytest

from genomedb.core import parallel
from genomedb.errors import GenomeDBError, UsageError
from genomedb.importers import encoding
from genomedb.importers.signal import import_signal
from genomedb.readers import stretches

ROWS = [
    f"{chrom}\t{i}\t{i + 1}\t{i % 7}\n"
    for chrom, size in (("chr1", 1000), ("chrUn", 30), ("chr2", 500))
    for i in range(size)
]


@pytest.fixture(autouse=True)
def _small_files_are_cut_too(monkeypatch):
    monkeypatch.setattr(stretches, "SPLIT_BYTES", 1)


def outcome(db, path, executor, **options):
    """Report or error of an import."""
    options = {"bin_size": 10} | options
    try:
        return import_signal(db, "x", path, overwrite=True, executor=executor, **options)
    except GenomeDBError as error:
        return type(error), str(error)


WRONG = {
    "no number": {700: "chr1\t700\t701\tx\n"},
    "two wrong lines, the later chromosome first": {
        3: "chr2\t3\tx\t1\n", 900: "chr1\t3\tx\t1\n",
    },
    "outside, and a wrong line after it": {20: "chr1\t2000\t2001\t1\n", 1200: "chr2\t1\n"},
    "too large for the dtype": {50: "chr1\t0\t10\t1e300\n", 1100: "chr2\t9\t10\t1e300\n"},
    "comes twice": {5: "chr2\t3\t7\t1\n", 1020: "chr1\t3\t7\t1\n"},
    "a declaration": {600: "fixedStep chrom=chr2 start=5\n4\n"},
}  # fmt: skip


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_errors_are_those_of_one_process(db, tmp_path, leftovers, wrong, packed):
    text = "".join(wrong.get(i, row) for i, row in enumerate(ROWS))
    path = tmp_path / ("x.bedgraph" + ".gz" * packed)
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    expected = outcome(db, path, None)
    assert leftovers() == ([] if isinstance(expected, tuple) else ["x.h5"])
    assert outcome(db, path, 2) == expected
    assert leftovers() == ([] if isinstance(expected, tuple) else ["x.h5"])


def test_what_is_left_out_is_counted_in_the_order_of_the_file(db, tmp_path, caplog):
    path = tmp_path / "x.bedgraph"
    path.write_text(
        "chrZ 0 5 1\nchr1 0 5 1\nchrA 0 5 1\nchrA 5 6 1\nchr2 490 510 1\nchr2 600 9999 1\n"
    )
    said = []
    for executor in (None, 2):
        caplog.clear()
        report = outcome(db, path, executor, clip=True)
        assert list(report.unknown.items()) == [("chrZ", 1), ("chrA", 2)]
        assert (report.n_records, report.n_clipped, report.n_outside) == (3, 1, 1)
        said.append([r.getMessage() for r in caplog.records])
    assert said[0] == said[1] != []


def test_chromosomes_wait_only_a_few_at_a_time(db, tmp_path, monkeypatch):
    path = tmp_path / "x.bedgraph"
    path.write_text("".join(ROWS))
    asked = []

    def looked(task, items, executor, in_flight):
        asked.append(in_flight)
        return parallel.map_tasks(task, items, executor, in_flight)

    monkeypatch.setattr(encoding, "map_tasks", looked)
    outcome(db, path, 3)
    assert asked == [6]


@pytest.mark.parametrize("wrong", [0, "two", 1.5])
def test_what_is_no_executor_is_refused(db, tmp_path, leftovers, wrong):
    path = tmp_path / "x.bedgraph"
    path.write_text("".join(ROWS))
    with pytest.raises(UsageError):
        import_signal(db, "x", path, bin_size=10, executor=wrong)
    with pytest.raises(UsageError):
        import_signal(db, "x", path, executor=wrong)
    assert leftovers() == []
