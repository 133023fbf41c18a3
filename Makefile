# make run     the portal with the demonstration county, on 127.0.0.1 (PORT=8000 unless given)
# make test    the same set-up, the linters and every test
# make bench   the benchmarks, with their yardsticks

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.NOTPARALLEL:
.DELETE_ON_ERROR:
.SUFFIXES:

PORT ?= 8000
TEST_DATABASE_URL ?= postgres://postgres@127.0.0.1:5432/postgres
VENV := .venv/bin
SAY := @printf '\n==> %s\n'

# A stamp carries its lock's hash: a changed lock is installed again, an unchanged one is not.
hash = $(shell sha256sum $(1) | cut -c1-16)
PACKAGES := .venv/stamps/run-$(call hash,requirements.lock)
DEV_PACKAGES := .venv/stamps/dev-$(call hash,requirements-dev.lock)
NODE_PACKAGES := node_modules/.stamp-$(call hash,package-lock.json)
STATIC := build/served/staticfiles.json

.PHONY: run test bench system test-system browser data lint test-sqlite test-postgres

run: system $(PACKAGES) $(STATIC) data
	$(SAY) "Serving"
	@echo "The portal is ready: open http://127.0.0.1:$(PORT)/ in a browser, and sign in with an account listed above. Ctrl+C stops it."
	@DEMO=1 exec scripts/serve.sh $(PORT)

test: test-system $(DEV_PACKAGES) browser $(STATIC) lint test-sqlite test-postgres

bench: test-system $(DEV_PACKAGES) $(STATIC)
	$(SAY) "Benchmarks"
	@$(VENV)/python -m bench

system:
	$(SAY) "Checking system packages, Python and port"
	@scripts/check_system.sh
	@scripts/check_port.sh $(PORT)

test-system:
	$(SAY) "Checking system packages and Python"
	@scripts/check_system.sh poppler-utils

.venv/bin/python:
	$(SAY) "Making the virtual environment .venv"
	@"$$(scripts/find_python.sh)" -m venv --clear .venv

$(PACKAGES): requirements.lock | .venv/bin/python
	$(SAY) "Installing the Python packages of requirements.lock"
	@$(VENV)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@mkdir -p $(@D) && rm -f $(@D)/run-* && touch $@

$(DEV_PACKAGES): requirements-dev.lock | .venv/bin/python
	$(SAY) "Installing the Python packages of requirements-dev.lock"
	@$(VENV)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@mkdir -p $(@D) && rm -f $(@D)/dev-* && touch $@

browser: $(DEV_PACKAGES)
	@scripts/find_browser.sh

$(NODE_PACKAGES): package-lock.json | .venv/bin/python
	$(SAY) "Installing the front-end packages of package-lock.json"
	@scripts/npm.sh ci
	@touch $@

build/static/portal.css: $(wildcard static/scss/*.scss) $(NODE_PACKAGES)
	$(SAY) "Building the front end"
	@scripts/npm.sh run --silent build
	@touch $@

# The static files as served, hashed and compressed; the admin's come with the Python packages.
$(STATIC): build/static/portal.css $(wildcard static/js/*.js) requirements.lock
	$(SAY) "Collecting static files"
	@DEMO=1 $(VENV)/python manage.py collectstatic --no-input --clear --ignore scss --verbosity 0
	@touch $@

data:
	$(SAY) "Bringing the database up to date"
	@DEMO=1 $(VENV)/python manage.py migrate --verbosity 0
	$(SAY) "Loading the demonstration county (what is already there is kept)"
	@DEMO=1 $(VENV)/python manage.py load_demo

lint:
	$(SAY) "Linting, formatting, migrations"
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .
	@env -u DATABASE_URL DJANGO_SETTINGS_MODULE=tests.settings $(VENV)/python manage.py makemigrations --check --dry-run

test-sqlite:
	$(SAY) "Tests on SQLite"
	@env -u DATABASE_URL $(VENV)/pytest -n 2

test-postgres:
	$(SAY) "Tests on PostgreSQL"
	@if scripts/postgres_answers.sh "$(TEST_DATABASE_URL)"; then \
		DATABASE_URL="$(TEST_DATABASE_URL)" $(VENV)/pytest -n 2; \
		echo "Every test passed, on SQLite and on PostgreSQL. Start the portal with: make run"; \
	else \
		echo "Every test passed on SQLite. No PostgreSQL answered at 127.0.0.1:5432 (or TEST_DATABASE_URL), so they did not run there. Start the portal with: make run"; \
	fi
