# `make` sets everything up and builds every briefing; `make help` lists the rest.

PYTHON ?=
export PYTHON

run := .setup/python

.DELETE_ON_ERROR:
.PHONY: build test check check-renditions bench golden lock declarations clean help libraries FORCE

build: libraries  ## set up what is missing, build every briefing, verify the files (the default)
	$(run) -m pipeline build --verify

test: libraries  ## ruff, mypy and all tests
	$(run) -m ruff check .
	$(run) -m mypy
	$(run) -m pytest -n 2

check: .venv/ready  ## look for mistakes in sources/, build nothing
	$(run) -m pipeline check

check-renditions: libraries  ## hold what `make` built against the checkers of each format
	.setup/office
	.setup/checkers
	$(run) -m pytest -n 2 --dist loadfile tests/renditions

# QUICK=1: fewer briefings. ROUNDS=1: all of them, but in one round. README=1: enter the figures into README.md.
bench: libraries  ## measure beside others, write output/bench.json and bench.svg (QUICK=1: minutes)
	.setup/peers
	PYTHONPATH=$(CURDIR)/tests/bench/.peers $(run) -m tests.bench \
	    $(if $(QUICK),--quick) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(README),--readme)

golden: libraries  ## accept what the tests print now (dumps, messages, manual), showing the difference
	$(run) -m pytest --accept $(wildcard tests/golden tests/spec tests/test_manual.py)
	git --no-pager diff -- tests sources/README.md ':!*.py'

lock: .venv/ready  ## fit requirements.lock to pyproject.toml (UPGRADE=1: to the newest releases)
	$(run) -m uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
	    --generate-hashes --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) \
	    --quiet --output-file requirements.lock
	$(run) -m tests.bench.extra | $(run) -m uv pip compile - --universal --python-version 3.11 \
	    --generate-hashes --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) \
	    --quiet --output-file tests/bench/requirements.lock

declarations: .venv/ready  ## write down what WeasyPrint declares of its libraries, after an upgrade
	$(run) .setup/declare.py pipeline/writers/pdf_declarations.py

clean:  ## remove what was built and every cache, but not .venv
	find output -mindepth 1 ! -name .gitignore -delete
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage*
	find pipeline tests -name __pycache__ -prune -exec rm -rf {} +

help:  ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' Makefile

# A target of its own, so that `make -j build test` installs once.
libraries: .venv/ready
	@.setup/libraries

# The environment is made anew when the lock changes, and also when it was made in another place
# or with another PYTHON, or when its interpreter is gone: it holds absolute paths.
found := $(shell .venv/bin/python -c "" 2>/dev/null && cat .venv/locked 2>/dev/null)
ifneq ($(strip $(found)),$(strip $(CURDIR) $(PYTHON)))
.venv/locked: FORCE
endif

.venv/locked: requirements.lock
	.setup/environment

# The project itself, editable; its build backend is in the lock.
.venv/ready: .venv/locked pyproject.toml
	$(run) -m pip install --quiet --disable-pip-version-check --no-index --no-deps \
	    --no-build-isolation --editable .
	@touch $@
