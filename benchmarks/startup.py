"""What `import genomedb` and the command line cost above the bare interpreter (wall)."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from _bench import absolute, quick

ROOT = str(Path(__file__).resolve().parents[1])
LIST = "import genomedb, sys; print(*[m for m in ('pandas', 'h5py') if m in sys.modules])"


def main() -> None:
    turns = 5 if quick(__doc__) else 21
    commands = {
        "bare": ["-c", "pass"],
        "import": ["-c", "import genomedb"],
        "help": ["-m", "genomedb", "--help"],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(turns + 1):
        for name, arguments in commands.items():
            before = time.perf_counter()
            run(arguments)
            if turn:
                times[name].append(time.perf_counter() - before)
    ms = {name: statistics.median(found) * 1e3 for name, found in times.items()}
    absolute("import genomedb above the bare interpreter", ms["import"] - ms["bare"], "ms", 150)
    loaded = run(["-c", LIST]).split()
    absolute(f"heavy modules loaded by it ({', '.join(loaded) or 'none'})",
             len(loaded), "modules", 0)  # fmt: skip
    absolute("python -m genomedb --help", ms["help"], "ms", 200)


def run(arguments: list[str]) -> str:
    """Run python on the tree this file is in; return what it prints."""
    paths = [ROOT, os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in paths if p)}
    return subprocess.run(
        [sys.executable, *arguments], check=True, capture_output=True, text=True, env=environment
    ).stdout


if __name__ == "__main__":
    main()
