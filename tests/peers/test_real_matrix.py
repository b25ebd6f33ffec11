"""A real contact matrix comes in, answers as cooler does, and goes out pixel for pixel."""

from pathlib import Path

import numpy as np
import pytest

from genomedb import create_database, export_cool, import_contacts, import_cool

REAL = Path(__file__).parents[3] / "shared" / "data" / "real"
YEAST = REAL / "sacCer" / "yeast.10kb.cool"
PAIRS = REAL / "hg19" / "hg19.GM12878-MboI.pairs.subsample.sorted.txt.gz"
PUBLISHED = REAL / "hg19" / "hg19.GM12878-MboI.matrix.2000kb.cool"
BIN = 10_000
pytestmark = [
    pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not here"),
    pytest.mark.filterwarnings("ignore"),
]
cooler = pytest.importorskip("cooler")


@pytest.fixture(scope="module")
def yeast(tmp_path_factory):
    peer = cooler.Cooler(str(YEAST))
    lengths = {name: int(length) for name, length in peer.chromsizes.items()}
    db = create_database(tmp_path_factory.mktemp("yeast"), "sacCer3", lengths)
    import_cool(db, "map", YEAST)
    return db["map"], peer


def test_it_goes_out_as_it_came_in(yeast, tmp_path):
    track, peer = yeast
    export_cool(track, tmp_path / "out.cool")
    found = cooler.Cooler(str(tmp_path / "out.cool"))
    assert found.pixels()[:].equals(peer.pixels()[:])
    assert found.bins()[:].equals(peer.bins()[:])


def test_random_windows_equal_those_of_cooler(yeast):
    track, peer = yeast
    rng = np.random.default_rng(1)
    names = [name for name in peer.chromnames if peer.chromsizes[name] > 20 * BIN]
    matrix = peer.matrix(balance=False)
    for _ in range(1000):
        sides = []
        for name in rng.choice(names, 2):
            first = int(rng.integers(0, peer.chromsizes[name] // BIN - 8))
            sides.append((name, first * BIN, (first + int(rng.integers(1, 8))) * BIN))
        (chrom1, x1, x2), (chrom2, y1, y2) = sides
        wanted = matrix.fetch(*(f"{chrom}:{start}-{end}" for chrom, start, end in sides))
        found = np.zeros_like(wanted)
        records = track.read(chrom1, x1, x2, chrom2, y1, y2)
        found[(records.x1 - x1) // BIN, (records.y1 - y1) // BIN] = records.value
        np.testing.assert_array_equal(found, wanted)


def test_real_pairs_become_the_published_matrix(tmp_path):
    peer = cooler.Cooler(str(PUBLISHED))
    lengths = {name: int(length) for name, length in peer.chromsizes.items()}
    db = create_database(tmp_path, "hg19", lengths)
    columns = ["chrom1", "pos1", "s1", "chrom2", "pos2", "s2"]
    report = import_contacts(db, "pairs", PAIRS, format="pairs", columns=columns)
    assert db["pairs"].n_records() == 200_000, report
    export_cool(db["pairs"], tmp_path / "out.cool", bin_size=2_000_000)
    found = cooler.Cooler(str(tmp_path / "out.cool")).pixels()[:]
    assert found.to_numpy().tolist() == peer.pixels()[:].to_numpy().tolist()
