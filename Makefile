# `make claims`, `make test` and `make docs` each make the virtual environment they need; nothing but Python 3.11+ is assumed.
PYTHON ?= python3
JUDGE := .venv-judge
DEV := .venv
DOCS := .venv-docs
ARGS ?=
WORKERS ?= 2
QUOTED := bootstrap-units,multiverse
PYTEST = $(DEV)/bin/python -m pytest tests/ -n $(WORKERS) --dist worksteal

.PHONY: claims findings test slow check docs outside browser bench calibrate models break mutants clean

claims: $(JUDGE)/ready ## judge every claim on every recorded subject: no torch
	$(JUDGE)/bin/python -m pytest claims/ $(ARGS)

findings: $(JUDGE)/ready ## the same, and write FINDINGS.md, with the checks that it quotes
	$(JUDGE)/bin/python -m pytest claims/ --claims-findings FINDINGS.md --claims-robustness=$(QUOTED) $(ARGS)

test: $(DEV)/ready ## test the harness and the laboratory
	$(PYTEST) -m "not slow" $(ARGS)

slow: $(DEV)/ready ## the tests that take long, and four times as many examples of those that draw them
	$(PYTEST) -m "slow or hypothesis" --hypothesis-profile=thorough $(ARGS)

check: $(DEV)/ready ## lint, types, all tests
	$(DEV)/bin/ruff check .
	$(DEV)/bin/ruff format --check .
	$(DEV)/bin/mypy
	$(PYTEST) --hypothesis-profile=thorough $(ARGS)

docs: $(DOCS)/ready ## build the site of the documentation, in which a warning is an error: build/site/index.html
	NO_MKDOCS_2_WARNING=1 $(DOCS)/bin/mkdocs build --strict $(ARGS)

outside: $(DEV)/ready ## the wheel in an empty environment, with other plugins: needs the package index
	$(DEV)/bin/python tests/outside.py

browser: $(DEV)/ready ## the page in a browser: needs Debian's chromium
	$(DEV)/bin/python -m pytest tests/browser.py $(ARGS)

bench: $(DEV)/ready ## speed, as ratios measured side by side; BENCH_FULL=1 adds the full battery, BENCH_BEFORE names the code before
	$(DEV)/bin/python -m pytest benchmarks/ $(ARGS)

calibrate: $(DEV)/ready ## hold verdicts, chance and power against worlds of which the truth is known
	$(DEV)/bin/python -m pytest tests/calibrate.py $(ARGS)

models: $(DEV)/ready ## every type of network against plain transformers and PEFT; writes the table in docs/models.md
	$(DEV)/bin/python -m pytest tests/models.py $(ARGS)

break: $(DEV)/ready ## kill, damage, fill and mutate, at most 20 minutes; writes reports/endurance.md
	$(DEV)/bin/python tests/endurance $(ARGS)

mutants: $(DEV)/ready ## change the code of statistics and verdicts in 400 small ways: which do the tests not notice?
	$(DEV)/bin/python tests/mutants $(if $(SEED),--seed $(SEED)) $(if $(COUNT),--count $(COUNT)) $(ARGS)

clean:
	rm -rf $(JUDGE) $(DEV) $(DOCS)

$(JUDGE)/ready: pyproject.toml
	$(PYTHON) -m venv $(JUDGE)
	$(JUDGE)/bin/python -m pip install --quiet --editable .
	touch $@

$(DOCS)/ready: pyproject.toml
	$(PYTHON) -m venv $(DOCS)
	$(DOCS)/bin/python -m pip install --quiet --editable '.[docs]'
	touch $@

$(DEV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(DEV)
	$(DEV)/bin/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@
