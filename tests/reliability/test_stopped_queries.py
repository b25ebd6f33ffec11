"""A query that is interrupted stops at once and leaves neither a process nor a file."""

import contextlib
import signal
import subprocess
import time
from pathlib import Path

import pytest

from genomedb.core.spans import Spans

QUERY = """
from genomedb import extract_to_file, summary
print("ready", flush=True)
out, jobs = sys.argv[2], int(sys.argv[3])
while True:
    summary(db, "np.log(t + 1) - t", executor=jobs)
    extract_to_file(db, "np.log(t + 1) - t", out, overwrite=True, executor=jobs)
"""


def processes_naming(text):
    """Processes whose command line holds a text."""
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if folder.name.isdigit() and text.encode() in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc")
@pytest.mark.parametrize(("jobs", "seconds"), [(1, 0.05), (1, 0.4), (2, 0.3), (2, 1.5)])
def test_an_interrupted_query_leaves_nothing(db, child, values, hidden, tmp_path, jobs, seconds):
    db.create_dense("t", {"chr1": values(3)}, bin_size=1)
    out = tmp_path / "out" / "rows.tsv"
    out.parent.mkdir()
    process = child(QUERY.replace("sys.argv[2]", repr(str(out))).replace("sys.argv[3]", str(jobs)))
    try:
        assert process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        for _ in range(5):  # Python drops one that lands in a weakref callback
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
                break
    finally:
        process.kill()
        _, errors = process.communicate()
    assert process.returncode in (-signal.SIGINT, 130), errors
    assert "KeyboardInterrupt" in errors
    assert hidden() == []
    assert [p.name for p in out.parent.iterdir()] in ([], ["rows.tsv"])
    deadline = time.monotonic() + 10
    while processes_naming(str(db.path)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes_naming(str(db.path)) == []


def test_an_error_in_a_worker_comes_out_as_it_is_and_stops_the_rest(db, values):
    from genomedb.errors import FormatError
    from genomedb.expr.stream import stream_of

    db.create_dense("t", {"chr1": values(3)}, bin_size=1)
    stream = stream_of(db, "t", Spans.of([0], [0], [1000]))
    with pytest.raises(FormatError, match=r"t\.h5: chunk 7 is damaged"):
        list(stream.map(_fails, 2))


def _fails(evaluation, task):
    from genomedb.errors import FormatError

    raise FormatError("chunk 7 is damaged", where="t.h5")
