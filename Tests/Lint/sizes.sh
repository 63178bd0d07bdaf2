#!/usr/bin/env bash
# Measures files and functions: median file below 120 lines, files at most 500 (tests 600), functions
# at most 60. Generated code aside. Prints every offender and a summary; fails if there is any.
set -euo pipefail
cd "$(dirname "$0")/../.."

files() { git ls-files "$1" | grep -E '\.(swift|c|h)$' | grep -v '\.pb\.swift$' || true; }

failed=0
check_length() { # folder limit
  while read -r file; do
    lines=$(wc -l <"$file")
    if [ "$lines" -gt "$2" ]; then
      echo "$file: $lines lines, expected at most $2"
      failed=1
    fi
  done < <(files "$1")
}
check_length Sources 500
check_length Tests 600
check_length docs 600

median=$(files Sources | xargs wc -l | grep -v ' total$' | awk '{ print $1 }' | sort -n |
  awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }')
echo "median file: $median lines of $(files Sources | wc -l) files"
if [ "$median" -ge 120 ]; then
  echo "expected a median below 120"
  failed=1
fi

# A function ends at the first line that closes a brace at its own indentation: the formatter's style.
long=$( (files Sources; files Tests; files docs) | xargs awk '
  FNR == 1 { depth = 0 }
  depth == 0 && (/^ *((@[a-zA-Z_()]+ |public |package |private |fileprivate |internal |static |mutating |consuming |nonisolated |override |convenience )*)(func |init[(<?]|deinit|subscript)/ ||
    (FILENAME ~ /\.[ch]$/ && /^[a-z].*[^;]$/ && !/^(typedef|struct|enum|union|extern|static const)/)) {
    match($0, /^ */); indent = RLENGTH; start = FNR; name = $0; depth = 1
    if ($0 ~ /\}$/) depth = 0
    next
  }
  depth == 1 {
    match($0, /^ */)
    if (RLENGTH == indent && $0 ~ /^ *\}/) {
      if ($0 ~ /\{$/) next
      if (FNR - start + 1 > 60) print FILENAME ":" start ": " FNR - start + 1 " lines, expected at most 60"
      depth = 0
    }
  }')
if [ -n "$long" ]; then
  echo "$long"
  failed=1
fi
exit "$failed"
