# make          everything: environment, the default study, where to look
# make test     everything that must hold
# make help     the other targets

PYTHON ?= python3
CORES ?= $(shell nproc 2>/dev/null || echo 2)
BIN := .venv/bin
STUDIES := $(patsubst studies/%/config.yaml,%,$(wildcard studies/*/config.yaml))
SNAKEMAKE := $(BIN)/snakemake --cores $(CORES)

.DEFAULT_GOAL := all
.PHONY: all test new-study studies moved print gallery lint types unit format lock readme benchmark reconstruct validate clean help

all: .venv/.installed
	$(SNAKEMAKE)

## new-study FROM=export.csv [NAME=my-study]: draft the folder of a study from a table
new-study: .venv/.installed
	@test -n "$(FROM)" || { echo "Name the export: make new-study FROM=path/to/export.csv"; exit 2; }
	@$(BIN)/python scripts/new_study.py "$(FROM)" $(if $(NAME),--name "$(NAME)")

## studies: run the studies in studies/ and lay their scorecards side by side (study-cgd runs one)
studies: $(addprefix study-,$(STUDIES))
	$(SNAKEMAKE) compare_studies

study-%: .venv/.installed
	$(SNAKEMAKE) --directory studies/$* --snakefile Snakefile

## moved: what changed since the run before
moved: .venv/.installed
	$(SNAKEMAKE) compare_runs

## print: every figure one journal column wide, in results/figures/85mm
print: .venv/.installed
	$(SNAKEMAKE) print_figures

## gallery: Snakemake's own report, with rules, code and run times, in results/gallery.zip
gallery: all
	$(BIN)/snakemake --report results/gallery.zip

test: lint types unit

## lint: style of Python, of the workflow, and the workflow's own checks
lint: .venv/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/snakemake --lint

## types: mypy, strict, on the library
types: .venv/.installed
	$(BIN)/mypy

## unit: the tests, whole runs of the pipeline included
unit: .venv/.installed
	$(BIN)/python -m pytest -n $(CORES) --dist loadgroup -q

## format: bring Python and the workflow into their form
format: .venv/.installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/snakefmt Snakefile workflow

## lock: resolve requirements.in anew into requirements.lock
lock: .venv/.installed
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-header --no-annotate requirements.in --output-file requirements.lock

## readme: write the generated parts of README and docs anew, and the picture (needs a browser)
readme: all studies
	$(BIN)/python scripts/write_readme.py
	$(BIN)/python scripts/write_reference.py
	$(BIN)/python scripts/take_screenshot.py

## reconstruct: make the default study's raw tables anew and compare them with data/raw
reconstruct: .venv/.installed
	$(SNAKEMAKE) reconstruct

## benchmark: time the pipeline and the statistics as ratios
benchmark: .venv/.installed
	$(BIN)/python -m benchmarks.pipeline
	$(BIN)/python -m benchmarks.statistics

## validate: try the methods on simulated cohorts, and write docs/validation.*
validate: .venv/.installed
	$(SNAKEMAKE) validate_methods
	$(BIN)/python scripts/write_validation.py

## clean: remove what can be made again
clean:
	rm -rf results studies/*/results .snakemake studies/*/.snakemake

help:
	@sed -n 's/^# \(make *[a-z]*\)   *\(.*\)/\1|\2/p; s/^## \([^:]*\): /make \1|/p' Makefile | \
	    awk -F'|' '{ sub(/ +$$/, "", $$1); printf "%-48s%s\n", $$1, $$2 }'

# Pip installs exactly what the lock names and checks every file's hash.
.venv/.installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Try: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	    { echo "This Python cannot make environments. On Debian: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements.lock
	@touch $@
