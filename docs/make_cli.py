"""Write docs/cli.md from the parsers of the command: python docs/make_cli.py."""

import argparse
import sys
from pathlib import Path

from genomedb.cli.main import SUBCOMMANDS, parser_of

HEAD = """# The genomedb command

Made from the parsers by `python docs/make_cli.py`; a test keeps it true.

`GENOME_DB` names the directory that holds the assemblies and `GENOME_ASSEMBLY` the assembly,
where `--db` and `--assembly` do not. Output for programs goes to standard output as TSV (or JSON
with `--json`), everything else to standard error. Exit codes: 0 done, 1 an error (one line says
where, what, and the way out), 2 wrong usage, 130 interrupted, 143 terminated. `--debug` shows
where an error came from. The scripts in `scripts/` are the same subcommands under file names:

| script | subcommand |
| --- | --- |
| `load_chr.py` | `create --sort` |
| `load_bigwig.py` | `import --format bigwig` |
| `load_features.py` | `import --features` |
| `load_contacts.py` | `import contacts` |
| `load_bam.py` | `import bam` |
| `load_many.py` | `import many` |
| `import_misha.py` | `import misha` |
| `extract_values.py` | `extract` |
| `list_tracks.py` | `list` |
| `get_seq.py` | `seq` |
| any other, such as `create_track.py` | the same name with `-`: `create-track` |
"""


def spelled(action: argparse.Action) -> str:
    """How an argument is written on the command line."""
    value = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    if action.choices:
        value = "{" + ",".join(map(str, action.choices)) + "}"
    if not action.option_strings:
        name = action.metavar or action.dest
        return f"{name} ..." if action.nargs in ("+", "*") else str(name)
    names = ", ".join(action.option_strings)
    return names if action.nargs == 0 else f"{names} {value}"


def reference() -> str:
    """Return the whole page."""
    lines = [HEAD]
    for name, what in SUBCOMMANDS.items():
        parser = parser_of(name)
        lines += [f"## genomedb {name}", "", (parser.description or what).strip(), ""]
        lines += ["| argument | meaning |", "| --- | --- |"]
        for action in parser._actions:
            if action.help is argparse.SUPPRESS or isinstance(action, argparse._HelpAction):
                continue
            said = (action.help or "") % {"default": action.default}
            lines.append(f"| `{spelled(action)}` | {said} |".replace("|START", "\\|START"))
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("cli.md").write_text(reference())
    sys.stderr.write("docs/cli.md written\n")
