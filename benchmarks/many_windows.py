"""10,000 sorted 1-kb windows of a 1-bp track in one call.

pymisha: the fair equal of `read_many` gives every value of every window, so the windows are
its scope and the bin is its iterator. Its call with the windows as iterator gives one mean
each, far less output; it is shown against our read and mean, with the windows made disjoint
because it merges those that overlap. Its track is uncompressed float32: ours in the same
storage is shown too, without a figure to reach.
"""

from __future__ import annotations

import _peer_pymisha as peer_pymisha
import h5py
import numpy as np
from _bench import absent, depth, faster, floats, medians, quick, workdir

from genomedb import create_database
from genomedb.storage.cache import CACHE
from genomedb.storage.columns import decoding_threads
from genomedb.storage.write import Storage

WIDTH = 1000


def main() -> None:
    n, count = (4_000_000, 500) if quick(__doc__) else (64_000_000, 10_000)
    rng = np.random.default_rng(0)
    slots = np.sort(rng.choice(n // (2 * WIDTH), count, replace=False))
    starts = slots * 2 * WIDTH + rng.integers(1, WIDTH, count)  # disjoint, not touching
    with workdir() as folder:
        db = create_database(folder, "toy", {"chr1": n})
        for values in (depth(n, 5), floats(n)):
            name = values.dtype.name
            track = db.create_dense(name, {"chr1": values}, bin_size=1, dtype=name)
            against_h5py(track, values, starts)
        against_pymisha(db, depth(n, 5), starts, folder)


def ours(track, starts):
    CACHE.clear()
    with decoding_threads(1):
        return track.read_many((np.full(starts.size, "chr1"), starts, starts + WIDTH))


def against_h5py(track, values, starts) -> None:
    places = starts.tolist()

    def by_h5py():  # its chunk cache serves neighbouring windows, but starts empty
        with h5py.File(track.path) as file:
            dataset = file["chr1"]
            return [dataset[a : a + WIDTH] for a in places]

    assert np.array_equal(ours(track, starts).values, np.concatenate(by_h5py()))
    times = medians({"ours": lambda: ours(track, starts), "peer": by_h5py})
    what = f"{starts.size} sorted 1-kb windows, {values.dtype.name}"
    faster(f"{what}, h5py loop", times["ours"], times["peer"], 4)


def against_pymisha(db, values, starts, folder) -> None:
    track = db.open_track("uint16")
    what = f"{starts.size} sorted 1-kb windows"
    if not peer_pymisha.installed():
        absent(what, peer_pymisha.NAME)
        return
    peer_pymisha.create_database(folder, {"chr1": values.size})
    peer_pymisha.create_track("t", "chr1", values)
    frame = peer_pymisha.frame_of("chr1", starts, WIDTH)
    assert np.array_equal(ours(track, starts).values, peer_pymisha.windows("t", frame))
    tasks = {"ours": lambda: ours(track, starts), "peer": lambda: peer_pymisha.windows("t", frame)}
    times = medians(tasks)
    faster(f"{what}, uint16, pymisha, all values", times["ours"], times["peer"], 20)

    plain = db.create_dense("plain", {"chr1": values}, bin_size=1, storage=Storage(None))
    tasks["ours"] = lambda: ours(plain, starts)
    times = medians(tasks)
    faster(f"{what} uncompressed float32, pymisha, all values", times["ours"], times["peer"])

    def our_means():
        return ours(track, starts).matrix().mean(axis=1)

    assert np.allclose(our_means(), peer_pymisha.window_means("t", frame))
    times = medians({"ours": our_means, "peer": lambda: peer_pymisha.window_means("t", frame)})
    faster(f"{what}, uint16, pymisha, means only", times["ours"], times["peer"])


if __name__ == "__main__":
    main()
