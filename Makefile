# A thin front door: meson and ninja build, the scripts in tools/ do the rest.
# make            build/tobuhi, the other programs, and the benches under build/bench/
# make run        builds, and opens the exercise
# make test       everything CI checks; the last line counts the cases
# make bench      runs the benches
# make lint       clang-format, cppcheck and shellcheck; make format writes the former
# make asan       build-asan: address and undefined-behaviour sanitizers
# make clang      build-clang: the second compiler
# make clean      takes the build folders away
.PHONY: all run test bench lint format asan clang clean need

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

bench: all
	@./tools/need.sh bench
	@for b in build/bench/*; do if [ -f $$b ] && [ -x $$b ]; then echo "== $$b"; $$b || exit 1; fi; done

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
	rm -rf build build-asan build-clang
