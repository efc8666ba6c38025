# Every recipe works on a fresh machine with Python 3.11 to 3.14 and a network: what it needs, it
# installs. `make run` and `make page` need the packages of requirements.txt alone.
PYTHON ?= python3
PORT ?= 8000
# Not from the environment, where shells have a HOST of another meaning.
HOST := 127.0.0.1
BIN := .venv/bin
TOOLING := $(PYTHON) -m tooling
# Tests wait more than they compute: two processes more than there are processors.
PARALLEL := -n $(shell expr $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) + 2) --maxprocesses 6 --dist worksteal
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Hundreds of processes begin in a run of the tests: compiling all modules each time doubles it.
test test-all: export PYTHONDONTWRITEBYTECODE :=
# All the examples of Hypothesis.
test-all: export TESTS_LONG := 1

RUNTIME := .venv/.runtime
DEVELOPMENT := .venv/.development
PAGE := build/page/.built
PAGE_SOURCES := $(shell find static -type f) $(wildcard tooling/*.mjs sessions_app/scene/props/recipes/*.json) sessions_app/scene/geometry/letters.json hello3d/files/storage.py hello3d/files/published.py package.json package-lock.json

.PHONY: run page watch models wheel setup setup-test clients test test-all conformance lint types bench soak schema letters tools requirements help clean
.DEFAULT_GOAL := run

run:  ## Serve on 127.0.0.1:8000 with SQLite; PORT=8010 and HOST=192.168.1.20 say otherwise
	@$(TOOLING) check $(PORT) $(HOST)
	@$(MAKE) --silent --no-print-directory $(PAGE)
	@$(BIN)/python manage.py serve $(HOST):$(PORT) --migrate

$(RUNTIME): requirements.txt tooling/uv.txt
	@$(TOOLING) install requirements.txt
	@touch $@

$(DEVELOPMENT): requirements-dev.txt $(RUNTIME)
	@$(TOOLING) install requirements-dev.txt
	@touch $@

page: $(PAGE)  ## Build what the browser loads, into build/

$(PAGE): $(PAGE_SOURCES) $(RUNTIME)
	@$(TOOLING) page
	@touch $@

watch: setup  ## Build it again whenever a source changes
	$(BIN)/node tooling/page.mjs static build --watch -- $(BIN)/python manage.py collectstatic --noinput --verbosity 0

models: $(RUNTIME)  ## A Node.js of its own (200 MB), which checks models that are brought in
	@$(TOOLING) install tooling/node.txt

wheel: $(PAGE)  ## Build dist/hello3d-….whl
	@$(TOOLING) uv build --wheel --quiet --build-constraints tooling/hatchling.txt --require-hashes --out-dir dist
	@ls dist/*.whl

setup: $(DEVELOPMENT) node_modules/.installed $(PAGE)  ## Install everything that the commands below need

node_modules/.installed: package.json package-lock.json .npmrc $(DEVELOPMENT)
	$(BIN)/npm ci --no-audit --no-fund --loglevel=error
	touch $@

tests/clients/node_modules/.installed: tests/clients/package.json tests/clients/package-lock.json $(DEVELOPMENT)
	cd tests/clients && npm ci --no-audit --no-fund --loglevel=error
	touch $@

# Frameworks in Python cannot share our environment: they pin other versions of what we use.
PYTHON_CLIENTS := $(patsubst tests/clients/python/%.txt,build/clients/%/.installed,$(wildcard tests/clients/python/*.txt))

build/clients/%/.installed: tests/clients/python/%.txt | $(DEVELOPMENT)
	@echo "Installing other people's clients of $<"
	@$(TOOLING) uv venv --quiet --clear --python $(BIN)/python build/clients/$*
	@$(TOOLING) uv pip install --quiet --python build/clients/$*/bin/python --require-hashes --no-deps --only-binary :all: --requirement $<
	@touch $@

clients: tests/clients/node_modules/.installed $(PYTHON_CLIENTS)  ## Other people's MCP clients, for the long tests (4 GB)

setup-test: setup  ## The same, a Chromium for the browser tests, and the proxies of deploy/
	$(BIN)/python -m tests.support.chromium
	$(BIN)/python -m tests.support.debian

test: setup-test  ## The tests that every change must pass
	$(BIN)/npm run --silent test
	$(BIN)/python -m pytest -m "not long" $(PARALLEL)

test-all: setup-test clients  ## The tests and the long ones, for which it installs Firefox and WebKit
	$(BIN)/python -m tests.support.other_browsers
	$(BIN)/npm run --silent test
	$(BIN)/python -m pytest $(PARALLEL) --cov --cov-report=term

conformance: setup tests/clients/node_modules/.installed  ## The protocol's conformance suite, one line for each scenario
	$(BIN)/python -m tests.conformance

lint: setup  ## Check style, imports and templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/djlint --check --lint templates
	$(BIN)/npx biome check static tests/page tests/clients tooling bench *.json

types: setup  ## Check types, in Python and JavaScript
	$(BIN)/mypy
	$(BIN)/npx tsc -p .
	$(BIN)/npx tsc -p tsconfig.document.json

bench: setup  ## Measure what a call, a scene and a browser cost
	$(BIN)/python -m bench

soak: setup  ## Ten minutes of a crowd while workers and stores fail; SOAK="--seed 7 --seconds 180"
	PYTHONWARNINGS=ignore $(BIN)/python -m tests.soak $(SOAK)

schema: setup  ## Write the page's schema from the table of kinds
	$(BIN)/python -m tooling.schema

letters: setup  ## Write the table of letters from the font of 3D text
	$(BIN)/node tooling/letters.mjs > build/letters.json
	mv build/letters.json sessions_app/scene/geometry/letters.json

tools: setup  ## Print the table of tools, and what they take of a model's context
	$(BIN)/python manage.py tools

LOCK := $(TOOLING) uv pip compile --quiet --no-header --generate-hashes --universal --python-version 3.11 --only-binary :all:

requirements:  ## Resolve pyproject.toml's groups into the pinned, hashed lock files again
	$(LOCK) --group runtime -o requirements.txt
	$(LOCK) --group dev -c requirements.txt -o requirements-dev.txt
	for group in tests/clients/python/*.in; do $(LOCK) --no-annotate $$group -o $${group%.in}.txt || exit 1; done

help:  ## List these recipes
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1	\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

clean:  ## Remove all that these recipes installed and built; db.sqlite3 with the scenes stays
	rm -rf .venv build dist node_modules tests/clients/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
