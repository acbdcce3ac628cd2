# `make run` and `make test` are the two commands of the README; the rest stands beside them.
.DELETE_ON_ERROR:
.PHONY: run dev test test-rust test-web test-browser conformance lint bench generate client tools-for-tests python clean

CARGO ?= cargo
NPM ?= npm
LISTEN ?= 127.0.0.1:8765
CHROMIUM_PATH ?= $(shell command -v chromium || echo /usr/bin/chromium)
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
export CHROMIUM_PATH

NODE_MODULES := web/node_modules/.package-lock.json

# The copilot on the sample estate, with the built-in planner: no tenant, no key.
run: client
	REQUIRE_UI=1 $(CARGO) build --release --locked
	target/release/opscopilot serve --listen $(LISTEN)

# The same, with the client served by Vite as you edit it.
dev: $(NODE_MODULES)
	$(CARGO) build --locked
	trap 'kill 0' EXIT; \
	target/debug/opscopilot serve --listen $(LISTEN) --allow-origin http://localhost:5173 & \
	cd web && OPSCOPILOT_URL=http://$(LISTEN) $(NPM) run dev

# Everything: installs what tests need on a bare machine, then Rust, client and browser.
test: tools-for-tests client test-rust test-web test-browser

test-rust: client
	REQUIRE_UI=1 $(CARGO) test --locked --quiet

test-web: $(NODE_MODULES)
	cd web && $(NPM) test

test-browser: tools-for-tests client
	REQUIRE_UI=1 $(CARGO) build --locked
	cd web && OPSCOPILOT_BIN=$(CURDIR)/target/debug/opscopilot $(NPM) run test:browser

# Microsoft's Python management SDKs, pinned, against the sample estate. Without a network the
# packages cannot be had: that is an error in CI only.
conformance: python
	$(CARGO) build --locked --quiet
	@python=$$(tests/conformance/environment.sh) || { \
	  test -z "$$CI" && echo "conformance: skipped, PyPI cannot be reached" && exit 0; exit 1; }; \
	PYTHONDONTWRITEBYTECODE=1 "$$python" tests/conformance/run.py target/debug/opscopilot

lint: client
	$(CARGO) fmt --check
	REQUIRE_UI=1 $(CARGO) clippy --locked --all-targets -- -D warnings
	cd web && $(NPM) run lint

# Speed, beside a bare relay in the same run. Prints; never fails on a figure.
bench: client
	REQUIRE_UI=1 $(CARGO) bench --locked --bench spine

# What is generated from the Rust types: the schemas, the client's types, the tool catalogue, the
# table of menus.
generate: $(NODE_MODULES)
	UPDATE=1 $(CARGO) test --locked --quiet --test integration -- schema catalog menu
	cd web && $(NPM) run types

client: $(NODE_MODULES)
	cd web && $(NPM) run --silent build

$(NODE_MODULES): web/package.json web/package-lock.json
	cd web && $(NPM) ci --no-audit --no-fund

tools-for-tests:
	@command -v chromium >/dev/null || test -x "$(CHROMIUM_PATH)" || \
	  { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; }

python:
	@python3 -c 'import venv, ensurepip' 2>/dev/null || \
	  { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends python3 python3-venv; }

clean:
	$(CARGO) clean
	rm -rf web/dist web/node_modules
