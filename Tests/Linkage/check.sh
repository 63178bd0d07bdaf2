#!/usr/bin/env bash
# Builds the example app over PressRuntime, checks that it links neither Foundation nor a package,
# and runs it on drawn digits with networks that the tool has made into containers.
#
#     Tests/Linkage/check.sh COMPRESS
set -euo pipefail
compress=$(realpath "$1")
cd "$(dirname "$0")/../../docs/example"
# A build plan of before does not know of files that came or went in Press itself.
rm -f .build/debug.yaml
swift build --quiet
binary=$(swift build --show-bin-path)/example
if ldd "$binary" | grep -E 'Foundation|libicu'; then
  echo "linkage: the runtime links Foundation"
  exit 1
fi
if nm "$binary" | grep -E 'SwiftProtobuf|ArgumentParser|12PressFormats|11PressPasses' | head -3 | grep .; then
  echo "linkage: the runtime links a package or the toolkit"
  exit 1
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
models=../../Fixtures/models
make_container() { "$compress" "$@" --quiet >/dev/null; }
make_container convert "$models/lenet-5.onnx" -o "$folder/lenet-5.bin"
make_container prune --ratio 0.7 "$models/lenet-300-100.onnx" -o "$folder/pruned.bin"
make_container encode "$folder/pruned.bin" -o "$folder/lenet-300-100.bin"

# Reads seven lines of seven marks and writes 28x28 floats: 1.0 for an x, 0.0 for a dot.
draw() {
  while read -r line; do
    for _ in 1 2 3 4; do
      sed -e 's/./&&&&/g' -e 's/\./\\0\\0\\0\\0/g' -e 's/x/\\0\\0\\200?/g' <<<"$line"
    done
  done | tr -d '\n' | xargs -0 printf
}
draw >"$folder/0" <<'END'
.......
..xxx..
.x...x.
.x...x.
.x...x.
..xxx..
.......
END
draw >"$folder/4" <<'END'
.......
.x..x..
.x..x..
.xxxx..
....x..
....x..
.......
END
for digit in 0 4; do
  for network in lenet-5 lenet-300-100; do
    "$binary" "$folder/$network.bin" "$folder/$digit" >"$folder/output"
    if ! grep -q "largest is number $digit," "$folder/output"; then
      echo "linkage: expected $network to see a $digit, found"
      cat "$folder/output"
      exit 1
    fi
  done
done
cat "$folder/output"
echo "linkage: no Foundation, no packages; the example tells a 0 from a 4"
