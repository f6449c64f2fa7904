# tcpfault: everything that is typed often. `make help` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory --no-builtin-rules
.DEFAULT_GOAL := help

# One configuration for programs and tests, so that nothing is ever built twice: optimised, and open to @testable.
# The standard library is linked dynamically, since the toolchain has no static Testing library; `install` links its
# own copy statically.
BUILD := swift build --configuration release -Xswiftc -enable-testing
TEST := swift test --configuration release --skip-build
BIN := .build/release
TCPFAULT := $(BIN)/tcpfault

PREFIX ?= /usr/local
DESTDIR ?=
NAME ?=
SET ?=
FAMILY ?=
# A kernel that `tcpfault kernels` keeps, to run on in virtual time: 6.1
KERNEL ?=
# An image that `podman save` wrote, for `make containers`; and whether its table is written anew rather than compared.
IMAGE ?=
RECORD ?=
# Combinations of parameters that may last longer are left out of oracle-check.
LONGEST ?= 150
# Scenarios that are short on a slow processor.
VIRTUAL := connect-timeout syn-lost-twice syn-ack-lost-once connection-refused accept-overflow-rst
# Further arguments for tcpfault run and swift test.
ARGS ?=

PACKAGES := libmnl-dev pkg-config
# Those that `make virtual` tries.
KERNELS := 6.1 6.12

