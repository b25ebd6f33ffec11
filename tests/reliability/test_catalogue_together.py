"""Many processes that write and list one database at once: never a wrong answer."""

import multiprocessing
import random
import time

import numpy as np
import pytest

from genomedb.db import catalogue
from genomedb.db.create import create_database
from genomedb.db.database import GenomeDB
from genomedb.errors import LockedError, TrackNotFoundError
from genomedb.storage.describe import Provenance

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
SECONDS, NAMES = 3, [f"g{i % 2}/t{i}" for i in range(6)]


def add(db, name, number):
    provenance = Provenance(attributes={"number": str(number), "same": str(number)})
    values = {"chr1": np.full(10, number, "f4")}
    db.create_dense(name, values, bin_size=10, provenance=provenance, overwrite=True)


def write(path, seed, queue):
    db, rng, n = GenomeDB(path), random.Random(seed), 0
    catalogue.RACY_NS = 20_000_000 if seed % 2 else 0  # keep entries as soon as may be
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        name = rng.choice(NAMES)
        try:
            if rng.random() < 0.15:
                db.remove_track(name)
            elif rng.random() < 0.3:
                db.set_attributes(name, {"number": str(n), "same": str(n)})
            else:
                add(db, name, n)
        except (LockedError, TrackNotFoundError):
            continue
        n += 1
    queue.put(("wrote", n))


def read(path, seed, queue):
    rng, n, wrong = random.Random(seed), 0, []
    catalogue.RACY_NS = 20_000_000
    end = time.monotonic() + SECONDS
    db = GenomeDB(path)
    while time.monotonic() < end:
        if rng.random() < 0.3:
            db = GenomeDB(path)
        if rng.random() < 0.05:
            (db.path / catalogue.NAME).unlink(missing_ok=True)
        for entry in db.entries():
            if entry.problem or entry.attributes["number"] != entry.attributes["same"]:
                wrong.append(entry)
        n += 1
    queue.put(("listed", wrong or n))


def test_writers_and_listers_at_once_see_whole_tracks_only(tmp_path):
    path = create_database(tmp_path, "toy", {"chr1": 100}).path
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    jobs = [context.Process(target=write, args=(path, seed, queue)) for seed in range(3)]
    jobs += [context.Process(target=read, args=(path, seed, queue)) for seed in range(3, 6)]
    for job in jobs:
        job.start()
    found = [queue.get(timeout=60) for _ in jobs]
    for job in jobs:
        job.join()
    assert all(isinstance(n, int) and n > 0 for _, n in found), found
    # now that all is quiet, the catalogue says what the files say
    db = GenomeDB(path)
    expected = {name: db[name].attrs["number"] for name in db.list_tracks()}
    assert {e.name: e.attributes["number"] for e in db.entries()} == expected
    assert [p.name for p in path.iterdir() if ".part" in p.name] == []
