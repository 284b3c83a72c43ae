# Studygraph: `make run` is all that a newcomer needs.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV ?= .venv
KG_HOME ?= .kg
KG_HOST ?= 127.0.0.1
KG_PORT ?= 8000

# an interpreter that works (a name on the path may be a shim without an interpreter behind it)
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; exit; }; done)

PIP := $(VENV)/bin/python -m pip --disable-pip-version-check --quiet
INSTALLED := $(VENV)/.installed
TESTABLE := $(VENV)/.testable
BENCHABLE := $(VENV)/.benchable
BUILT := $(KG_HOME)/.built
COURSE := $(shell find corpus ontology kg -type f ! -name '*.pyc' ! -name '.*' | sed 's/ /\\ /g')

.PHONY: help run build test lint types smoke bench clean constraints

help: ## show this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

run: $(BUILT) ## install, build the course in corpus/, serve it at http://127.0.0.1:8000
	@$(VENV)/bin/kg serve --home $(KG_HOME) --host $(KG_HOST) --port $(KG_PORT)

build: $(BUILT) ## install and build the course in corpus/

$(BUILT): $(INSTALLED) $(COURSE)
	@$(VENV)/bin/kg build corpus --home $(KG_HOME)
	@touch $@

$(VENV)/bin/python:
	@test -n "$(PYTHON)" && "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name one: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)" >&2
	@"$(PYTHON)" -m venv $(VENV)

$(INSTALLED): pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing the pinned libraries (a few minutes the first time)" >&2
	@$(PIP) install -c constraints.txt -e .
	@touch $@

$(TESTABLE): pyproject.toml constraints.txt $(INSTALLED)
	@echo "Installing the test tools" >&2
	@$(PIP) install -c constraints.txt -e '.[test]'
	@touch $@

test: $(TESTABLE) ## run all tests
	@$(VENV)/bin/python -m pytest $(ARGS)

lint: $(TESTABLE) ## ruff over everything
	@$(VENV)/bin/ruff check .

types: $(TESTABLE) ## mypy --strict over kg and api
	@$(VENV)/bin/mypy kg api

smoke: ## the wheel in an environment of its own, in an empty folder: build, ask, serve
	@PYTHON="$(PYTHON)" .ci/smoke

$(BENCHABLE): pyproject.toml constraints.txt $(INSTALLED)
	@echo "Installing the peers to compare with" >&2
	@$(PIP) install -c constraints.txt -e '.[bench]'
	@touch $@

bench: $(BENCHABLE) ## our search beside simple peers (needs the retrieval sets, see README)
	@$(VENV)/bin/python bench/peers.py $(ARGS)

constraints: $(TESTABLE) ## write constraints.txt from what is installed
	@$(VENV)/bin/python .ci/constraints > constraints.txt.new && mv constraints.txt.new constraints.txt

clean: ## remove what make has made; anything else in $(KG_HOME) stays
	@rm -rf $(VENV) $(KG_HOME)/{builds,cache,CURRENT,lock,.built} dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
