#!/usr/bin/env bash
# Checks that the judge's model can be made again: installs what train.py needs into a virtual environment of its own, fits a
# small model on corpus/ alone, and has the program's own test read it.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=target/training-venv
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r training/requirements.txt
cargo build --release --quiet --example judge_features
"$venv/bin/python" training/train.py target/release/examples/judge_features corpus --trees 10 --out target/model.tsv
[ "$(grep -c '^tree$' target/model.tsv)" = 10 ]
grep -q '^base' target/model.tsv
echo "training: a model of 10 trees was fitted and written"
