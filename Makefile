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

.PHONY: help demo up down bench limits duplicates simulate test lint audit network deploy place pages setup pins
help:  ## this list
	@sed -n 's/^\([a-z][a-z ]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do printf '  make %-10s %s\n' "$$name" "$$text"; done

demo: setup  ## show on this machine what becomes of every sample signal of events/
	@$(BIN)/python -m local.demo

up: setup  ## start the local stack and leave it running (EXCHANGE_URL=... another exchange, QUEUE_TYPE=fifo)
	@$(BIN)/python -m local.up

down: setup  ## stop the local stack
	@$(BIN)/python -m local.down

bench: setup .venv/.deployed  ## measure; prints a table and writes .local/bench.json (PEERS=1: beside what others use)
	@$(BIN)/python -m benchmarks $(if $(PEERS),--peers)

limits: SIGNALS = 2000
limits: setup  ## 16 containers at an exchange whose limits they share, with and without the shared gates (8 minutes)
	@$(BIN)/python -m benchmarks.storm --signals $(SIGNALS)

duplicates: SIGNALS = 1000
duplicates: setup  ## orders placed twice: others beside this function, under the same faults (SIGNALS=1000 SEED=0)
	@$(BIN)/python -m benchmarks.duplicates --signals $(SIGNALS) --seed $(SEED)

simulate: setup  ## the protocol under faults (SIGNALS=1000000 SEED=0; REPLAY=1 tells the story of one seed)
	@$(BIN)/python -m tests.simulation --signals $(SIGNALS) --seed $(SEED) $(if $(REPLAY),--replay)

test: setup lint  ## every check and every test
	$(BIN)/pytest -n 2 --dist loadgroup

lint: setup .venv/.checks
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	AWS_DEFAULT_REGION=us-east-1 SAM_CLI_TELEMETRY=0 .venv/sam/bin/sam validate --lint
	.venv/sam/bin/cfn-lint template.yaml network.yaml
	.venv/checks/bin/checkov -f template.yaml network.yaml --framework cloudformation --skip-download --compact --quiet

audit: .venv/.checks  ## known vulnerabilities of what is shipped; asks PyPI
	@.venv/checks/bin/pip-audit --strict --no-deps --disable-pip --requirement layers/dependencies/requirements.txt || { \
	  echo 'make audit: not clean. "could not be audited" means that the advisories could not be asked for, and nothing is known.' >&2; exit 1; }

network: setup  ## the network with a fixed address (network.yaml) in your AWS account
	.venv/sam/bin/sam deploy --config-env network

place:
	@test -n "$(and $(filter 1,$(words $(ENV))),$(filter $(PLACES),$(ENV)))" || { \
	  echo 'make deploy needs ENV=, one of: $(PLACES). "live" is real money.' >&2; exit 2; }

deploy: place setup  ## build and deploy to your AWS account (ENV=dev, testnet, demo or live: samconfig.toml)
	env -u MAKEFLAGS -u MFLAGS PATH="$(CURDIR)/$(BIN):$$PATH" .venv/sam/bin/sam build
	.venv/sam/bin/sam deploy --config-env $(ENV)

pages: setup  ## write the pages of docs/ anew that are made from the code: errors, the chart of states
	@$(BIN)/python -m local.errors_page
	@$(BIN)/python -m local.state_chart

# Set-up: an environment each, installed again only when its pins change.
setup: .venv/.dev .venv/.project .venv/.ministack .venv/.sam  ## install everything into .venv

.venv/.dev: requirements/dev.txt
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

pins: .venv/.dev  ## resolve requirements/*.in anew into exact pins
	for name in dev ministack sam checks; do \
	  $(UV) pip compile --quiet --universal --no-annotate --no-header --python-version 3.11 --upgrade requirements/$$name.in -o requirements/$$name.txt; done
