# Two commands do everything: `make demo` and `make test`. Both make the environment they need.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
RUNS = $(VENV)/.runs
DEVELOPS = $(VENV)/.develops
DESCRIBES = $(VENV)/.describes
AS_ROOT = $(shell [ "$$(id -u)" = 0 ] || command -v sudo)
TO_PRINT = libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core
INSTALL = $(BIN)/python -m pip install --quiet
LOCK = $(BIN)/uv pip compile --quiet --universal --no-emit-index-url --generate-hashes --python-version 3.11 --no-header $(ARGS)

.PHONY: demo test test-heavy mutants coverage attacks lint bench pages docs requirements sbom clean

# What builds the package is gone once it is built: nothing that serves can import it.
$(RUNS): requirements.txt requirements-build.txt pyproject.toml
	test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || ( \
	  $(PYTHON) -m pip install --quiet --target $(VENV).boot virtualenv && \
	  PYTHONPATH=$(VENV).boot $(PYTHON) -m virtualenv --quiet $(VENV) ) # Debian without python3-venv
	$(INSTALL) --require-hashes -r requirements.txt
	$(INSTALL) --require-hashes --target $(VENV).build --upgrade -r requirements-build.txt
	PYTHONPATH=$(VENV).build $(INSTALL) --no-deps --no-build-isolation -e .
	rm -rf $(VENV).build
	$(BIN)/python -c "import weasyprint" 2>/dev/null || ( \
	  $(AS_ROOT) apt-get update -qq && $(AS_ROOT) apt-get install -y -qq $(TO_PRINT) >/dev/null ) || \
	  echo "Dossiers cannot be printed here until these are installed: $(TO_PRINT)"
	touch $(RUNS)

$(DEVELOPS): requirements-dev.txt $(RUNS)
	$(INSTALL) --require-hashes -r requirements-dev.txt
	touch $(DEVELOPS)

$(DESCRIBES): requirements-docs.txt $(RUNS)
	$(INSTALL) --require-hashes -r requirements-docs.txt
	touch $(DESCRIBES)

demo: $(RUNS)
	$(BIN)/opera-cases demo $(ARGS)

lint: $(DEVELOPS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/python -m pytest -n 2 $(ARGS)

test-heavy: $(DEVELOPS) $(DESCRIBES)
	$(BIN)/python -m pytest -m heavy $(ARGS)
	$(BIN)/python -m tests.quality.mutants
	$(BIN)/python -m tests.quality.advisories # the last line: audited, or not

# A seeded sample of small changes of the domain, and which tests notice: make mutants ARGS="--sample 60 --seed 3".
mutants: $(DEVELOPS)
	$(BIN)/python -m tests.quality.mutants $(ARGS)

# Which lines the tests of `make test` go through; those of processes of their own are not seen.
coverage: $(DEVELOPS)
	$(BIN)/python -m pytest -n 2 --cov=opera_cases --cov-branch --cov-report=term:skip-covered $(ARGS)

bench: $(DEVELOPS)
	$(BIN)/python -m benchmarks $(ARGS)

# Attack another release: make attacks AGAINST=FOLDER, with a checkout of it. This one when left out.
attacks: $(DEVELOPS)
	AGAINST="$(AGAINST)" $(BIN)/python -m pytest -n 2 tests/attacks $(ARGS)

# Every page that is made from the code: procedures, rulebook, data classes, command line, settings, import graph.
pages: $(DEVELOPS)
	$(BIN)/python -m tests.docs.documents

# A site in site/, which loads nothing from elsewhere; a broken link fails.
docs: $(DESCRIBES)
	$(BIN)/sphinx-build -q -E -W --keep-going -b html -c docs . site $(ARGS)
	@echo "To be read from site/docs/index.html"

# Locks keep the versions they have: make requirements ARGS=--upgrade takes the newest.
requirements: $(DEVELOPS)
	$(LOCK) --group build -o requirements-build.txt
	$(LOCK) -o requirements.txt pyproject.toml
	$(LOCK) --extra dev -c requirements.txt -c requirements-build.txt -o requirements-dev.txt pyproject.toml
	$(LOCK) --extra docs -c requirements-dev.txt -o requirements-docs.txt pyproject.toml

sbom: $(DEVELOPS)
	$(BIN)/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml --mc-type application \
	  --output-reproducible --sv 1.6 --of JSON -o sbom.json

clean:
	rm -rf $(VENV) $(VENV).boot $(VENV).build demo site sbom.json .mutants .coverage .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
