#!/usr/bin/env bash
# Writes the golden containers of the present format version. Run once when a version is released; the files
# are then never changed again, and every later reader must read them.
#
#     Tests/golden.sh
set -euo pipefail
cd "$(dirname "$0")/.."
folder=Fixtures/golden/v2
PRESS_WRITE_GOLDEN=1 swift test --filter GoldenTests.forms
(cd "$folder" && sha256sum *.bin >SHA256SUMS)
swift test --filter GoldenTests
