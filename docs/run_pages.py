"""Run the Python of a page and compare, or write, the output that the page shows.

The ``python`` blocks of a page are run in order, in one namespace, inside an empty folder. What a
block prints, and the value of its last line, is the content of the ``text`` block behind it, if
there is one. An exception of genomedb is an output too, and needs such a block.

Usage: python docs/run_pages.py PAGE...    writes the outputs into the pages
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from genomedb.errors import GenomeDBError

BLOCK = re.compile(r"```python\n(.*?)```\n(?:(\n?)```text\n(.*?)```\n)?", re.DOTALL)


def run_page(text: str, name: str) -> str:
    """The page with the outputs that its code gives, run in the current folder."""
    namespace: dict[str, Any] = {"__name__": "page"}

    def answered(match: re.Match[str]) -> str:
        code, gap, shown = match.groups()
        line = text.count("\n", 0, match.start(1))
        found = _run("\n" * line + code, name, namespace, may_fail=shown is not None)
        if shown is None:
            return match[0]
        return f"```python\n{code}```\n{gap}```text\n{found}```\n"

    with pd.option_context("display.width", 100, "display.max_columns", 12):
        return BLOCK.sub(answered, text)


def _run(code: str, name: str, namespace: dict[str, Any], *, may_fail: bool) -> str:
    """What a block prints, and the value of its last line."""
    tree = ast.parse(code, name)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = ast.Expression(tree.body.pop().value)
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        try:
            exec(compile(tree, name, "exec"), namespace)
            if last is not None:
                value = eval(compile(last, name, "eval"), namespace)
                if value is not None:
                    print(value if hasattr(value, "to_string") else repr(value))
        except GenomeDBError as error:
            if not may_fail:
                raise
            print(f"{type(error).__name__}: {error}")
    found = re.sub(r"[ \t]+$", "", output.getvalue(), flags=re.MULTILINE)
    return found if found.endswith("\n") or not found else found + "\n"


def main() -> None:
    """Write the outputs into the pages named."""
    here = Path.cwd()
    for page in map(Path, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                made = run_page((here / page).read_text(), page.name)
            finally:
                os.chdir(here)
        page.write_text(made)


if __name__ == "__main__":
    main()
