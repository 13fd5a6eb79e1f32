# make run · make test · make check · make bench · make chaos. Everything it makes lives in .venv/ and var/.

SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet --no-input
EXEC := $(PY) -m config.embedded exec --
STATE = BAROMETRE_STATE="$(CURDIR)/var/$(1)"

.PHONY: run test check bench chaos clean
.DEFAULT_GOAL := run

run: .venv/base.stamp
	@exec $(PY) manage.py up --port $(PORT)

test: .venv/dev.stamp
	@$(call STATE,test) $(EXEC) $(PY) -m pytest $(or $(ARGS),-n 2 --dist loadfile)

check: .venv/dev.stamp
	@$(PIP) check
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(PY) -c 'import sys; sys.path.insert(0, ""); from importlinter.cli import lint_imports_command as lint; lint(["--no-logo"])'
	@$(call STATE,check) $(EXEC) $(PY) manage.py makemigrations --check --dry-run
	@$(call STATE,check) BAROMETRE_ENV=production BAROMETRE_HOSTS=example.org BAROMETRE_URL=https://example.org \
	  BAROMETRE_SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))')" \
	  $(PY) manage.py check --deploy --fail-level WARNING

bench: .venv/dev.stamp
	@$(call STATE,bench) $(EXEC) $(PY) -m benchmarks $(ARGS)

chaos: .venv/dev.stamp
	@$(call STATE,chaos) $(EXEC) $(PY) -m pytest -m "faults or chaos" -o faulthandler_timeout=3000 $(ARGS)

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# A virtual environment whose Python has gone (a system upgrade, a folder copied from elsewhere) is made again.
ifneq ($(shell $(PY) -c 'print("works")' 2>/dev/null),works)
.PHONY: .venv/base.stamp
endif

.venv/base.stamp: requirements/base.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null \
	  || { echo "Baromètre needs Python 3.10 or later: install it, or say which with make run PYTHON=python3.13." >&2; exit 1; }
	@test -w . || { echo "Baromètre keeps its libraries and data in this folder, which you may not write to: clone it into a folder of your own." >&2; exit 1; }
	@$(PYTHON) -c 'import shutil, sys; sys.exit(shutil.disk_usage(".").free < 600e6)' \
	  || { echo "There is no space left here: Baromètre needs 600 MB for its libraries and data." >&2; exit 1; }
	@$(PY) -c 'import pip' 2>/dev/null || $(PYTHON) -m venv --clear .venv >/dev/null 2>&1 \
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
