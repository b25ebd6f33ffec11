"""Statistics of chromosomes as lines of ``key=value``, which four subcommands print."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import Any

from genomedb.cli import options

VALUES = ("n", "n_nan", "min", "max", "sum", "mean")
LETTERS = ("n", "n_a", "n_c", "n_g", "n_t", "n_n", "n_def", "first_def_idx", "last_def_idx")


def add_which(parser: ArgumentParser) -> None:
    """Of which chromosomes."""
    parser.add_argument("--chrom", action="append", help="only of this chromosome; may be repeated")
    options.add_json(parser)


def show(found: Mapping[str, Any], args: Namespace, *, all_lines: bool) -> None:
    """Print the line of all chromosomes together, and before it that of each when asked for."""
    import sys

    if not found:
        return
    kind = type(next(iter(found.values())))
    lines = {name: _numbers(stats) for name, stats in found.items()}
    total = _numbers(kind.total(found.values()))
    if len(found) > 1:
        for name in ("first_def_idx", "last_def_idx"):
            total.pop(name, None)
    if args.json:
        options.print_json({"total": total, "chroms": lines})
        return
    shown = {**(lines if all_lines else {}), "": total}
    for name, numbers in shown.items():
        text = " ".join(f"{key}={_text(value)}" for key, value in numbers.items())
        sys.stdout.write(f"{name}\t{text}\n" if name else f"{text}\n")


def _numbers(stats: Any) -> dict[str, Any]:
    names = VALUES if hasattr(stats, "n_nan") else LETTERS
    values = {name: getattr(stats, name) for name in names}
    found = {name: value() if callable(value) else value for name, value in values.items()}
    # JSON has no NaN
    return {k: None if isinstance(v, float) and v != v else v for k, v in found.items()}


def _text(value: Any) -> str:
    if value is None:
        return "nan"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return repr(value)
