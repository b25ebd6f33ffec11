"""Run every benchmark in a process of its own and print one markdown table.

Figures depend on the machine; ratios less so. Progress goes to standard error.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

NAMES = [
    "scan", "contiguous", "windows", "many_windows", "size", "import_bedgraph",
    "import_bigwig", "parallel_import", "features", "open", "catalogue", "scaffolds", "summary",
    "startup", "memory", "expressions", "virtual_tracks", "interval_means", "intervals",
    "expression_memory", "import_misha", "track_verbs", "combine", "alignments", "two_d",
    "lift_intervals", "sequence", "synthesis", "contacts",
]  # fmt: skip
HEADER = "| what, peer | ours | peer | ratio | to reach | reached? |\n|---|---|---|---|---|---|"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that all runs")
    parser.add_argument("--only", metavar="NAME", action="append", choices=NAMES)
    options = parser.parse_args()
    print(HEADER, flush=True)
    failed = [name for name in options.only or NAMES if not run(name, small=options.quick)]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return bool(failed)


def run(name: str, *, small: bool) -> bool:
    """Print the rows of one benchmark; False when it broke."""
    before = time.perf_counter()
    command = [sys.executable, str(Path(__file__).with_name(f"{name}.py"))]
    done = subprocess.run(
        command + ["--quick"] * small, check=False, stdout=subprocess.PIPE, text=True
    )
    for line in done.stdout.splitlines():
        if line.count(" | ") == 5:
            print(f"| {line} |", flush=True)
    if done.returncode:
        print(f"| {name}.py | - | - | - | - | **failed** |", flush=True)
    print(f"{name}: {time.perf_counter() - before:.0f} s", file=sys.stderr)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
