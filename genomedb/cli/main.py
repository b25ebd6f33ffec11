"""The genomedb command: table of subcommands, and how errors become exit codes."""

from __future__ import annotations

import argparse
import logging
import os
import shlex
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module

from genomedb.core.stopping import stoppable
from genomedb.core.version import __version__
from genomedb.errors import GenomeDBError

SUBCOMMANDS = {
    "create": "make a database from chromosome sizes",
    "import": "make a track of files: bigWig, WIG, bedGraph, BED, table, FASTA",
    "create-track": "make a track of files with one value a base, old formats too",
    "import many": "make many tracks of files or of a manifest",
    "import bam": "make tracks of alignments (BAM, CRAM): depth, ends, fragments, dyads",
    "import contacts": "make a track of contacts: .pairs, BEDPE, tables, fragment ends",
    "import cool": "make a track of a contact matrix: .cool, .mcool, .scool",
    "import hic": "make a track of a resolution of a .hic file",
    "import misha": "make a database of a misha database",
    "load-bed": "make a track of the features of BED files",
    "combine-tracks": "sum, mean, least or greatest of many tracks",
    "combine-chipseq-strands": "move reads of two strands to the middles of fragments",
    "set-track-stats": "compute and store the statistics of a track",
    "get-track-stats": "print the statistics stored with a track",
    "set-seq-track-stats": "count and store the letters of a sequence",
    "get-seq-track-stats": "print the letter counts stored with a sequence",
    "liftover-track": "copy a track to another assembly through a chain file",
    "make-liftover-tab": "make a table of positions of a chain file",
    "parse-ucsc-genes": "rewrite gene tables of the UCSC browser as transcripts",
    "load-solid-mnase-mids": "says what to use instead: SOLiD text is read no more",
    "export": "write a track as bigWig, bedGraph, WIG or FASTA",
    "export cool": "write a 2D track or an expression as .cool or .mcool",
    "export bedpe": "write a 2D track as BEDPE or a table",
    "extract": "values of expressions over tracks, one row an interval",
    "screen": "where an expression over tracks is true",
    "summary": "statistics of an expression over tracks",
    "plot": "draw tracks over a region, 2D tracks as heatmaps",
    "list": "list tracks",
    "info": "show what a track is and where it comes from",
    "chroms": "list chromosomes",
    "list-chromosomes": "list chromosomes of some kinds",
    "seq": "print the sequence of a region as FASTA",
    "load-bam-read-depth": "make a track of the read depth of alignments",
    "load-bam-5prime-ends": "make two tracks of the 5' ends of reads",
    "load-bam-left-ends": "make a track of the leftmost bases of reads",
    "load-bam-pe-frag-coords": "make a track of the fragments of read pairs",
    "load-mnase-mids": "make a track of the dyads of nucleosomes",
    "dump-wig": "write a track as one WIG file a chromosome",
    "validate": "check files against the format",
    "diff": "say whether two tracks hold the same data, and where not",
    "repack": "store tracks in another layout, codec or chunk size",
    "convert": "make a track of another type, dtype or bin size from a track",
    "attr": "show, set or remove attributes of a track",
    "mv": "rename a track",
    "cp": "copy a track",
    "rm": "remove tracks",
}
PROGRESS = "GENOMEDB_PROGRESS"
DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130


def parser_of(subcommand: str) -> argparse.ArgumentParser:
    """Parser of one subcommand."""
    module = import_module(f"genomedb.cli.{_module(subcommand)}")
    parser = argparse.ArgumentParser(
        prog=f"genomedb {subcommand}",
        description=(module.__doc__ or "").partition("\n\n")[2].strip(),
    )
    module.add_arguments(parser)
    talk = parser.add_mutually_exclusive_group()
    talk.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    # -v is a column of create-track, as in the script of that name
    short = ["-v"] if "-v" not in parser._option_string_actions else []
    talk.add_argument(*short, "--verbose", action="store_true", help="say more")
    parser.add_argument("--debug", action="store_true", help="show where an error came from")
    return parser


def run(words: Sequence[str]) -> int:
    """Run a subcommand from its words; return the exit code."""
    if not words or words[0] in ("-h", "--help"):
        _print_usage()
        return DONE if words else USAGE
    if words[0] == "--version":
        sys.stdout.write(f"genomedb {__version__}\n")
        return DONE
    subcommand, rest = words[0], words[1:]
    if " ".join(words[:2]) in SUBCOMMANDS:
        subcommand, rest = " ".join(words[:2]), words[2:]
    if subcommand not in SUBCOMMANDS:
        sys.stderr.write(
            f"genomedb: there is no subcommand {words[0]!r}. One of: {', '.join(SUBCOMMANDS)}\n"
        )
        return USAGE
    try:
        args = parser_of(subcommand).parse_args(rest)
    except SystemExit as stop:  # argparse has said what is wrong
        return int(stop.code or 0)
    line = shlex.join(["genomedb", *words])
    args.command_line = line.encode("utf-8", "backslashreplace").decode()
    return _guarded(subcommand, args)


def _guarded(subcommand: str, args: argparse.Namespace) -> int:
    """Run, and turn what goes wrong into one line and a code."""
    with _talking(subcommand, args), stoppable():
        try:
            code = import_module(f"genomedb.cli.{_module(subcommand)}").run(args)
            sys.stdout.flush()
            return DONE if code is None else int(code)
        except KeyboardInterrupt:
            return INTERRUPTED
        except MemoryError:
            if args.debug:
                raise
            problem = "not enough memory"
        except (GenomeDBError, OSError) as error:
            if isinstance(error, BrokenPipeError) or isinstance(error.__cause__, BrokenPipeError):
                _drop_output()
                return DONE
            if args.debug:
                raise
            problem = str(error)
        sys.stderr.write(f"genomedb {subcommand}: {problem}\n")
        return FAILED


@contextmanager
def _talking(subcommand: str, args: argparse.Namespace) -> Iterator[None]:
    """Show log messages on stderr, and progress unless quiet, while the block runs."""
    log, handler = logging.getLogger("genomedb"), logging.StreamHandler()
    handler.setFormatter(logging.Formatter(f"genomedb {subcommand}: %(message)s"))
    before, progress = log.level, os.environ.get(PROGRESS)
    log.addHandler(handler)
    log.setLevel(logging.ERROR if args.quiet else logging.INFO if args.verbose else logging.WARNING)
    if args.quiet:
        os.environ[PROGRESS] = "0"
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(before)
        if args.quiet:
            os.environ.pop(PROGRESS)
            if progress is not None:
                os.environ[PROGRESS] = progress


def _drop_output() -> None:
    """The reader of our output has seen enough: what is left to write goes nowhere."""
    with suppress(OSError, ValueError):  # a stdout without a descriptor has no pipe to break
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _module(subcommand: str) -> str:
    name = subcommand.replace("-", "_").replace(" ", "_")
    return f"{name}_" if name == "import" else name


def _print_usage() -> None:
    lines = ["usage: genomedb SUBCOMMAND ...", "", "Genomic tracks in HDF5.", ""]
    lines += [f"  {name:11} {what}" for name, what in SUBCOMMANDS.items()]
    lines += ["", "genomedb SUBCOMMAND --help says more. GENOME_DB and GENOME_ASSEMBLY name the"]
    lines += ["database where --db and --assembly do not."]
    sys.stdout.write("\n".join(lines) + "\n")


def main() -> None:
    """Entry point of the console script."""
    code = run(sys.argv[1:])
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # all is done: there is nothing left to stop
    sys.exit(code)


if __name__ == "__main__":
    main()
