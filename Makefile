# The front door. `make run` and `make test` do all of their own set-up on a fresh Debian 12.
# Behind it: meson.build (the program), clients/package.json (the page), tool/ (all else).

BUILD  := build
ARGS   ?=
NODE_BIN := $(CURDIR)/$(BUILD)/deps/node/bin
export PATH := $(NODE_BIN):$(PATH)
export NATTERNET_BIN ?= $(CURDIR)/$(BUILD)/natternet

.DEFAULT_GOAL := help
.PHONY: help run build check test test-all bench lint format fuzz generate setup web clean

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

run: build ## build and start the server on http://127.0.0.1:8080 (more flags: ARGS="--listen ...")
	@exec $(BUILD)/natternet serve $(ARGS)

build: web $(BUILD)/build.ninja ## build the program with its page: build/natternet
	@ninja -C $(BUILD) --quiet program

$(BUILD)/build.ninja: | web
	@meson setup $(BUILD) > $(BUILD)/setup.log || { cat $(BUILD)/setup.log; exit 1; }

setup:
	@tool/setup.sh run

web: setup
	@tool/web.sh

check: ## the quick round, under 2 minutes: one compiler, unit tests, smoke test
	@tool/setup.sh check
	@tool/test.py check

test: ## everything: both compilers, sanitizers, fuzzing, lint, scenarios, crashes, browser
	@tool/setup.sh test
	@tool/test.py test

test-all: ## and what takes long: ten minutes of a storm over three servers, all scenarios on MongoDB and NATS, some of a cluster under ASan
	@tool/setup.sh test
	@tool/test.py all

bench: build ## measure; prints figures and how they were run
	@bench/run.sh

lint: ## format, clang-tidy, gcc's analyzer, layers, headers, banned functions, documents
	@tool/setup.sh test
	@tool/test.py lint

format: ## bring all C sources into the one format
	@find src fuzz bench tests -name '*.[ch]' -not -path '*/node_modules/*' \
	    -exec clang-format -i {} +

SECONDS ?= 60
fuzz: ## fuzz every parser, SECONDS=60 each
	@tool/setup.sh test
	@tool/test.py fuzz --seconds $(SECONDS)

generate: ## bring the checked-in files made from schema/ up to date
	@tool/generate.py --checked-in

clean: ## remove what was built; what was downloaded stays
	@[ ! -d $(BUILD) ] || find $(BUILD) -mindepth 1 -maxdepth 1 ! -name deps -exec rm -rf {} +
	@rm -rf clients/*/dist clients/*/.test
