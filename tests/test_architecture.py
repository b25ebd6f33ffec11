"""The shape of the project, checked like any other promise."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "genomedb"
FLOOR = {
    "errors": 0, "_ext": 0, "kernels": 1, "core": 1, "storage": 2, "readers": 2, "writers": 2,
    "intervals": 2, "tracks": 3, "db": 4, "iterators": 5, "virtual": 6, "expr": 7,
    "analysis": 8, "importers": 8, "exporters": 8, "plot": 8, "misha": 9, "classic": 9,
    "cli": 10,
}  # fmt: skip
MODULES = [
    p for p in sorted(PACKAGE.rglob("*.py")) if p.parent != PACKAGE and p.parent.name != "_ext"
]
CODE = [*sorted(PACKAGE.rglob("*.py")), *sorted((ROOT / "ext").glob("*.p*"))]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
MAX_LINES = 400


def imported_modules(path: Path) -> set[str]:
    """Full names of all modules imported anywhere in a file, function bodies included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def imported_packages(path: Path) -> set[str]:
    parts = [m.split(".") for m in imported_modules(path) if m.startswith("genomedb.")]
    return {p[1] for p in parts if p[1] in FLOOR}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_imports_only_from_floors_below(path):
    home = path.relative_to(PACKAGE).parts[0]
    for other in imported_packages(path):
        assert other == home or FLOOR[other] < FLOOR[home], f"{home} must not import {other}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_only_storage_touches_hdf5(path):
    if "h5py" in {m.split(".")[0] for m in imported_modules(path)}:
        assert path.relative_to(PACKAGE).parts[0] == "storage"


@pytest.mark.parametrize("path", [*CODE, *TESTS], ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_fits_in_one_sitting(path):
    assert len(path.read_text().splitlines()) <= MAX_LINES


def test_each_kernel_has_one_door_and_one_stub():
    kernels = {p.stem for p in (ROOT / "ext").glob("*.pyx")}
    assert kernels == {p.stem for p in (PACKAGE / "kernels").glob("*.py")} - {"__init__"}
    assert kernels == {p.stem for p in (PACKAGE / "_ext").glob("*.pyi")}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_only_its_door_calls_a_kernel(path):
    for module in imported_modules(path):
        if module.startswith("genomedb._ext.") and module.count(".") == 2:
            assert path.parent.name == "kernels"
            assert path.stem == module.rpartition(".")[2]


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.name))
def test_the_library_neither_prints_nor_evaluates_nor_unpickles(path):
    tree = ast.parse(path.read_text())
    called = {
        n.func.id
        for n in ast.walk(tree)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    }
    assert not called & {"print", "eval", "exec", "__import__"}
    pickles = {"pickle"} if path == PACKAGE / "storage/variables.py" else set()  # asked for there
    assert {"pickle", "marshal", "shelve"} & imported_modules(path) == pickles
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, "a bare except"
            assert not (isinstance(node.type, ast.Name) and node.type.id == "Exception")


@pytest.mark.parametrize("path", sorted((ROOT / "scripts").glob("*.py")), ids=lambda p: p.name)
def test_a_script_is_only_a_name_of_a_subcommand(path):
    assert len(path.read_text().splitlines()) <= 12
    assert imported_modules(path) == {"sys", "genomedb.cli.main", "genomedb.cli.main.run"}


def test_importing_the_library_loads_neither_h5py_nor_pandas_nor_numpy():
    code = (
        "import sys, genomedb; "
        "print(sorted({'h5py', 'pandas', 'numpy', 'pyBigWig', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_can_be_loaded():
    import genomedb

    for name in genomedb.__all__:
        assert getattr(genomedb, name) is not None
    assert set(genomedb.__all__) <= set(dir(genomedb))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        genomedb.nonsense  # noqa: B018
