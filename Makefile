# Two commands do everything: `make demo` and `make test`. Both make the environment they need.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
READY = $(VENV)/.ready
AS_ROOT = $(shell [ "$$(id -u)" = 0 ] || command -v sudo)
TO_PRINT = libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core

.PHONY: demo test test-heavy lint bench requirements clean

$(READY): requirements.txt pyproject.toml
	test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || ( \
	  $(PYTHON) -m pip install --quiet --target $(VENV).boot virtualenv && \
	  PYTHONPATH=$(VENV).boot $(PYTHON) -m virtualenv --quiet $(VENV) ) # Debian without python3-venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	$(BIN)/python -c "import weasyprint" 2>/dev/null || ( \
	  $(AS_ROOT) apt-get update -qq && $(AS_ROOT) apt-get install -y -qq $(TO_PRINT) >/dev/null ) || \
	  echo "Dossiers cannot be printed here until these are installed: $(TO_PRINT)"
	touch $(READY)

demo: $(READY)
	$(BIN)/opera-cases demo $(ARGS)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

test-heavy: $(READY)
	$(BIN)/python -m pytest -m heavy $(ARGS)

bench: $(READY)
	$(BIN)/python -m benchmarks $(ARGS)

requirements:
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --no-emit-index-url --generate-hashes --extra dev --python-version 3.11 --no-header -o requirements.txt pyproject.toml

clean:
	rm -rf $(VENV) demo .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
