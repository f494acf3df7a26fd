# Everything a person types. `make help` lists it.
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

SIGNALS ?= 20000
SEED ?= 0

# Where `make deploy` may deploy to: sections of samconfig.toml. None is the default, since one of them is real money.
PLACES := dev testnet demo live
# Adds the settings of .deploy/<place>.toml, where there is such a file, to what follows.
OWN_SETTINGS := $(BIN)/python -m local.own_settings
VERSION := import sys; print("%d.%d" % sys.version_info[:2])

.PHONY: help demo up down bench limits duplicates simulate test lint audit network deploy place pages setup pins same-python
help:  # The list: a heading for each `##@` line below, a line for each target with `##`.
	@awk -F':.*## ' '/^##@ /{print "\n" substr($$0, 5)} /^[a-z]+:.*## /{printf "  make %-10s  %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ On this machine: free, no account, no keys
demo: setup  ## what becomes of every sample signal of events/
	@$(BIN)/python -m local.demo

up: setup  ## start the local stack and leave it running (docs/local.md)
	@$(BIN)/python -m local.up

down: setup  ## stop the local stack
	@$(BIN)/python -m local.down

##@ Measure, on this machine: free
bench: setup .venv/.deployed  ## the figures of docs/measured.md (PEERS=1: beside others)
	@$(BIN)/python -m benchmarks $(if $(PEERS),--peers)

limits: SIGNALS = 2000
limits: setup  ## 16 containers share the limits of an exchange (8 minutes)
	@$(BIN)/python -m benchmarks.storm --signals $(SIGNALS)

duplicates: SIGNALS = 1000
duplicates: setup  ## orders placed twice, by others and here (SIGNALS=1000)
	@$(BIN)/python -m benchmarks.duplicates --signals $(SIGNALS) --seed $(SEED)

simulate: setup  ## the protocol under faults (SIGNALS= SEED= VENUE= REPLAY=1)
	@$(BIN)/python -m tests.simulation --signals $(SIGNALS) --seed $(SEED) $(if $(VENUE),--venue $(VENUE)) $(if $(REPLAY),--replay)

##@ In your AWS account: COSTS MONEY, also when idle (docs/costs.md)
network: setup  ## a fixed address, for a key's whitelist: 36.50 USD a month
	@$(OWN_SETTINGS) network
	@$(OWN_SETTINGS) network .venv/sam/bin/sam deploy --config-env network

deploy: place setup  ## ENV=dev, testnet or demo: play money. ENV=live: REAL MONEY
	@$(OWN_SETTINGS) $(ENV)
	env -u MAKEFLAGS -u MFLAGS PATH="$(CURDIR)/$(BIN):$$PATH" .venv/sam/bin/sam build
	@$(OWN_SETTINGS) $(ENV) .venv/sam/bin/sam deploy --config-env $(ENV)

place:
	@test -n "$(and $(filter 1,$(words $(ENV))),$(filter $(PLACES),$(ENV)))" || { \
	  echo 'make deploy needs ENV=, one of: $(PLACES). "live" is real money.' >&2; exit 2; }

##@ The project
setup: .venv/.dev .venv/.project .venv/.ministack .venv/.sam  ## install everything into .venv (PYTHON=python3.12 ...)

test: setup lint  ## every check and every test
	$(BIN)/pytest -n 2 --dist loadgroup

lint: setup .venv/.checks  ## every check
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	AWS_DEFAULT_REGION=us-east-1 SAM_CLI_TELEMETRY=0 .venv/sam/bin/sam validate --lint
	.venv/sam/bin/cfn-lint template.yaml network.yaml
	.venv/checks/bin/checkov -f template.yaml network.yaml --framework cloudformation --skip-download --compact --quiet

audit: .venv/.checks  ## known vulnerabilities of what is shipped; asks PyPI
	@.venv/checks/bin/pip-audit --strict --no-deps --disable-pip --requirement layers/dependencies/requirements.txt || { \
	  echo 'make audit: not clean. "could not be audited" means that the advisories could not be asked for, and nothing is known.' >&2; exit 1; }

