PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
PINNED := --universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header --quiet
READY := .venv/ready
DEVELOPER := .venv/ready-developer

help:                ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 12

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(PIP) -r requirements.lock
	$(PIP) --no-deps --editable .
	@touch $(READY)

$(DEVELOPER): requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(PIP) -r requirements-dev.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $(READY) $(DEVELOPER)

demo: $(READY)       ## the report of the sample project
	$(BIN)/procmine demo

lab: $(READY)        ## JupyterLab on the notebooks of the sample project
	$(BIN)/procmine lab eventlogs/globaltech

lint: $(DEVELOPER)   ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint docs      ## everything that must hold
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile
	$(BIN)/python -m pytest --nbval notebooks -o addopts= -p no:cacheprovider -q

docs: $(DEVELOPER)   ## the reference of the public names, in build/docs
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet -d build/doctrees procmine/docs build/docs

bench: $(DEVELOPER)  ## time and memory beside pm4py, r4pm and bare DuckDB, as ratios of one run
	for one in tests/bench/bench.py tests/bench/bench_*.py; do PYTHONPATH=tests $(BIN)/python $$one || exit 1; done

samples: $(READY)    ## write the sample exports again
	$(BIN)/python tests/tools/refresh_samples.py

notebooks: $(READY)  ## run the notebooks in place and save what they show
	$(BIN)/python tests/tools/refresh_notebooks.py

picture: $(DEVELOPER) demo ## the picture of the report in the README
	PYTHONPATH=tests:tests/report $(BIN)/python tests/tools/take_picture.py

lock: $(READY)       ## pin the newest versions that pyproject.toml allows, for users and for developers
	$(PIP) uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --extra docs $(PINNED) --upgrade -o requirements-dev.lock
	$(BIN)/uv pip compile pyproject.toml $(PINNED) --upgrade --constraint requirements-dev.lock -o requirements.lock

.PHONY: help demo lab lint test docs bench samples notebooks picture lock
