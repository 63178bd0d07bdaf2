#!/bin/sh
# Fuzzes the readers and the engine: run.sh [seconds] [target...]
#
# Builds the targets, seeds each corpus from Fixtures/, runs each for so many seconds (600) within
# 2 GB, and prints executions and coverage. Inputs that fail are left beside the corpus, below
# .build/corpus/. Exits with 1 if any target found something.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
fixtures=$here/../../Fixtures
seconds=${1:-600}
[ $# -gt 0 ] && shift
targets=${*:-$(ls "$here/Sources")}

# The files that a target starts from; those above a megabyte would only slow it down.
seeds() {
  case $1 in
    FuzzNpy) echo "$fixtures/arrays/*.npy $fixtures/malformed/npy/*" ;;
    FuzzNpz) echo "$fixtures/arrays/*.npz $fixtures/malformed/npz/*" ;;
    FuzzSafetensors) echo "$fixtures/arrays/*.safetensors $fixtures/malformed/safetensors/*" ;;
    FuzzONNX) echo "$fixtures/onnx/*.onnx $fixtures/malformed/onnx/*" ;;
    FuzzContainer) echo "$fixtures/golden/*/*.bin $fixtures/malformed/container/*" ;;
    # Beside ONNX's own cases, if they are there, it makes models of nothing.
    FuzzEngine) echo "$fixtures/onnx/*.onnx /usr/share/libonnx-testdata/data/*/*/model.onnx" ;;
  esac
}

# The build of the package: release, so that it is fast; checked, so that overflow traps.
#
# Of several -sanitize flags the compiler obeys the last, and the package manager puts them in any
# order: both sanitizers have to stand in one flag.
build() {
  swift build --package-path "$here" -c release --sanitize=fuzzer \
    -Xswiftc -sanitize=fuzzer,address -Xcc -fsanitize=address "$@"
}

# Swift's own report of a trap gets in the way of the sanitizer's.
export SWIFT_BACKTRACE=enable=no

# A target compiled against older readers reads their types wrongly: compile all of them again.
find "$here/Sources" "$here/Support" -name '*.swift' -exec touch {} +

status=0
for target in $targets; do
  build --product "$target"
  program=$(build --show-bin-path)/$target
  corpus=$here/.build/corpus/$target
  mkdir -p "$corpus"
  for seed in $(seeds "$target"); do
    if [ -f "$seed" ] && [ "$(wc -c <"$seed")" -le 1048576 ]; then
      cp "$seed" "$corpus/$(echo "${seed#/}" | tr / _)"
    fi
  done
  log=$corpus.log
  dictionary=$here/Dictionaries/$target.dict
  [ -f "$dictionary" ] && set -- "-dict=$dictionary" || set --
  if ! "$program" -runs=0 2>&1 | grep -q "Loaded.*inline 8-bit counters"; then
    echo "$target: built without coverage" >&2
    exit 1
  fi
  echo "$target: $seconds s from $(ls "$corpus" | wc -l) files"
  if ! "$program" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=25 -max_len=65536 \
    -print_final_stats=1 -artifact_prefix="$corpus-" "$@" "$corpus" >"$log" 2>&1; then
    status=1
    echo "$target: FAILED, see $log"
    grep -E "ERROR|Fatal error|SUMMARY|Test unit" "$log" || true
  fi
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  memory=$(sed -n 's/^stat::peak_rss_mb: *//p' "$log")
  coverage=$(sed -n 's/^#.*\(cov: [0-9]* ft: [0-9]*\).*/\1/p' "$log" | tail -n 1)
  echo "$target: ${executions:-?} executions, ${coverage:-?}, peak ${memory:-?} MB"
done
exit $status
