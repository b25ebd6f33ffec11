"""Databases as the `genome` library writes them: PyTables arrays and tables, a node a chromosome.

``python tests/peers/legacy_files.py`` makes the small one of tests/data/legacy.
"""

import json
import sys
from pathlib import Path

import numpy as np
import tables as tb

ZLIB = tb.Filters(complevel=1, complib="zlib", shuffle=True)
FLAGS = ("is_auto", "is_hap", "is_mito", "is_rand", "is_sex", "is_x", "is_y")
CHROMS = [
    ("chr1", 5000, {"is_auto"}), ("chr2", 3001, {"is_auto"}), ("chrX", 900, {"is_sex"}),
    ("chrY", 400, {"is_sex"}), ("chrM", 33, {"is_mito"}),
    ("chr1_random", 77, {"is_auto", "is_rand"}), ("chr6_cox_hap1", 65, {"is_auto", "is_hap"}),
]  # fmt: skip
ROWS = 16  # of a table's chunk: the real ones are larger


def write_chromosomes(folder, chroms=CHROMS):
    description = {name: tb.BoolCol() for name in FLAGS}
    description.update(idnum=tb.Int32Col(), name=tb.StringCol(32), length=tb.Int32Col())
    with tb.open_file(str(folder / "chromosome.h5"), "w") as h5:
        table = h5.create_table("/", "chromosome", description, "chromosomes", chunkshape=(ROWS,))
        for i, (name, length, flags) in enumerate(chroms, 1):
            row = table.row
            row["idnum"], row["name"], row["length"] = i, name, length
            for flag in FLAGS:
                row[flag] = flag in flags
            row.append()


def write_arrays(path, values, *, atom=None, dflt=0, chunk=None, stats=True):
    """A compressed array a chromosome; all-NaN ones are left to their fill value."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tb.open_file(str(path), "w") as h5:
        for name, data in values.items():
            kind = atom or tb.Atom.from_dtype(data.dtype, dflt=dflt)
            node = h5.create_carray(
                h5.root, name, kind, data.shape, filters=ZLIB,
                chunkshape=chunk and (chunk, *data.shape[1:]),
            )  # fmt: skip
            if not (data.dtype.kind == "f" and np.isnan(data).all()):
                node[:] = data
            if stats and data.ndim == 1:
                for key, value in stats_of(data).items():
                    setattr(node.attrs, key, value)


def stats_of(data):
    """The extremes of nothing are None, which PyTables pickles."""
    held = data[~np.isnan(data)] if data.dtype.kind == "f" else data
    some = held.size > 0
    return {
        "n": int(data.size), "n_nan": int(data.size - held.size),
        "min": held.min() if some else None, "max": held.max() if some else None,
        "sum": held.sum() if some else 0,
    }  # fmt: skip


def write_tables(path, rows, columns, what="features"):
    """A table a chromosome, rows in the order given."""
    with tb.open_file(str(path), "w") as h5:
        for name, held in rows.items():
            title = f"{path.stem} {what} for {name}"
            table = h5.create_table("/", name, columns, title, chunkshape=(ROWS,))
            for values in held:
                for key, value in values.items():
                    table.row[key] = value
                table.row.append()


def feature_columns():
    return {
        "start": tb.Int32Col(), "end": tb.Int32Col(), "strand": tb.Int8Col(),
        "score": tb.Int16Col(), "name": tb.StringCol(32),
    }  # fmt: skip


def make_legacy(folder):
    """Write a database of every kind of track; return what a reader must find."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(5)
    write_chromosomes(folder)
    expected = {
        "chromosomes": [
            {"idnum": i, "name": n, "length": size, **{flag: flag in flags for flag in FLAGS}}
            for i, (n, size, flags) in enumerate(CHROMS, 1)
        ],
        "tracks": {},
    }
    kinds = [("dnase/counts", "u2"), ("dnase/mids", "u1"), ("map", "i1"), ("signed", "i2"),
             ("cons", "f4")]  # fmt: skip
    for track, dtype in kinds:
        held = {}
        for name, size, _ in CHROMS[:5]:
            if track == "signed" and name == "chrM":
                continue  # absent from the track
            data = rng.negative_binomial(1, 0.2, size).astype(dtype)
            if dtype == "f4":
                data = (rng.normal(0, 3, size)).astype(dtype)
                data[rng.random(size) < (1 if name == "chrM" else 0.3)] = np.nan
            else:
                data[10] = np.iinfo(dtype).max
            held[name] = data
        # with chunks of 1024 some chromosomes are shorter than one
        write_arrays(folder / f"{track}.h5", held, dflt=np.nan if dtype == "f4" else 0, chunk=1024)
        expected["tracks"][track] = {
            "dtype": np.dtype(dtype).name,
            "chroms": {name: _shown(data) for name, data in held.items()},
        }
    letters = {
        name: rng.choice(np.frombuffer(b"ACGTNacgt", np.uint8), size) for name, size, _ in CHROMS
    }
    for data in letters.values():
        data[:7] = data[-3:] = ord("N")
    write_arrays(folder / "seq.h5", letters, chunk=1024, stats=False)
    expected["seq"] = {name: data[:40].tobytes().decode() for name, data in letters.items()}
    genes = {
        name: [_feature(rng, name, size, k) for k in range(0 if name == "chrM" else 6)]
        for name, size, _ in CHROMS
    }
    write_tables(folder / "genes.h5", genes, feature_columns())
    expected["genes"] = genes
    lifted = np.full((5000, 3), -1, np.int32)
    lifted[100:200] = np.column_stack([np.full(100, 2), np.arange(501, 601), np.ones(100)])
    lifted[300:350] = np.column_stack([np.full(50, 1), np.arange(900, 850, -1), np.full(50, -1)])
    write_arrays(
        folder / "liftover_toy1_to_toy2_tab.h5", {"chr1": lifted}, chunk=512,
        atom=tb.Int32Atom(dflt=-1),
    )  # fmt: skip
    expected["liftover"] = {"101": [2, 501, 1], "200": [2, 600, 1], "301": [1, 900, -1],
                            "350": [1, 851, -1], "99": [-1, -1, -1]}  # fmt: skip
    return expected


def _feature(rng, chrom, size, k):
    start = int(rng.integers(1, size - 20))
    return {
        "start": start, "end": start + int(rng.integers(0, 20)), "name": f"{chrom}.g{k}",
        "strand": int(rng.integers(-1, 2)), "score": int(rng.integers(0, 1000)),
    }  # fmt: skip


def _shown(data):
    stats = {k: None if v is None else float(v) for k, v in stats_of(data).items()}
    values = [None if np.isnan(v) else float(v) for v in data[4:24].astype(float)]
    return {"length": data.size, "values_5_24": values, "last": None if np.isnan(data[-1])
            else float(data[-1]), "stats": stats}  # fmt: skip


if __name__ == "__main__":
    place = Path(sys.argv[1] if len(sys.argv) > 1 else "tests/data/legacy")
    (place / "expected.json").write_text(json.dumps(make_legacy(place / "toy1")) + "\n")
