# `make grade` and `make test` set up everything they need, in .venv, the first time.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
CATALOGUES := $(wildcard grader/locale/*/LC_MESSAGES/grader.po)
LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --upgrade \
  --generate-hashes --no-emit-index-url --custom-compile-command "make lock"
UNIT := not slow and not docker and not namespaces and not sandbox and not browser
# Each worker reads all files that it is given, so it is not given those without such a test.
SLOW := $(shell grep -rlE 'mark\.(slow|docker|namespaces|sandbox|browser)|^from hypothesis' \
  --include='test_*.py' tests)
COMPILE := $(BIN)/pybabel --quiet compile --domain grader --directory grader/locale

.PHONY: help setup grade test unit coverage lint benchmark gallery catalogue sentences mutants lock clean

help:
	@echo "make grade       grade submissions/alice.py"
	@echo "make test        all tests (in each sandbox that this machine has)"
	@echo "make unit        the quick ones among them"
	@echo "make coverage    the quick ones but for properties, and what they leave untested"
	@echo "make lint        style, types and the rules about imports"
	@echo "make benchmark   how long one submission takes, and where the time goes"
	@echo "make catalogue   grader/locale: what has no translation yet; compiles it"
	@echo "make sentences   tests/checks/recorded: what each check says, word for word"
	@echo "make mutants     changes the checks in 8000 ways: which of them no test notices (an hour or two)"
	@echo "make lock        requirements/: the newest version of each package, with its hashes"
	@echo "make gallery     docs/gallery.md: what each check says of each server there"

setup: .venv/ready $(CATALOGUES:.po=.mo)

.venv/ready: pyproject.toml requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "This needs Python 3.11 or newer: make PYTHON=/path/to/python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { echo "No virtual environment could be made: on Debian, apt install python3-venv."; exit 1; }
	$(PIP) --require-hashes --requirement requirements/dev.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

%.mo: %.po | .venv/ready
	$(COMPILE)

grade: setup
	@$(BIN)/grade submissions/alice.py

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# A property is tried with fewer examples here than in `make test`: see tests/conftest.py.
unit: setup
	$(BIN)/pytest -n 2 --dist worksteal --hypothesis-profile quick -m "$(UNIT)"

# Coverage makes Python twice as slow, and properties find faults rather than untested lines.
coverage: setup
	rm -f .coverage .coverage.*
	$(BIN)/coverage run -m pytest -n 2 --dist worksteal -m "$(UNIT) and not hypothesis"
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

# Inside a sandbox no coverage can be measured. Most of the time these tests wait for
# programs: hence two workers for each of two processors. They start the longest tests first.
test: lint coverage
	$(BIN)/pytest -n 4 --dist loadgroup --no-loadscope-reorder \
	  -m "hypothesis or not ($(UNIT))" $(SLOW)

benchmark: setup
	$(BIN)/python benchmarks/one_submission.py

gallery: setup
	$(BIN)/python tests/matrix.py $(SERVERS)

# Chooses versions anew; everything else installs exactly those.
lock: setup
	$(PIP) uv
	$(LOCK) --extra build --output-file requirements/run.txt
	$(LOCK) --extra build --extra dev --extra import --output-file requirements/dev.txt

catalogue: setup
	$(BIN)/python tests/catalogue.py
	$(COMPILE)

sentences: setup
	$(BIN)/python tests/sentences.py

mutants: setup
	$(PIP) --no-build-isolation --editable '.[mutation]'
	rm -rf mutants
	$(BIN)/mutmut run
	$(BIN)/python tests/mutation/survivors.py

clean:
	rm -rf .venv mutants .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
