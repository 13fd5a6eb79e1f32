# make run · make test · make check · make bench · make chaos. Everything it makes lives in .venv/ and var/.

SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --no-input
EXEC := $(BIN)/python -m config.embedded exec --

.PHONY: run test check bench chaos clean
.DEFAULT_GOAL := run

run: .venv/base.stamp
	@exec $(BIN)/python manage.py up --port $(PORT)

test: .venv/dev.stamp
	@BAROMETRE_STATE="$(CURDIR)/var/test" $(EXEC) $(BIN)/python -m pytest $(ARGS)

check: .venv/dev.stamp
	$(PIP) check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	BAROMETRE_STATE="$(CURDIR)/var/test" $(EXEC) $(BIN)/python manage.py makemigrations --check --dry-run
	BAROMETRE_ENV=production BAROMETRE_HOSTS=example.org BAROMETRE_URL=https://example.org \
	  BAROMETRE_SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
	  $(BIN)/python manage.py check --deploy --fail-level WARNING

bench: .venv/dev.stamp
	@BAROMETRE_STATE="$(CURDIR)/var/bench" $(EXEC) $(BIN)/python -m benchmarks $(ARGS)

chaos: .venv/dev.stamp
	@BAROMETRE_STATE="$(CURDIR)/var/chaos" $(EXEC) $(BIN)/python -m pytest -m faults $(ARGS)

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/base.stamp: requirements/base.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' \
	  || { echo "Baromètre needs Python 3.10 or later: install it, or say which with make run PYTHON=python3.13." >&2; exit 1; }
	@test "$$(df -Pk . | awk 'NR == 2 { print $$4 }')" -gt 600000 \
	  || { echo "There is no space left here: Baromètre needs 600 MB for its libraries and data." >&2; exit 1; }
	@test -x $(BIN)/python && $(BIN)/python -c 'import pip' 2>/dev/null || $(PYTHON) -m venv --clear .venv >/dev/null \
	  || { rm -rf .venv; echo "Python cannot make a virtual environment here: on Debian or Ubuntu, apt install python3-venv." >&2; exit 1; }
	@echo "Installing the libraries…"
	@$(PIP) install --no-deps --requirement requirements/base.txt \
	  || { echo "The libraries could not be installed: the lines above say why." >&2; exit 1; }
	@touch $@

.venv/dev.stamp: .venv/base.stamp requirements/dev.txt
	@echo "Installing the tools for tests and checks…"
	@$(PIP) install --no-deps --requirement requirements/dev.txt \
	  || { echo "The tools could not be installed: the lines above say why." >&2; exit 1; }
	@touch $@
