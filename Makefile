# A thin front door: meson and ninja build, the scripts in tools/ do the rest.
# make            build/tobuhi, the other programs, and the benches under build/bench/
# make run        builds, and opens the exercise
# make test       everything CI checks; the last line counts the cases
# make long       the long tests (kills, races, full disks, memory, whole feeds), and docs/long.md of what they counted
# make bench      runs the benches and writes docs/performance.md; BIG=1 up to a million machines
# make install    PREFIX=/usr/local DESTDIR=: program, exercise's data, man page, systemd unit
# make fuzz       every libFuzzer target; TIME=60 seconds each, FUZZ="feed-kev match-cpe" some of them
#                 RUNS=10000000 until each has run so many in all its calls; writes docs/fuzz.md
# make coverage   the law's tests and stories in build-cov; prints each branch of src/law that none takes; 1 if there is one
# make mcdc       the conditions that the law's tests do not show to decide by themselves, by clang 19; writes docs/coverage.md
# make lint       clang-format, cppcheck and shellcheck; make format writes the former
# make asan       build-asan: address and undefined-behaviour sanitizers
# make clang      build-clang: the second compiler
# make clean      takes the build folders away
.PHONY: all run test long bench install fuzz coverage mcdc lint format asan clang clean need

all: build/build.ninja
	ninja -C build

build/build.ninja: | need
	meson setup build

need:
	@./tools/need.sh run

# Only the program: whoever wants to look at it need not wait for the tests and the benches.
run: build/build.ninja
	ninja -C build tobuhi
	./tools/run.sh

test:
	@./tools/test.sh

long:
	@./tools/long.sh

bench:
	@./tools/need.sh run bench
	@[ -f build/build.ninja ] || meson setup build
	@[ -x build/bench/measure ] || meson setup --reconfigure build >/dev/null
	ninja -C build
	build/bench/base
	@python3 tools/bench.py build/bench/measure $(if $(BIG),1000000,100000)

# The prefix is asked of meson, which writes it into the unit; a DESTDIR stands before it and is written nowhere.
install: build/build.ninja
	@[ -z "$(PREFIX)" ] || meson configure build -Dprefix="$(PREFIX)"
	ninja -C build
	meson install -C build --no-rebuild $(if $(DESTDIR),--destdir "$(abspath $(DESTDIR))")

fuzz: build-clang/build.ninja
	@TIME="$(TIME)" FUZZ="$(FUZZ)" RUNS="$(RUNS)" ./tools/fuzz.sh

# Without optimisation, which would fold branches away. Counts of an earlier run are thrown away.
coverage: build-cov/build.ninja
	@find build-cov -name '*.gcda' -delete
	meson test -C build-cov --num-processes 2 --timeout-multiplier 5 --print-errorlogs $(COVERED)
	@python3 tools/coverage.py build-cov src/law

mcdc:
	@./tools/need.sh run test mcdc
	@./tools/mcdc.sh

COVERED = scenario-sqlite law-due law-label law-release law-rows law-preds law-edges law-decide gate-memory

build-cov/build.ninja:
	@./tools/need.sh run test
	CC=gcc meson setup build-cov -Db_coverage=true -Doptimization=0 -Dwerror=false

lint format:
	@./tools/need.sh run test
	@./tools/lint.sh $@

asan: build-asan/build.ninja
	ninja -C build-asan

# Warnings are judged by the plain builds: instrumented code makes gcc see ghosts.
build-asan/build.ninja:
	@./tools/need.sh run test
	CC=gcc meson setup build-asan -Db_sanitize=address,undefined -Doptimization=1 -Dwerror=false

clang: build-clang/build.ninja
	ninja -C build-clang

build-clang/build.ninja:
	@./tools/need.sh run test
	CC=clang meson setup build-clang

clean:
	rm -rf build build-asan build-clang build-cov build-mcdc
