# Everything works on a machine with Python >= 3.11 and make; `make` alone lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
COMPAT := .venv-compat
THIRD_PARTY := .venv-thirdparty
DEMO_RUNS := demo_runs
# only folders that exist, so that the targets work in a partial checkout
CHECKED := $(wildcard src tests bench examples)
TYPED := $(wildcard src tests/typing examples bench)

.DEFAULT_GOAL := help
.PHONY: help venv demo test test-fast faults test-system test-thirdparty test-compat fuzz-compat goldens bench kill-test docs format lint types clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# --- environments ---------------------------------------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "sacred needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo "$(PYTHON) can't make virtual environments: install its venv package"; exit 1; }

$(VENV)/.demo: pyproject.toml | $(BIN)/python
	@echo "== installing sacred and what the demo needs into $(VENV): this takes a minute"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[demo]'
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	@echo "== installing sacred and the development tools into $(VENV): this takes a minute or two"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $(VENV)/.demo $@

# 0.8.7 as a black box, with the numpy that ours uses; setuptools 81 dropped pkg_resources, which 0.8.7 imports
$(COMPAT)/.stamp: $(VENV)/.dev
	@echo "== installing sacred 0.8.7 into $(COMPAT)"
	@$(PYTHON) -m venv $(COMPAT)
	@$(COMPAT)/bin/python -m pip install --quiet --disable-pip-version-check 'sacred==0.8.7' 'setuptools<81' \
		"numpy==$$($(BIN)/python -c 'import numpy; print(numpy.__version__)')" pyyaml mako
	@touch $@

venv: $(VENV)/.dev ## make .venv with sacred and all development tools

# --- for users ------------------------------------------------------------------------------------------------

demo: $(VENV)/.demo ## train a small model on handwritten digits and show the record of the run
	@$(BIN)/python examples/digits.py -F $(DEMO_RUNS)
	@echo
	@$(BIN)/python examples/show_record.py $(DEMO_RUNS)
	@printf '\n%s\n' 'What to try next:'
	@printf '  %s\n' \
		'$(BIN)/python examples/digits.py print_config with small' \
		'$(BIN)/python examples/digits.py -F $(DEMO_RUNS) with small data.noise=0.3' \
		'$(BIN)/python examples/show_record.py $(DEMO_RUNS)' \
		'$(BIN)/python examples/digits.py -F $(DEMO_RUNS) evaluate' \
		'$(BIN)/python examples/digits.py --help'

# --- for developers -------------------------------------------------------------------------------------------

test: $(VENV)/.dev lint types docs ## all checks: format, lint, types, import contracts, docs, tests with coverage
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term

test-fast: $(VENV)/.dev ## the tests alone, stopping at the first failure
	$(BIN)/python -m pytest -n 2 -x -q

faults: $(VENV)/.dev ## break what can break while a run is on, and print what held: the fault matrix
	$(BIN)/python -m pytest -n 2 -q tests/faults

DEBIAN_PACKAGES := zsh fish mariadb-server
DEBIAN_COMMANDS := zsh fish mariadbd

test-system: $(VENV)/.dev ## the tests of parts that need Debian packages, which it installs where it may, and test-thirdparty
	@if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
		echo "== installing $(DEBIAN_PACKAGES)"; export DEBIAN_FRONTEND=noninteractive; \
		apt-get install -y -q $(DEBIAN_PACKAGES) > /dev/null 2>&1 || \
		{ apt-get update -q && apt-get install -y -q $(DEBIAN_PACKAGES); } > /dev/null 2>&1 || true; fi
	@for name in $(DEBIAN_COMMANDS); do PATH="$$PATH:/usr/sbin" command -v $$name > /dev/null || \
		echo "test-system: $$name is not installed, its tests are skipped"; done
	$(BIN)/python -m pytest -q -n 2 tests/unit/commandline/test_completion.py \
		tests/contracts/test_sql_store.py tests/unit/stores/sql
	@$(MAKE) --no-print-directory test-thirdparty

# packages that build on sacred, beside ours; one that can't be had is named, and its tests are skipped
THIRD_PARTIES := tests/thirdparty/requirements.txt $(if $(LARGE),tests/thirdparty/requirements-large.txt)

test-thirdparty: $(VENV)/.dev ## packages from PyPI that build on sacred, tried with ours; LARGE=1 takes those with torch, too
	@test -x $(THIRD_PARTY)/bin/python || $(PYTHON) -m venv $(THIRD_PARTY)
	@echo "== installing packages that build on sacred into $(THIRD_PARTY)"
	@$(THIRD_PARTY)/bin/python -m pip install --quiet --disable-pip-version-check -e .
	@sed -e 's/ *#.*//' -e '/^$$/d' $(THIRD_PARTIES) | while read -r package; do \
		$(THIRD_PARTY)/bin/python -m pip install --quiet --disable-pip-version-check --retries 1 "$$package" \
			> /dev/null 2>&1 || echo "test-thirdparty: $$package can't be had, its tests are skipped"; done
	$(BIN)/python -m pytest -q tests/thirdparty

test-compat: $(COMPAT)/.stamp ## compare with sacred 0.8.7: stored goldens with what it does now, and ours with them
	$(BIN)/python tests/compat/make_goldens.py --peer-python $(COMPAT)/bin/python --check
	$(BIN)/python -m pytest -n 2 -q tests/compat

fuzz-compat: $(COMPAT)/.stamp ## resolve 10,000 random experiments with sacred 0.8.7 and with ours
	TWIN_CASES=10000 $(BIN)/python -m pytest -q tests/compat/test_twins.py

goldens: $(COMPAT)/.stamp ## make the golden files of tests/compat anew with sacred 0.8.7
	$(BIN)/python tests/compat/make_goldens.py --peer-python $(COMPAT)/bin/python

bench: $(VENV)/.dev $(COMPAT)/.stamp ## compare speed with sacred 0.8.7, side by side
	$(BIN)/python bench/run.py --peer-python $(COMPAT)/bin/python

kill-test: $(VENV)/.dev $(COMPAT)/.stamp ## kill 100 runs at random moments and count what is lost; some of 0.8.7 as well
	$(BIN)/python bench/kill_test.py --peer-python $(COMPAT)/bin/python

docs: $(VENV)/.dev ## build the documentation into site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

format: $(VENV)/.dev ## format the code and mend what ruff can mend
	$(BIN)/ruff format $(CHECKED)
	$(BIN)/ruff check --fix-only $(CHECKED)

lint: $(VENV)/.dev ## check format, lint rules and import contracts
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/lint-imports

types: $(VENV)/.dev ## check the types
	$(BIN)/mypy $(TYPED)

clean: ## remove environments, caches and everything built
	rm -rf $(VENV) $(COMPAT) $(THIRD_PARTY) $(DEMO_RUNS) site build dist .coverage .coverage.* htmlcov
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find $(CHECKED) -type d -name __pycache__ -prune -exec rm -rf {} +
