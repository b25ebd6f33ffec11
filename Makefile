# Two commands do everything on a fresh machine with Python 3.10+, a C compiler and make:
#   make demo   runs the main job       make test   passes the tests
# Each makes its own virtual environment; PYTHON=python3.12 chooses the interpreter.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SIDE_BY_SIDE := -n auto --dist worksteal
SOURCES := setup.py pyproject.toml $(wildcard ext/*)

.PHONY: demo test build lint types bench clean

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -qq --upgrade pip

# the library with what its pictures and tests need; rebuilt when a kernel changes
$(VENV)/installed: $(SOURCES) | $(BIN)/python
	$(BIN)/python -m pip install -qq --editable '.[plot,bam,test]'
	@touch $@

build: $(VENV)/installed

demo: build
	$(BIN)/python examples/demo.py demo_out

test: build
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) --ignore=tests/peers

# what the extras dev and peers bring; installing them by name would compile the kernels again
NEEDED = import importlib.metadata as m; \
	print(*(r.split(";")[0] for r in m.requires("genomedb") if "dev" in r or "peers" in r))

$(VENV)/dev: $(VENV)/installed
	$(BIN)/python -c '$(NEEDED)' | xargs $(BIN)/python -m pip install -qq
	@touch $@

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev
	$(BIN)/mypy

bench: $(VENV)/dev
	$(BIN)/python benchmarks/run_all.py

clean:
	rm -rf build dist demo_out $(VENV) *.egg-info genomedb/_ext/*.so
