# Each command does all its set-up. What it installs goes into .venv and
# frontend/node_modules; on Debian as root, missing system packages are
# installed with apt.

PYTHON ?= python3
DEMO_FLAGS ?=
SOAK_FLAGS ?=

BIN := .venv/bin
export TF_CPP_MIN_LOG_LEVEL ?= 3

.DEFAULT_GOAL := help
.PHONY: help demo test fuzz bench accuracy soak check frontend format lock proto clean

help:
	@echo "make demo      train a sweep of weight decay and show it in TensorBoard"
	@echo "make test      run every check and every test"
	@echo "make fuzz      ask the plugin about 100 000 nonsensical inputs"
	@echo "make bench     measure what writer and server cost; takes some minutes"
	@echo "make accuracy  measure how often verdicts are right; takes some minutes"
	@echo "make soak      let 50 clients ask a server for a minute"
	@echo "make check     format, lint, types, layers, and the committed page"
	@echo "make format    format the sources"
	@echo "make frontend  rebuild the committed page"
	@echo "make lock      pin the newest versions of the Python dependencies"
	@echo "make proto     regenerate the format's code from wdnorm.proto"

demo: .venv/demo
	$(BIN)/tb-wdnorm demo $(DEMO_FLAGS)

test: check
	cd frontend && npm test
	CHROMIUM="$$(scripts/chromium)" && export CHROMIUM && \
		$(BIN)/python -m pytest --numprocesses auto --dist loadfile

fuzz: .venv/dev
	$(BIN)/python -m tests.fuzz

bench: .venv/dev
	@CHROMIUM="$$(scripts/chromium)" && export CHROMIUM && $(BIN)/python -m benchmarks

accuracy: .venv/dev
	@$(BIN)/python -m accuracy

soak: .venv/dev
	@$(BIN)/python -m benchmarks.soak $(SOAK_FLAGS)

check: .venv/dev frontend/node_modules/.package-lock.json
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd frontend && npm run check
	scripts/check_page

frontend: frontend/node_modules/.package-lock.json
	cd frontend && npm run build

format: .venv/dev frontend/node_modules/.package-lock.json
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	cd frontend && npm run format

lock: .venv/dev
	scripts/lock

proto: .venv/proto
	.venv/proto/bin/python -m grpc_tools.protoc \
		-I. --python_out=. --pyi_out=. tb_wdnorm/wdnorm.proto

clean:
	rm -rf .venv build dist frontend/node_modules wdnorm-demo screenshots

.venv/demo: requirements/demo.txt setup.py
	scripts/venv $(PYTHON) .venv
	$(BIN)/pip install --quiet --requirement requirements/demo.txt
	$(BIN)/pip install --quiet --no-deps --editable .
	touch $@

.venv/dev: requirements/dev.txt requirements/torch.txt .venv/demo
	$(BIN)/pip install --quiet --requirement requirements/dev.txt
	$(BIN)/pip install --quiet --requirement requirements/torch.txt
	touch $@

# Code of this old protoc runs on every protobuf that TensorFlow admits, but it
# cannot be installed beside today's.
.venv/proto: .venv/demo
	$(PYTHON) -m venv $@
	$@/bin/pip install --quiet grpcio-tools==1.62.3 "setuptools<81"

frontend/node_modules/.package-lock.json: frontend/package-lock.json
	scripts/require_node
	cd frontend && npm ci --no-audit --no-fund
	touch $@
