# Comptoir. `make` alone lists every command.
#
# PYTHON=python3.12   the interpreter for a new .venv (3.11 or later)
# PORT=8100           the port of the site (8000)
# STATE=some/dir      the folder of everything a copy writes (.state)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# A dozen processes start in a run of the tests: each would compile all our code anew.
unexport PYTHONDONTWRITEBYTECODE

VENV ?= .venv
PY := $(VENV)/bin/python
BASE := $(VENV)/.installed-base
DEV := $(VENV)/.installed-dev
MANAGE := $(PY) manage.py
COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --quiet

# What Django reads of the translations; made from what translators write.
WORDS := $(patsubst %.po,%.mo,$(wildcard frontend/locale/*/LC_MESSAGES/*.po))

# What a deployment sets; `check --deploy` must find nothing to say about it.
PRODUCTION = env -u STRIPE_API_BASE -u ALLOWED_HOSTS SECRET_KEY=for-the-check-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG \
  PUBLIC_URL=https://market.example STATE=/nonexistent ALLOW_SANDBOX=0 DEBUG=0 \
  DATABASE_URL=postgresql://comptoir@db.invalid/comptoir REDIS_URL=redis://cache.invalid/0 \
  STRIPE_SECRET_KEY=sk_test_for_the_check STRIPE_WEBHOOK_SECRET=whsec_one \
  STRIPE_CONNECT_WEBHOOK_SECRET=whsec_two STRIPE_THIN_WEBHOOK_SECRET=whsec_three \
  STATEMENT_SIGNING_KEY=00000000000000000000000000000000000000000000000000000000000000aa \
  EMAIL_URL=smtp://mail.invalid:25

.PHONY: help
help: ## list every command
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- use ---------------------------------------------------------------------

.PHONY: run stop reset operator
run: $(BASE) $(WORDS) ## start everything; prints the address and three logins (PORT=8100 STATE=dir: a second copy)
	@exec $(PY) -m marketplace.config.run

stop: $(BASE) ## stop the copy of this STATE, from another terminal
	@$(PY) -m marketplace.config.run stop

reset: $(BASE) ## stop it and forget all its data; the next run starts anew
	@$(PY) -m marketplace.config.run reset

operator: $(BASE) ## make the first operator, EMAIL=you@example.org
	@test -n "$(EMAIL)" || { echo "Whose? make operator EMAIL=you@example.org" >&2; exit 2; }
	@$(MANAGE) make_operator "$(EMAIL)"

# --- prove -------------------------------------------------------------------

.PHONY: test test-deep check
test: $(DEV) $(WORDS) ## the quick tests, all set-up included (ARGS="tests/unit -x" narrows)
	@$(PY) -m pytest -n 2 --dist worksteal -m "not deep" $(ARGS)

test-deep: $(DEV) $(WORDS) ## the long random, load and crash runs
	@HYPOTHESIS_PROFILE=deep $(PY) -m pytest -n 2 -m deep --timeout=3600 $(ARGS)

CHECKS := check-lint check-format check-types check-imports check-templates \
  check-migrations check-deploy check-requirements check-words

check: $(DEV) ## linters, types, imports, templates, migrations, deployment, pins: every failure in one run
	@$(MAKE) --no-print-directory --keep-going $(CHECKS)

.PHONY: $(CHECKS)
check-lint: $(DEV)
	$(PY) -m ruff check .

check-format: $(DEV)
	$(PY) -m ruff format --check .

check-types: $(DEV)
	$(PY) -m mypy marketplace vendors reviews payouts loyalty search support frontend tests manage.py

check-imports: $(DEV)
	$(VENV)/bin/lint-imports

check-templates: $(DEV)
	$(PY) -m djlint frontend/templates --lint --quiet

check-migrations: $(DEV)
	@$(PRODUCTION) PYTHONWARNINGS=ignore $(MANAGE) makemigrations --check --dry-run

check-deploy: $(DEV)
	@$(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING

check-requirements: $(DEV)
	$(PY) requirements/check.py

check-words: $(DEV)
	$(PY) -m marketplace.config.catalogues check

.PHONY: money-check manage
money-check: $(BASE) ## do the books hold? exit code 1 when they do not (ARGS=--offline: without Stripe)
	@$(MANAGE) money_check $(ARGS)

manage: $(BASE) ## any other command on this STATE, DO="recount_standing brume"
	@test -n "$(DO)" || { echo 'What? make manage DO="recount_standing brume"' >&2; exit 2; }
	@$(MANAGE) $(DO)

.PHONY: scenario
scenario: $(BASE) ## play money scenarios on a database of their own, FILES="tests/scenarios/s01.toml"
	@test -n "$(FILES)" || { echo 'Which? make scenario FILES="tests/scenarios/*.toml"' >&2; exit 2; }
	@test -n "$(DATABASE_URL)" || $(PY) -m marketplace.config.embedded start >/dev/null
	@DEBUG=1 $(MANAGE) money_scenario $(FILES)

.PHONY: money-story
money-story: $(DEV) ## so many random operations of money, N=10000 SEED=1; the books are checked all along
	@$(PY) -m tests.stories $(or $(N),10000) --seed $(or $(SEED),1)

# --- measure, show -----------------------------------------------------------

.PHONY: replay-olist bench bench-pages bench-orders bench-imports bench-search bench-search-pages
replay-olist: $(DEV) ## replay real orders through the product, DATA=folder OUT=totals.csv
	@test -n "$(DATA)" || { echo "Which? make replay-olist DATA=folder OUT=totals.csv" >&2; exit 2; }
	@$(PY) -m tests.benchmarks.olist "$(DATA)" $(if $(OUT),--out "$(OUT)")

bench: $(DEV) ## requests a second, latency, CPU and SQL of pages and orders
	@$(PY) -m tests.benchmarks

bench-pages: $(DEV) ## the pages alone; when they are painted; every page's statements and weight
	@$(PY) -m tests.benchmarks pages paint weights

bench-orders: $(DEV) ## placing orders alone
	@$(PY) -m tests.benchmarks orders

bench-imports: $(DEV) ## rows of a seller's sheet a second, DATA=folder of icecat
	@test -n "$(DATA)" || { echo "Which? make bench-imports DATA=folder" >&2; exit 2; }
	@$(PY) -m tests.benchmarks.imports "$(DATA)"

.PHONY: bench-money
bench-money: $(DEV) ## orders, releases and checks of the books on 10,000 and 1,000,000 ledger rows (ROWS=...)
	@$(PY) -m tests.benchmarks.money --large $(or $(ROWS),1000000)

bench-search: $(DEV) ## relevance and speed of search on rated queries, DATA=folder
	@test -n "$(DATA)" || { echo "Which? make bench-search DATA=folder" >&2; exit 2; }
	@$(PY) -m tests.benchmarks.search_relevance "$(DATA)"
	@$(PY) -m tests.benchmarks.search_speed "$(DATA)" $(SIZES)

bench-search-pages: $(DEV) ## whole pages of results on 100,000 products (PRODUCTS=...)
	@$(PY) -m tests.benchmarks.search_pages --products $(or $(PRODUCTS),100000)

.PHONY: shots
shots: $(DEV) ## pictures of every page of the demo at both widths in both schemes, into shots/ (ONLY=pattern)
	@$(PY) -m tests.pages.shots $(if $(ONLY),--only "$(ONLY)") $(if $(ADDRESS),--address "$(ADDRESS)")

# --- maintain ----------------------------------------------------------------

.PHONY: lock messages
lock: ## compile the ranges of pyproject.toml to exact versions with hashes (needs uv)
	$(COMPILE) pyproject.toml -o requirements/base.txt
	$(COMPILE) pyproject.toml --group dev -c requirements/base.txt -o requirements/dev.txt
	$(COMPILE) --no-deps requirements/contracts.in -o requirements/contracts.txt

messages: $(DEV) ## collect the words of pages and mails for translators
	@$(PY) -m marketplace.config.catalogues collect

# --- set-up ------------------------------------------------------------------

$(BASE): requirements/base.txt
	@PYTHON="$(PYTHON)" sh requirements/install $(VENV) $<
	@touch $@

$(DEV): requirements/dev.txt requirements/contracts.txt
	@PYTHON="$(PYTHON)" sh requirements/install $(VENV) $^
	@touch $(BASE) $@

%.mo: %.po $(BASE)
	@$(PY) -m marketplace.config.catalogues compile
