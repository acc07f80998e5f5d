# `make up` is all that a fresh checkout needs; the README says what to do next.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: up demo test attack bench clean

up: $(BIN)/interactor
	$(BIN)/interactor local up

demo: $(BIN)/interactor
	$(BIN)/interactor local demo

test: .venv/with-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/cfn-lint template.yaml
	$(BIN)/pytest

attack: .venv/with-dev # longer than `make test` may take; docs/attacks.md says what it tries
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[fuzz]'
	ATTACK_EXAMPLES=$(or $(EXAMPLES),300) $(BIN)/pytest tests/api/openapi/test_conformance.py tests/attacks tests/attacks/on_the_stack.py
	$(BIN)/python -m fuzzing --seconds $(or $(SECONDS),30)

bench: .venv/with-dev # ARGS=--quick, ARGS=key_heat; docs/performance.md says what the figures mean
	$(BIN)/python -m benchmarks $(ARGS)

clean: # stops the stack and removes all that was made: data, environments, caches
	if [ -x $(BIN)/interactor ]; then $(BIN)/interactor local down; fi
	rm -rf .venv .local .aws-sam .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/interactor: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	touch $@

.venv/with-dev: $(BIN)/interactor
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@
