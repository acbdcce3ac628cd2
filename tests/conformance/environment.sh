#!/usr/bin/env bash
# Prints the Python of the private environment for the conformance run, made once for each
# requirements file. Exit code 3: the packages cannot be had (no network).
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
key="$(sha256sum "$here/requirements.txt" | cut -c1-16)"
place="${CONFORMANCE_CACHE:-$here/../../target/conformance}/$key"
if [ ! -x "$place/done" ]; then
  rm -rf "$place"
  mkdir -p "$(dirname "$place")"
  python3 -m venv "$place" >&2
  "$place/bin/pip" install --quiet --disable-pip-version-check --require-hashes \
    --only-binary :all: -r "$here/requirements.txt" >&2 || { rm -rf "$place"; exit 3; }
  printf '#!/bin/sh\n' > "$place/done" && chmod +x "$place/done"
fi
echo "$place/bin/python"
