#!/usr/bin/env bash
# Checks that the judge's models can be made again: installs what train.py needs into a virtual environment of its own, fits
# small models on corpus/ alone.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=target/training-venv
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r training/requirements.txt
cargo build --release --quiet --example judge_features --example descent_features
"$venv/bin/python" training/train.py target/release/examples/judge_features corpus --trees 10 --out target/models
# `changes` is the mean of two fits of 6 trees each.
for model in changes:12 changed:10; do
    [ "$(grep -c '^tree$' "target/models/${model%:*}.tsv")" = "${model#*:}" ]
    grep -q '^base' "target/models/${model%:*}.tsv"
done
"$venv/bin/python" training/descent.py target/release/examples/descent_features corpus --variations 2 --out target/models/descent.tsv >target/models/descent.txt
[ "$(cut -f 1 target/models/descent.tsv)" = "$(cut -f 1 src/attribute/descent.tsv)" ]
echo "training: two models of 12 and 10 trees and the weights of descent were fitted and written"
