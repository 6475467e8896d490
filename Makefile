# Every command of the project. `make` alone lists them.

PYTHON ?= python3
BIN := .venv/bin
CHECKOUT := $(BIN)/.installed
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard src/jifen/locale/*/LC_MESSAGES/*.po src/jifen/*/locale/*/LC_MESSAGES/*.po))

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
unexport PYTHONDONTWRITEBYTECODE  # each of the many processes would compile every module anew

.PHONY: help setup demo test lint format bench docs lock translations

help: ## List these commands.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(CHECKOUT) $(CATALOGUES) ## Make .venv with every pinned package, and install the project into it.

demo: setup ## Run the platform with 2,000 sample members; Ctrl-C ends it. With options: make demo ARGS="--port 8001".
	@$(BIN)/jifen demo $(ARGS)

test: setup ## Run all tests, the ledger's on the embedded PostgreSQL too; Debian packages that they use are installed first, where we may.
	@sh .ci/packages
	$(BIN)/pytest -n auto --maxprocesses 4 --dist worksteal
	JIFEN_POSTGRES=embedded $(BIN)/pytest tests/ledger -n auto --maxprocesses 4 --dist worksteal

lint: setup ## Check style, types, import directions and the lock.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	JIFEN_SECRET_KEY=lint JIFEN_FIELD_KEY=lint DATABASE_URL=postgresql:///lint $(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest tests/test_tidy.py -k test_lock

format: setup ## Format the code, and repair what ruff can repair.
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: setup ## Measure the engine beside its peers; prints the table of docs/performance.md.
	$(BIN)/python -m benchmarks

docs: setup ## Write the generated reference pages.
	$(BIN)/python docs/generate.py

translations: setup ## Bring new words of the program into the Chinese catalogue, to be translated there.
	@$(BIN)/pybabel -q extract -F babel.cfg --no-default-keywords -k "say translate ngettext:1,2" \
		--add-location=file --no-wrap -o $(BIN)/jifen.pot .
	$(BIN)/pybabel -q update -i $(BIN)/jifen.pot -d src/jifen/locale -D jifen -l zh_Hans \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap
	JIFEN_SECRET_KEY=words JIFEN_FIELD_KEY=words DATABASE_URL=postgresql:///words $(BIN)/python -m tests.words

lock: setup ## Resolve the dependencies of pyproject.toml anew into requirements.lock.
	$(BIN)/uv pip compile pyproject.toml --quiet --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header -o requirements.lock

# pip installs uv, by its hash in the lock; uv installs all the rest.
$(CHECKOUT): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Jifen needs Python 3.11 or newer; '$(PYTHON)' is missing or older. Name another: make setup PYTHON=python3.12"; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python's venv is missing. On Debian or Ubuntu: apt-get install python3-venv git make"; \
		exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@sed -n '/^uv==/,/ # via/p' requirements.lock > $(BIN)/.uv.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r $(BIN)/.uv.txt
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

%.mo: %.po | $(CHECKOUT)
	$(BIN)/pybabel --quiet compile -D jifen -i $< -o $@
