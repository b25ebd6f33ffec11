"""The documents say what the code does."""

import re
import runpy
from pathlib import Path

import genomedb
from genomedb.expr.functions import FUNCTIONS
from genomedb.virtual.distance import INTERVAL_FUNCTIONS
from genomedb.virtual.sequence import SEQUENCE_FUNCTIONS
from genomedb.virtual.signal import SIGNAL_FUNCTIONS

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


def test_the_readme_questions_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    text = (ROOT / "README.md").read_text()
    code = text.split("## Ask questions")[1].split("```python\n")[1].split("```")[0]
    exec(compile(code, "README.md", "exec"), {})
    assert "near" in capsys.readouterr().out
    assert Path("bins.tsv.gz").stat().st_size > 100


def test_links_between_the_pages_lead_somewhere():
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\(([^)]*)\)", page.read_text()):
            target, _, part = link.partition("#")
            there = page.parent / target if target else page
            assert there.exists(), f"{page.name}: {link}"
            headings = re.findall(r"^#+ (.*)$", there.read_text(), re.MULTILINE) if part else []
            assert not part or part in {h.lower().replace(" ", "-") for h in headings}, link


def test_every_public_verb_and_window_function_is_in_the_guide():
    guide = " ".join(page.read_text() for page in (ROOT / "docs" / "guide").glob("*.md"))
    verbs = [name for name, home in genomedb._HOME.items() if ".analysis." in home]
    assert [name for name in verbs if f"`{name}" not in guide] == []
    windows = [n for n in (*SIGNAL_FUNCTIONS, *INTERVAL_FUNCTIONS, *SEQUENCE_FUNCTIONS)
               if ".pos." not in n and "percentile." not in n]  # fmt: skip
    assert [name for name in windows if f"`{name}`" not in guide] == []
    listed = (ROOT / "docs" / "guide" / "expressions.md").read_text().split("## Functions")[1]
    words = set(listed.replace("`", " ").replace("(", " ").split())
    assert [name for name in FUNCTIONS if name not in words] == []


def test_contributing_has_every_package_on_its_floor():
    table = re.findall(
        r"^\| (\d+) \| (.*?) \|", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE
    )
    told = {name: int(floor) for floor, names in table for name in re.findall(r"`(\w+)`", names)}
    assert told == runpy.run_path(str(ROOT / "tests" / "test_architecture.py"))["FLOOR"]
