"""Options that say how many processes work."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace


def add_jobs(parser: ArgumentParser, what: str) -> None:
    """How many processes; `what` says what each does."""
    parser.add_argument(
        "-j", "--jobs", type=_count, default=1, metavar="N",
        help=f"processes that {what} (default: %(default)s)",
    )  # fmt: skip


def executor(args: Namespace) -> int | None:
    """Executor that the options ask for."""
    return None if args.jobs == 1 else int(args.jobs)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 1024):
        raise ArgumentTypeError(f"{text!r} is not a number of processes, 1 to 1024")
    return int(text)
