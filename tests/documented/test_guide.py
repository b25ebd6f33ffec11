"""Every block of code of the guide runs and gives the output that stands behind it."""

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*(ROOT / "docs" / "guide").glob("*.md"), ROOT / "docs" / "misha.md"])
run_page = runpy.run_path(str(ROOT / "docs" / "run_pages.py"))["run_page"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_code_of_a_page_gives_what_the_page_shows(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = page.read_text()
    way_out = f"run python docs/run_pages.py {page.relative_to(ROOT)}"
    assert run_page(text, page.name) == text, way_out


def test_pages_are_short():
    assert len(PAGES) >= 6
    assert all(len(page.read_text().splitlines()) <= 250 for page in PAGES)