pages: setup  ## write anew the pages of docs/ that are made from the code
	@$(BIN)/python -m local.errors_page
	@$(BIN)/python -m local.state_chart
	@$(BIN)/python -m local.demo_picture
	@$(BIN)/python -m local.signal_schema

# Set-up: an environment each, installed again only when its pins change.
# A Python that was asked for and is not the one of .venv: said, not passed over. Without PYTHON= the one of .venv serves.
same-python:
ifneq (,$(filter command environment,$(origin PYTHON)))
	@test ! -x $(BIN)/python || { \
	  have=$$($(BIN)/python -c '$(VERSION)'); asked=$$($(PYTHON) -c '$(VERSION)') || exit 2; \
	  test "$$have" = "$$asked" || { \
	    echo ".venv is set up with Python $$have, and PYTHON=$(PYTHON) is $$asked." \
	      "To set it up anew: rm -rf .venv, then the same command. To go on with $$have: leave PYTHON out." >&2; exit 2; }; }
endif

.venv/.dev: requirements/dev.txt | same-python
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "orderexec needs Python 3.11 or newer; $(PYTHON) is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12 ...")'
	@echo "setting up .venv ..."
	@test -x $(UV) || { $(PYTHON) -m venv .venv && $(BIN)/pip install --quiet --disable-pip-version-check $$(grep '^uv==' requirements/dev.txt); }
	@$(UV) pip sync --quiet --python $(BIN)/python requirements/dev.txt
	@touch $@

# The project itself, editable: orderctl as a command, and the product's packages from their sources.
.venv/.project: pyproject.toml .venv/.dev
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.ministack: requirements/ministack.txt | .venv/.dev
	@echo "setting up .venv/ministack, the local AWS ..."
	@$(UV) venv --quiet --clear --python $(BIN)/python .venv/ministack
	@$(UV) pip sync --quiet --python .venv/ministack/bin/python requirements/ministack.txt
	@touch $@

.venv/.sam: requirements/sam.txt | .venv/.dev
	@echo "setting up .venv/sam, the SAM CLI ..."
	@$(UV) venv --quiet --clear --python $(BIN)/python .venv/sam
	@$(UV) pip sync --quiet --python .venv/sam/bin/python requirements/sam.txt
	@touch $@

.venv/.checks: requirements/checks.txt | .venv/.dev
	@echo "setting up .venv/checks, checkov and pip-audit ..."
	@$(UV) venv --quiet --clear --python $(BIN)/python .venv/checks
	@$(UV) pip sync --quiet --python .venv/checks/bin/python requirements/checks.txt
	@touch $@

# Benchmarks run on the version of Python that template.yaml deploys, if there is one on this machine (also pyenv's).
.venv/.deployed: layers/dependencies/requirements.txt requirements/dev.txt template.yaml .venv/.dev
	@version=$$(sed -n 's/^ *Runtime: python//p' template.yaml); \
	for bin in $$HOME/.pyenv/versions/$$version.*/bin; do PATH="$$bin:$$PATH"; done; \
	$(UV) venv --quiet --clear --no-python-downloads --python $$version .venv/deployed 2>/dev/null || { \
	  echo "no Python $$version here: the benchmarks run on $$($(BIN)/python -V)"; exit 0; }; \
	$(UV) pip install --quiet --python .venv/deployed/bin/python --constraints requirements/dev.txt \
	  --requirements layers/dependencies/requirements.txt boto3 awslambdaric ccxt python-binance binance-sdk-spot \
	  && touch $@ || { rm -rf .venv/deployed; exit 1; }

pins: .venv/.dev  ## resolve the groups of pyproject.toml into exact pins
	for name in dev ministack sam checks; do \
	  $(UV) pip compile --quiet --universal --no-annotate --no-header --python-version 3.11 --upgrade --group $$name -o requirements/$$name.txt; done
