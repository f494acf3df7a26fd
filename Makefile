# Everything a person types. `make help` lists it.
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
.DEFAULT_GOAL := help

.venv/.dev: requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "orderexec needs Python >= 3.11; this is " + sys.version.split()[0])'
	@test -x $(UV) || { $(PYTHON) -m venv .venv && $(BIN)/pip install --quiet --disable-pip-version-check $$(grep '^uv==' requirements/dev.txt); }
	$(UV) pip sync --quiet --python $(BIN)/python requirements/dev.txt
	@touch $@

.venv/.ministack: requirements/ministack.txt .venv/.dev
	$(UV) venv --quiet --clear --python $(BIN)/python .venv/ministack
	$(UV) pip sync --quiet --python .venv/ministack/bin/python requirements/ministack.txt
	@touch $@

.venv/.sam: requirements/sam.txt .venv/.dev
	$(UV) venv --quiet --clear --python $(BIN)/python .venv/sam
	$(UV) pip sync --quiet --python .venv/sam/bin/python requirements/sam.txt
	@touch $@

.PHONY: setup pins
setup: .venv/.dev .venv/.ministack .venv/.sam  ## install everything into .venv (again only when a pin changes)

pins:  ## resolve requirements/*.in anew into exact pins
	for name in dev ministack sam; do \
	  $(UV) pip compile --quiet --universal --no-annotate --no-header --python-version 3.11 --upgrade requirements/$$name.in -o requirements/$$name.txt; done
