PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

help:                ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 12

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

demo: $(READY)       ## the report of the sample project
	$(BIN)/procmine demo

lab: $(READY)        ## JupyterLab on the notebooks of the sample project
	$(BIN)/procmine lab eventlogs/globaltech

lint: $(READY)       ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint           ## everything that must hold
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile
	$(BIN)/python -m pytest --nbval notebooks -o addopts= -p no:cacheprovider -q

bench: $(READY)      ## time and memory beside pm4py, r4pm and bare DuckDB, as ratios of one run
	for one in tests/bench.py tests/bench_*.py; do $(BIN)/python $$one || exit 1; done

samples: $(READY)    ## write the sample exports again
	$(BIN)/python tests/refresh_samples.py

notebooks: $(READY)  ## run the notebooks in place and save what they show
	$(BIN)/python tests/refresh_notebooks.py

picture: demo        ## the picture of the report in the README
	$(BIN)/python tests/take_picture.py

lock: $(READY)       ## pin the newest versions that pyproject.toml allows
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --upgrade \
		--no-emit-index-url --no-annotate --no-header --quiet -o requirements.lock

.PHONY: help demo lab lint test bench samples notebooks picture lock
