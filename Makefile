# Everything runs in .venv, made on first use from pyproject.toml and the pinned constraints.txt.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help crawl test check screenshots audit fuzz hostile benchmark load clean
.DEFAULT_GOAL := help

help:  ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

crawl: .venv/ready  ## set up, then crawl the replica of four websites into clusterfeed.db
	@$(BIN)/clusterfeed crawl --all --replica

test: .venv/ready-dev  ## set up, then run the tests
	@$(BIN)/python tests/browser/chromium.py
	@echo "Running the tests (a few minutes) ..."
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

check: .venv/ready-dev  ## style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

screenshots: .venv/ready-dev  ## pictures of the pages for docs/pages.md, of the crawled replica
	@$(BIN)/python tests/browser/chromium.py
	@PYTHONPATH=. $(BIN)/python tests/browser/screenshots.py

audit: .venv/ready-dev  ## hold the pins against known advisories and licences, without the network
	@$(BIN)/python -m audit

hostile: .venv/ready-dev  ## try what the web may do to a crawler: 41 threats, with a verdict each
	@$(BIN)/python -m tests.hostile

SECONDS_TO_FUZZ ?= 60
SEED ?= 0
fuzz: .venv/ready-dev  ## look for input that breaks a reader (SECONDS_TO_FUZZ=60; SEED=1: the same inputs again)
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[fuzz]' || \
		echo "atheris does not install here: fuzzing with hypothesis only"
	@$(BIN)/python -m fuzzing --seconds $(SECONDS_TO_FUZZ) --seed $(SEED)

benchmark: .venv/ready-dev  ## measure reading, the store, the register, publishing, the interface, schedule and workers (a quarter of an hour; docs/performance.md)
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[benchmark]'
	$(BIN)/python -m benchmarks.reading
	$(BIN)/python -m benchmarks.store
	$(BIN)/python -m benchmarks.registry
	$(BIN)/python -m benchmarks.schedule --seeds 1
	$(BIN)/python -m benchmarks.publishing
	$(BIN)/python -m benchmarks.service --articles 20000 --seconds 15
	$(BIN)/python -m benchmarks.workers
	$(BIN)/python -m benchmarks.recrawl

load: .venv/ready-dev  ## the interface over a million articles, 100 requests a second (half an hour, 9 GB of disk)
	$(BIN)/python -m benchmarks.service --articles 1000000

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Clusterfeed needs Python 3.11 or later; name one: make crawl PYTHON=python3.12"; exit 1; }
	@echo "Making .venv ..."
	@$(PYTHON) -m venv .venv || \
		{ echo "Python's venv module is missing (Debian: apt install python3-venv)"; exit 1; }
	@touch $@

.venv/ready: .venv/python pyproject.toml constraints.txt
	@echo "Installing Clusterfeed (once, a minute or so) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/ready-dev: .venv/ready
	@echo "Installing the test tools (once) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

clean:  ## remove .venv and the caches; databases stay
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
