# Everything a newcomer runs is a target here; `make help` explains them.
# Only git, make and Python (3.11 or later) are needed beforehand.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := demo-study
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes
EDITABLE := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
UV := $(BIN)/uv

.DEFAULT_GOAL := help
.PHONY: help demo test check format docs wheel i18n lock bench clean

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Stroma needs Python 3.11 or later; found " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12 demo")'
	@$(PYTHON) -m venv $(VENV) || { echo "Could not create $(VENV): on Debian and Ubuntu run 'apt install python3-venv' first."; exit 1; }

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	$(PIP_INSTALL) -r requirements/run.txt
	$(EDITABLE)
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	$(PIP_INSTALL) -r requirements/dev.txt
	$(EDITABLE)
	@touch $@ $(VENV)/run.stamp

demo: $(VENV)/run.stamp ## Build the example study from nothing, run it, print where the report is
	$(BIN)/stroma demo $(DEMO)

test: $(VENV)/dev.stamp ## Run all tests
	$(BIN)/python -m pytest --numprocesses=auto

check: $(VENV)/dev.stamp ## Format, lint, types, import contracts, docstrings, translations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/check_docstrings.py
	$(BIN)/python tools/translations.py check

format: $(VENV)/dev.stamp ## Rewrite the source in the project's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/dev.stamp ## Build the documentation into docs/_build/html
	$(BIN)/python -m sphinx -W --keep-going -b html docs docs/_build/html
	@echo "Open docs/_build/html/index.html"

wheel: $(VENV)/dev.stamp ## Build the wheel into dist
	$(BIN)/python -m build --no-isolation --wheel

i18n: $(VENV)/dev.stamp ## Collect the texts into src/stroma/locale and compile them
	$(BIN)/python tools/translations.py update

lock: $(VENV)/dev.stamp ## Renew requirements/*.txt from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	  pyproject.toml --group pyproject.toml:build -o requirements/run.txt
	$(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	  pyproject.toml --group pyproject.toml:dev -o requirements/dev.txt

bench: $(VENV)/dev.stamp ## Run the benchmarks and print their ratios
	$(BIN)/python -m benchmarks

clean: ## Remove the environment and everything built
	rm -rf $(VENV) dist build docs/_build $(DEMO) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