# What is missing, the packages that bring it: installed by root where there is apt, otherwise the line to run is named.
define install
	if [ "$$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
	    echo "make: missing: $(1). Install it and try again; on Debian and Ubuntu:" >&2
	    echo "    sudo apt-get update && sudo apt-get install --yes --no-install-recommends $(2)" >&2
	    exit 1
	fi
	echo "+ apt-get update && apt-get install --yes --no-install-recommends $(2)"
	export DEBIAN_FRONTEND=noninteractive
	apt-get update --quiet --quiet
	apt-get install --yes --no-install-recommends $(2)
endef

.PHONY: help
help: ## this list
	@echo "tcpfault: break the life of a TCP connection on purpose, and check that Linux reacts as its sysctls say."
	echo
	awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-22s %s\n", $$1, $$2 }' Makefile
	echo
	echo "Settings of make scenario: NAME=synflood SET='[HOST:]KEY=VALUE …' FAMILY=ipv4|ipv6 KERNEL=6.1 ARGS='--hold …'"
	echo "The first command that needs something which is missing installs it (as root) or names the line to run."

.PHONY: build
build: setup ## the programs and the tests
	@$(BUILD) --build-tests

.PHONY: programs
programs: setup ## the programs alone
	@$(BUILD) --product tcpfault-run
	$(BUILD) --product tcpfault

.PHONY: setup
setup: ## what building needs, installed where that is allowed
	@if ! command -v swift > /dev/null; then
	    echo "make: swift is missing; tcpfault needs Swift 6.3 (https://www.swift.org/install/linux)" >&2
	    exit 1
	fi
	if pkg-config --exists libmnl 2> /dev/null; then exit 0; fi
	$(call install,libmnl and its headers or pkg-config,$(PACKAGES))

.PHONY: scenario
scenario: ## one scenario on the real kernel: NAME=synflood
	@if [ -z "$(NAME)" ]; then
	    echo "make: say which: make scenario NAME=synflood. There are:" >&2
	    find scenarios -name '*.yaml' -printf '    %f\n' | sed 's/\.yaml$$//' | sort >&2
	    exit 2
	fi
	$(MAKE) programs
	if [ -n "$(KERNEL)" ]; then $(MAKE) kernels KERNELS='$(KERNEL)'; fi
	exec $(TCPFAULT) run '$(NAME)' $(if $(KERNEL),--kernel '$(KERNEL)') $(foreach setting,$(SET),--set '$(setting)') \
	    $(foreach family,$(FAMILY),--family '$(family)') $(ARGS)

.PHONY: emulator
emulator: ## QEMU for other kernels, installed where that is allowed
	@if command -v qemu-system-x86_64 > /dev/null || [ -n "$${TCPFAULT_QEMU:-}" ]; then exit 0; fi
	$(call install,qemu-system-x86_64,qemu-system-x86)

.PHONY: kernels
kernels: programs emulator ## the kernels that `make virtual` tries, kept in the user's cache: KERNELS='6.1 6.12'
	@for kernel in $(KERNELS); do
	    $(TCPFAULT) kernels list --format json | grep --quiet "\"name\" : \"$$kernel\"" || $(TCPFAULT) kernels add "$$kernel"
	done

.PHONY: check
check: lint build ## the fast half of the tests: no privileges, no waiting
	@$(TEST) --skip 'LabTests\.' --skip 'ProgramTests\.' $(ARGS)

.PHONY: lint
lint: setup ## the format of every Swift file
	@swift format lint --strict --parallel --recursive Package.swift Sources Tests
	echo "lint: clean"

.PHONY: test
test: setup ## everything: lint, house rules, unit tests, scenarios on the real kernel, counter-runs, short sweep
	@# What is asked of other programs is fetched while the compiler works.
	$(MAKE) --jobs 2 build tools
	status=0
	$(MAKE) --keep-going LONGEST=12 lint unit scenarios scenarios-must-fail oracle-check || status=$$?
	# These wait for other programs more than for a processor.
	$(MAKE) --keep-going --jobs 2 --output-sync=line reports containers integrations virtual || status=$$?
	exit $$status

.PHONY: tools
tools: ## the programs of others that the tests ask, as far as they can be had
	@for part in readers runners engines emulator; do
	    $(MAKE) $$part || echo "$$part: some cannot be had (see above), and are skipped"
	done

.PHONY: unit
unit: build ## the tests in Swift, with those that need a kernel
	@mkdir -p results
	$(TEST) --xunit-output results/tests.xml $(ARGS)

.PHONY: scenarios
scenarios: programs ## every scenario on the real kernel
	@$(TCPFAULT) run --all --retry 2 $(ARGS)

.PHONY: scenarios-must-fail
scenarios-must-fail: programs ## counter-runs: without its cause, by a bent law, by a misplaced drop nothing may pass
	@status=0
	$(TCPFAULT) run --all --must-fail --retry 2 $(ARGS) || status=$$?
	$(TCPFAULT) run connect-timeout syn-lost-twice syn-ack-lost-once connection-refused unreachable-route-blocking half-open-limit half-open-256 effective-backlog accept-overflow-drop accept-overflow-rst accept-overflow-recovers accept-overflow-forgotten syn-cookies-cost fin-lost fin-wait-2 keepalive data-lost --must-fail --counter-run bent-law --retry 2 $(ARGS) || status=$$?
	$(TCPFAULT) run connect-timeout --must-fail --counter-run misplaced-drop $(ARGS) || status=$$?
	exit $$status

.PHONY: oracle-check
oracle-check: programs ## the laws against the kernel itself, over many parameters: LONGEST=150 (seconds)
	@$(TCPFAULT) oracle-check --longest $(LONGEST) $(ARGS)

.PHONY: reports
reports: programs ## reports in all formats, read by others' readers: kunit.py, prove, tap.py, xmllint, check-jsonschema
	@$(MAKE) readers || echo "reports: some readers cannot be had (see above), and are skipped"
	Tests/reports/check.sh $(BIN)

.PHONY: readers
readers: ## the readers that `make reports` asks: system packages where root has apt, the rest below .build
	@mkdir -p .build/readers
	cd .build/readers
	status=0
	[ -x bin/pip ] || python3 -m venv . || status=1
	bin/pip install --quiet --disable-pip-version-check check-jsonschema junitparser tap.py || status=1
	if [ ! -s junit-10.xsd ]; then
	    bin/pip download --quiet --disable-pip-version-check --no-deps --no-binary :all: --dest . pytest &&
	        tar --extract --gzip --to-stdout --wildcards --file pytest-*.tar.gz '*/junit-10.xsd' > junit-10.xsd || status=1
	fi
	for program in xmllint chromium tshark tcpdump groff; do command -v $$program > /dev/null || missing=1; done
	if [ -n "$${missing:-}" ]; then
	    $(call install,xmllint or chromium or tshark or tcpdump or groff,libxml2-utils chromium tshark tcpdump groff)
	fi
	$(MAKE) --directory '$(CURDIR)' selftests || status=1
	exit $$status

.PHONY: integrations
integrations: programs ## integrations/, by vendors' schemas and by the runners: kirk, tmt, prove, avocado, kselftest, Slurm
	@$(MAKE) runners || echo "integrations: some runners cannot be had (see above), and are skipped"
	Tests/integrations/check.sh $(BIN)

.PHONY: selftests
selftests: ## kunit.py and the runner of kselftest, from the sources of Linux: below .build
	@if [ -s .build/linux/tools/testing/kunit/kunit.py ]; then exit 0; fi
	if ! ls /usr/src/linux-source-* > /dev/null 2>&1; then
	    $(call install,the sources of Linux,linux-source-$(firstword $(KERNELS)))
	fi
	rm -rf .build/linux .build/linux.part
	mkdir -p .build/linux.part
	tests='*/tools/testing'
	tar --extract --directory .build/linux.part --strip-components 1 \
	    --file "$$(find /usr/src/linux-source-*.tar.* | head -n 1)" --wildcards "$$tests/kunit/*.py" \
	    "$$tests/selftests/kselftest/*" "$$tests/selftests/run_kselftest.sh" "$$tests/selftests/lib.mk"
	mv .build/linux.part .build/linux

.PHONY: runners
runners: ## the runners that `make integrations` asks: system packages where root has apt, the rest below .build
	@mkdir -p .build/runners
	cd .build/runners
	status=0
	[ -x bin/pip ] || python3 -m venv . || status=1
	bin/pip install --quiet --disable-pip-version-check avocado-framework check-jsonschema kirk kubernetes-validate pyyaml \
	    tmt voluptuous || status=1
	# Of LAVA two folders are wanted, and none of what it depends on.
	if [ ! -d lava/usr ]; then
	    mkdir -p lava
	    (cd lava && { apt-get download --quiet --quiet lava-common lava-dispatcher 2> /dev/null ||
	        { apt-get update --quiet --quiet && apt-get download --quiet --quiet lava-common lava-dispatcher; }; } &&
	        for package in *.deb; do dpkg-deb --extract "$$package" .; done) || status=1
	fi
	for program in slurmctld slurmd munged rsync shellcheck ip; do
	    command -v $$program > /dev/null || missing=1
	done
	if [ -n "$${missing:-}" ]; then
	    $(call install,slurm or munge or rsync or shellcheck,slurmctld slurmd slurm-client munge rsync shellcheck iproute2)
	fi
	$(MAKE) --directory '$(CURDIR)' selftests || status=1
	exit $$status

.PHONY: containers
containers: programs ## podman, bubblewrap, systemd-nspawn and docker run it with the least privilege; IMAGE=FILE
	@$(MAKE) engines || echo "containers: some tools cannot be had (see above), and are skipped"
	IMAGE='$(IMAGE)' RECORD='$(RECORD)' Tests/containers/check.sh $(BIN)

.PHONY: engines
engines: ## what `make containers` runs it with, but for docker, which starts a daemon: installed where that is allowed
	@missing=
	for tool in podman runc bwrap systemd-nspawn setpriv; do command -v $$tool > /dev/null || missing+=" $$tool"; done
	if [ -z "$$missing" ]; then exit 0; fi
	$(call install,$$missing,podman runc golang-github-containers-common uidmap bubblewrap systemd-container)

.PHONY: virtual
virtual: build ## other kernels in virtual time: the same bytes twice, what changed from 6.1 to 6.12, a short sweep on each
	@if ! $(MAKE) kernels; then echo "virtual: skipped, since there are no other kernels here (see above)"; exit 0; fi
	status=0
	$(TCPFAULT) run $(VIRTUAL) --kernel $(lastword $(KERNELS)) --twice || status=$$?
	$(TCPFAULT) compare $(KERNELS:%=--kernel %) connect-timeout-default $(VIRTUAL) || status=$$?
	for kernel in $(KERNELS); do
	    $(TCPFAULT) oracle-check --kernel $$kernel --law syn-retransmission --draw 10 --longest 20 || status=$$?
	done
	export TCPFAULT_TEST_KERNEL=$(firstword $(KERNELS)) TCPFAULT_KERNELS="$$($(TCPFAULT) kernels list --where)"
	$(TEST) --filter ProgramTests.GuestTests || status=$$?
	exit $$status

.PHONY: oracle-check-kernels
oracle-check-kernels: kernels ## the laws against other kernels, in virtual time, over many more parameters
	@status=0
	for kernel in $(KERNELS); do $(TCPFAULT) oracle-check --kernel $$kernel --draw 40 $(ARGS) || status=$$?; done
	exit $$status

.PHONY: benchmark
benchmark: programs ## time to build hosts, to run, memory; rate of a flood, capture: beside ip, tc and hping3
	@exec bash Tests/benchmark.sh $(BIN)

# The installed programs must run where no Swift toolchain is, hence a static build beside the common one.
.PHONY: install
install: setup ## the programs, scenarios, manual page and completions below PREFIX=/usr/local (DESTDIR= for packagers)
	@swift build --configuration release --static-swift-stdlib --scratch-path .build/install --product tcpfault
	swift build --configuration release --static-swift-stdlib --scratch-path .build/install --product tcpfault-run
	root='$(DESTDIR)$(PREFIX)'
	install -d "$$root/bin" "$$root/share/tcpfault"
	install --strip --mode 755 .build/install/release/tcpfault .build/install/release/tcpfault-run "$$root/bin"
	for folder in scenarios netns; do
	    rm -rf "$$root/share/tcpfault/$$folder"
	    cp -R "$$folder" "$$root/share/tcpfault/$$folder"
	done
	# Where shells and man(1) look for them.
	give() {
	    install -d "$$(dirname "$$root/share/$$1")"
	    "$$root/bin/tcpfault" "$${@:2}" > "$$root/share/$$1"
	}
	give man/man1/tcpfault.1 manual
	give bash-completion/completions/tcpfault --generate-completion-script bash
	give zsh/site-functions/_tcpfault --generate-completion-script zsh
	give fish/vendor_completions.d/tcpfault.fish --generate-completion-script fish
	echo "installed $$root/bin/tcpfault, $$root/bin/tcpfault-run and $$root/share/tcpfault"

.PHONY: uninstall
uninstall: ## what install put there
	@cd '$(DESTDIR)$(PREFIX)'
	rm -rf bin/tcpfault bin/tcpfault-run share/tcpfault share/man/man1/tcpfault.1
	rm -f share/bash-completion/completions/tcpfault share/zsh/site-functions/_tcpfault share/fish/vendor_completions.d/tcpfault.fish

.PHONY: clean
clean: ## what was built, and the results
	@rm -rf .build results
