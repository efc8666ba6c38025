# Every recipe works on a fresh machine with Python 3.11+ and a network: what it needs, it installs.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
# Tests wait more than they compute: one process more than there are processors.
PARALLEL := -n $(shell expr $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) + 1) --maxprocesses 5 --dist worksteal
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: run setup clients test test-all conformance lint types bench soak tools browser requirements clean
.DEFAULT_GOAL := run

run: setup  ## Serve on 127.0.0.1:$(PORT) with SQLite
	$(BIN)/python manage.py migrate --verbosity 0
	PYTHONUNBUFFERED=1 $(BIN)/python manage.py runserver 127.0.0.1:$(PORT)

setup: $(BIN)/.installed node_modules/.installed  ## Install everything the commands below need

$(BIN)/.installed: requirements.txt requirements-dev.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the packages of requirements.txt into .venv: this takes some minutes, once"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt -r requirements-dev.txt
	touch $@

node_modules/.installed: package.json package-lock.json .npmrc $(BIN)/.installed
	$(BIN)/npm ci --no-audit --no-fund --loglevel=error
	touch $@

tests/clients/node_modules/.installed: tests/clients/package.json tests/clients/package-lock.json $(BIN)/.installed
	cd tests/clients && npm ci --no-audit --no-fund --loglevel=error
	touch $@

clients: tests/clients/node_modules/.installed  ## Other people's MCP clients, for the long tests

browser: setup  ## Find a Chromium for the browser tests, or install one
	$(BIN)/python -m tests.support.chromium

test: browser  ## The tests that every change must pass
	$(BIN)/npm run --silent test
	$(BIN)/python -m pytest -m "not long" $(PARALLEL)

test-all: browser clients  ## The tests and the long ones
	$(BIN)/npm run --silent test
	$(BIN)/python -m pytest $(PARALLEL) --cov --cov-report=term

conformance: setup clients  ## The protocol's conformance suite, one line for each scenario
	$(BIN)/python -m tests.conformance

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/djlint --check --lint templates
	$(BIN)/npx biome check static tests/page tests/clients *.json

types: setup
	$(BIN)/mypy
	$(BIN)/npx tsc -p .

bench: setup
	$(BIN)/python -m bench

soak: setup  ## Three minutes of a crowd on two workers that are killed; SOAK="--seed 7 --fault leak"
	PYTHONWARNINGS=ignore $(BIN)/python -m tests.soak $(SOAK)

tools: setup  ## Print the table of tools, and what they take of a model's context
	$(BIN)/python manage.py tools

requirements:  ## Write the pinned, hashed requirements again from pyproject.toml
	$(BIN)/uv pip compile --quiet --no-header --generate-hashes --universal --python-version 3.11 pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --no-header --generate-hashes --universal --python-version 3.11 --group dev -c requirements.txt -o requirements-dev.txt

clean:
	rm -rf .venv node_modules tests/clients/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
