# dondoc: `make demo` and `make test` need Python 3.11 or newer, git and make; nothing else.
# Everything is installed into .venv/ from requirements.lock, each file checked against its hash.

VENV    := .venv
BIN     := $(VENV)/bin
CLIENTS := .venv-clients
STAMP   := $(VENV)/.setup-done
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard messages/locale/*/LC_MESSAGES/*.po))
# One more than two processors: many tests wait for servers and processes of their own.
WORKERS ?= 3
PACKAGES := $(dir $(wildcard messages/__init__.py calendars/__init__.py models/__init__.py documents/__init__.py reporting/__init__.py notifications/__init__.py flows/__init__.py web/__init__.py cli/__init__.py))

# The first Python that is new enough. `make PYTHON=/path/to/python3.12 setup` chooses another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v "$$p"; break; }; done)

# The stamp holds the folder it was made in. A moved folder, a removed Python or an interrupted set-up makes it void.
ifneq ($(shell $(BIN)/python -c 'print("alive")' 2>/dev/null) $(shell cat $(STAMP) 2>/dev/null),alive $(CURDIR))
$(shell rm -f $(STAMP))
endif

.DEFAULT_GOAL := help
.PHONY: help setup messages demo serve test test-hours programs clients test-clients lint types reference format lock install-test bench attack pictures benchflows clean
.DELETE_ON_ERROR:

help: ## what can be asked for
	@echo 'dondoc: make <goal>'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1	\2/p' $(MAKEFILE_LIST) | expand -t 14

demo: setup ## set up, then live through a reporting year and print the account (results in var/)
	@$(BIN)/dondoc demo

serve: setup ## everything on this machine until Ctrl-C: pages, Prefect with the flows, mailbox
	@$(BIN)/dondoc serve $(SERVE_ARGS)

test: setup programs clients ## set up, then run all tests (SQLite and PostgreSQL)
	@# A worker with nothing left takes half of what another has; the longest come first (tests/conftest.py).
	@$(BIN)/python -m pytest -p tests.no_skips -n $(WORKERS) --dist worksteal $(PYTEST_ARGS)

# 01:19 in Vietnam, before the daily run; the last minute of a year; 29 February; a Sunday in Tết, the year's holidays.
HOURS ?= 2026-03-30T18:19 2026-12-31T23:59 2028-02-29T05:00 2027-02-07T03:00

test-hours: setup programs clients ## run the tests at four instants and in four time zones that have hurt (HOURS="…")
	@.ci/programs faketime
	@.ci/hours $(HOURS) -- $(BIN)/python -m pytest -p tests.no_skips -n $(WORKERS) --dist worksteal $(PYTEST_ARGS)

programs: # of the system, for the tests: installed as root on Debian or Ubuntu, otherwise named
	@.ci/programs

clients: setup ## calendar programs of others that the tests of feeds use; what cannot be had is left out
	@$(MAKE) --no-print-directory $(CLIENTS)/.made $(if $(shell command -v npm),tests/clients/node_modules/.made) \
		|| echo 'Some calendar programs could not be installed; the tests that need them are left out' >&2

$(CLIENTS)/.made: tests/clients/requirements.lock
	@echo 'Installing calendar programs for the tests'
	@$(BIN)/python -m venv --clear $(CLIENTS)
	@$(CLIENTS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

tests/clients/node_modules/.made: tests/clients/package-lock.json
	@npm ci --prefix tests/clients --ignore-scripts --no-audit --no-fund --silent
	@touch $@

test-clients: setup clients ## the slow tests of feeds: Thunderbird and Evolution, where they are installed
	@DONDOC_SLOW_CLIENTS=1 $(BIN)/python -m pytest tests/clients $(PYTEST_ARGS)

setup: $(STAMP) $(CATALOGUES) ## make .venv/ with everything in it; does nothing when it is up to date

$(STAMP): requirements.lock pyproject.toml
	@[ -n '$(PYTHON)' ] || { echo 'dondoc needs Python 3.11 or newer and found none. Install it (Debian, Ubuntu: apt install python3 python3-venv),' \
		'or name one: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)' >&2; exit 1; }
	@'$(PYTHON)' -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo '$(PYTHON) is older than Python 3.11, which dondoc needs' >&2; exit 1; }
	@'$(PYTHON)' -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make a virtual environment:" \
		"its venv module is missing. Debian, Ubuntu: apt install python3-venv (for a Python beside the system's: $$(basename '$(PYTHON)')-venv)" >&2; exit 1; }
	@# Without a stamp a folder may be half made, so it is made anew; with one it only follows the lock.
	@if [ -f $(STAMP) ]; then rm $(STAMP); else echo 'Making $(VENV)/ with $(PYTHON)'; '$(PYTHON)' -m venv --clear $(VENV); fi
	@# The lock names every package, so nothing is left to resolve (--no-deps; pip before 23.3 fails to resolve extras with hashes).
	@echo 'Installing from requirements.lock (the first time takes one to three minutes)'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@printf '%s\n' '$(CURDIR)' > $(STAMP)

%.mo: %.po | $(STAMP)
	@$(BIN)/python -m messages.build

messages: setup ## find what the program says, bring the catalogues up to date; then translate what is new
	@$(BIN)/python -m messages.update $(NEW)

lint: setup ## ruff: style and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup ## mypy, strict
	@$(BIN)/mypy $(PACKAGES) tests benchmarks

reference: setup ## write docs/command-reference.md anew from the commands
	@$(BIN)/python -m tests.architecture.command_reference > docs/command-reference.md

format: setup ## let ruff put the code in order
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

LOCK = uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

lock: ## renew both locks from pyproject.toml, for development and for running it (needs uv)
	@command -v uv >/dev/null || { echo 'make lock needs uv: pipx install uv' >&2; exit 1; }
	$(LOCK) --group dev -o requirements.lock
	$(LOCK) --no-annotate --constraints requirements.lock -o requirements-runtime.lock

install-test: setup ## follow docs/install.md block by block in a temporary folder: packages, PostgreSQL, Prefect, nginx
	@$(BIN)/python -m tests.install.walk

pictures: setup ## photograph our pages and Prefect's for docs/pictures (needs Chromium)
	@$(BIN)/python -m tests.browser.pictures
	@$(BIN)/python -m tests.flows.pictures

bench: setup ## measure, each against its peer
	@$(BIN)/python -m benchmarks.national $(BENCH_ARGS)
	@$(BIN)/python -m benchmarks.pages $(BENCH_ARGS)

benchflows: setup ## measure what Prefect adds to a tick, and its history
	@$(BIN)/python -m benchmarks.flows $(BENCH_ARGS)

# A year of eight passes a day has some 2,900; 10,000 passes take half an hour to an hour.
SEED ?= 1
PASSES ?= 10000
A_DAY ?= 8
DATABASES ?= sqlite postgresql

attack: setup ## live through years with random faults on both databases, check every mail (SEED=7 PASSES=1000000)
	@$(BIN)/python -m tests.timeline.year --seed $(SEED) --passes $(PASSES) --passes-a-day $(A_DAY) --databases $(DATABASES)

clean: ## remove what set-up and the tools made; var/ (your data) stays
	rm -rf $(VENV) $(CLIENTS) tests/clients/node_modules build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +
