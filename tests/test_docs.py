"""The documents say what the code does."""

import runpy
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_command_reference_is_made_from_the_parsers():
    made = runpy.run_path(str(ROOT / "docs" / "make_cli.py"))["reference"]()
    assert (ROOT / "docs" / "cli.md").read_text() == made, "run python docs/make_cli.py"


def test_the_readme_example_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("signal.bedgraph").write_text("chr1\t0\t100\t1.5\nchr1\t150\t200\t3\n")
    text = (ROOT / "README.md").read_text()
    code = text.split("```python\n")[1].split("```")[0]
    exec(compile(code, "README.md", "exec"), {})
    assert Path("signal.bw").stat().st_size > 100
