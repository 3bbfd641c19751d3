# `make demo` needs Python 3.11 or later and make, nothing else. All that is installed goes into .venv, here. `make test`
# needs the browser Chromium too, for the tests of the report: apt-get install chromium.
# PYTHON=/path/to/python chooses another Python; JOBS=1 runs the tests on one core.
.DEFAULT_GOAL := help
.PHONY: help demo test
JOBS ?= 2
VENV := .venv/bin/python
INSTALL := $(VENV) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
NEW_ENOUGH := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))

help:
	@echo "make demo   compare three services with doing nothing in an average English place of 250,000 people"
	@echo "make test   run the tests"

demo: .venv/.ready-to-run
	@$(VENV) -m caresim demo --yes

test: .venv/.ready-to-test
	@$(VENV) -m pytest --numprocesses $(JOBS)

.venv/.ready-to-run: pyproject.toml constraints.txt
	@$(VENV) -c '' 2>/dev/null || { \
	for python in "$(PYTHON)" python3.11 python3.12 python3.13 python3.14 python3 python; do \
	  if [ -n "$$python" ] && "$$python" -c '$(NEW_ENOUGH)' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "caresim needs Python 3.11 or later, with its venv module (on Debian and Ubuntu: the package python3-venv)." >&2; exit 1; \
	fi; \
	echo "Setting up .venv with $$found: about a minute, this once." >&2; "$$found" -m venv --clear .venv; }
	@$(INSTALL) setuptools
	@$(INSTALL) --no-build-isolation --editable .
	@touch $@

.venv/.ready-to-test: .venv/.ready-to-run
	@$(INSTALL) --no-build-isolation --editable '.[dev]'
	@touch $@
