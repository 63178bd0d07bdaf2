# The one way to build, test and install Press; CI runs `make check`.
SHELL := /bin/bash
PREFIX ?= /usr/local
SECONDS_PER_TARGET ?= 600
BUILD := .build/release
STATIC := .build-static
MODEL := Fixtures/models/lenet-300-100.onnx
DATA := Fixtures/data/mnist_test.npz
RECIPE := Fixtures/recipes/deep-compression.yaml
CONFIGURATION ?= debug
CASES_FOLDER := /usr/share/libonnx-testdata/data

.PHONY: help packages demo test lint format check arm-packages check-arm fuzz bench cases conformance sanitize \
  interop compare docs golden install

help: ## Show what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

# Installs a Debian package, or prints the command where it may not; $(1) is the package.
define apt-install
	install="apt-get install --yes $(1)"; \
	if ! command -v apt-get >/dev/null; then echo "install what Debian calls $(1) first"; exit 1; fi; \
	if [ "$$(id -u)" = 0 ]; then apt-get update -qq && $$install; \
	elif sudo -n true 2>/dev/null; then sudo apt-get update -qq && sudo $$install; \
	else echo "missing $(1); run: sudo $$install"; exit 1; fi
endef

packages: ## Install the system packages that building needs, or print the command
	@if [ "$$(uname)" = Darwin ]; then exit 0; fi; missing=; \
	[ -e /usr/include/zlib.h ] || missing="$$missing zlib1g-dev"; \
	[ -e /usr/include/yaml.h ] || missing="$$missing libyaml-dev"; \
	ls /usr/lib*/libopenblas.so /usr/lib/*/libopenblas.so 2>/dev/null | grep -q . || missing="$$missing libopenblas-dev"; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	$(call apt-install,$$missing)

$(BUILD)/compress: packages
	swift build --configuration release --product compress

demo: $(BUILD)/compress ## Deep Compression of LeNet-300-100, measured pass after pass
	@Tests/demo.sh $(BUILD)/compress $(MODEL) $(DATA) $(RECIPE)

test: packages ## Run the tests (PRESS_DATA=folder adds those that want larger data)
	swift test --parallel

lint: ## Formatting, sizes of files and functions, import rules, warnings as errors
	swift format lint --strict --parallel --recursive Package.swift Sources Tests docs --configuration .swift-format
	Tests/Lint/sizes.sh
	Tests/Lint/imports.sh

format: ## Format every Swift file
	swift format --in-place --parallel --recursive Package.swift Sources Tests docs --configuration .swift-format

check: lint test demo ## Everything that CI runs
	Tests/Linkage/check.sh $(BUILD)/compress
	Tests/Kernels/check-arm.sh --if-possible

arm-packages:
	@if command -v aarch64-linux-gnu-gcc >/dev/null && command -v qemu-aarch64 >/dev/null \
	  && [ -e /usr/aarch64-linux-gnu/include/stdio.h ]; then exit 0; fi; \
	$(call apt-install,gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user)

check-arm: arm-packages ## Check the C kernels for 64-bit Arm under an emulator (installs it)
	Tests/Kernels/check-arm.sh

fuzz: packages ## Run every fuzzer for SECONDS_PER_TARGET (600)
	Tests/Fuzz/run.sh $(SECONDS_PER_TARGET)

bench: packages ## Measure coding, kernels and passes (BENCH=dense, coding, passes, svd or prune for one of them)
	cd Tests/Benchmarks && swift run --configuration release benchmarks $(BENCH)

cases:
	@if [ -d $(CASES_FOLDER) ]; then exit 0; fi; \
	$(call apt-install,libonnx-testdata)

conformance: packages cases ## ONNX's own test cases, a table by operator (PRESS_CASES=Conv,*pool* chooses)
	swift test --configuration $(CONFIGURATION) --filter ConformanceTests

sanitize: packages cases ## Run the engine's tests under the address, undefined and thread sanitizers
	Tests/sanitize.sh $(SANITIZERS)

interop: $(BUILD)/compress ## Round trips and outputs against ONNX Runtime (needs python3 and PyPI)
	Tests/Interop/interop.sh $(BUILD)/compress

compare: $(BUILD)/compress ## Whole networks against ONNX Runtime: outputs, speed, memory (needs PRESS_DATA, python3, PyPI)
	Tests/Interop/python.sh Tests/Interop/compare_with_onnxruntime.py $(BUILD)/compress $(COMPARE)

docs: ## Build the API documentation
	PRESS_DOCS=1 swift package --allow-writing-to-directory .build/docs \
	  generate-documentation --target Press --output-path .build/docs

golden: packages ## Write this version's golden containers (once, at a release)
	Tests/golden.sh

install: packages ## Install one static binary, its man page and completions below PREFIX
	swift build --configuration release --product compress --static-swift-stdlib \
	  -Xlinker --gc-sections --scratch-path $(STATIC)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions \
	  $(DESTDIR)$(PREFIX)/share/zsh/site-functions $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -s -m 755 $(STATIC)/release/compress $(DESTDIR)$(PREFIX)/bin/compress
	$(STATIC)/release/compress manual >$(DESTDIR)$(PREFIX)/share/man/man1/compress.1
	$(STATIC)/release/compress --generate-completion-script bash \
	  >$(DESTDIR)$(PREFIX)/share/bash-completion/completions/compress
	$(STATIC)/release/compress --generate-completion-script zsh \
	  >$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_compress
	$(STATIC)/release/compress --generate-completion-script fish \
	  >$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/compress.fish
