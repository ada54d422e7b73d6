#!/usr/bin/env python3
"""Writes encoder and comparer as the folder that `wirecopy --model` reads; docs/model.md describes the files.

    pack.py CHECKPOINT FOLDER [--calibrations FILE]
"""
import argparse, json, os, sys
import torch

GROUP = 32                                          # components of a word's vector that share a scale
EVEN = dict(bias=0.0, weights=[0.5, 0.5, 0.0, 0.0])
UNFITTED = dict(changed=EVEN, partly=EVEN, drift=EVEN, marked=EVEN, first=0.5, beside=0.3)


def quarters(words):
    """Words as 4-bit numbers -7..=7 and a scale for each group of 32 components."""
    rows, width = words.shape
    grouped = words.view(rows, width // GROUP, GROUP)
    scales = (grouped.abs().amax(2) / 7).clamp(min=1e-4).half().float()
    return torch.round(grouped / scales[:, :, None]).clamp(-7, 7).to(torch.int8), scales


def coarse(words):
    """Words as they are once packed."""
    numbers, scales = quarters(words)
    return (numbers.float() * scales[:, :, None]).view(words.shape)


def bytes_of(weight):
    """A matrix as 8-bit numbers and a scale for each row."""
    scales = (weight.abs().amax(1) / 127).clamp(min=1e-8)
    return torch.round(weight / scales[:, None]).clamp(-127, 127).to(torch.int8), scales


def dense(out, name, linear):
    out[name + ".weight"], out[name + ".scale"] = bytes_of(linear.weight)
    out[name + ".bias"] = linear.bias


def norm(out, name, of):
    out[name + ".weight"], out[name + ".bias"] = of.weight, of.bias


def pack(encoder, comparer, longest):
    numbers, scales = quarters(encoder.words.data)
    numbers = (numbers.view(len(numbers), -1) + 8).to(torch.uint8)
    out = {"words": numbers[:, 0::2] | numbers[:, 1::2] << 4, "words.scale": scales.half(), "positions": encoder.positions[:longest].half(),
           "kinds": comparer.kinds, "sides": comparer.sides, "near": comparer.near}
    norm(out, "norm", encoder.norm); norm(out, "enter_norm", comparer.norm)
    dense(out, "enter", comparer.enter)
    for name, layers in (("encoder", encoder.layers), ("comparer", comparer.layers)):
        for k, layer in enumerate(layers):
            for part in ("qkv", "out", "up", "down"):
                dense(out, f"{name}.{k}.{part}", getattr(layer, part))
            for part in ("norm1", "norm2"):
                norm(out, f"{name}.{k}.{part}", getattr(layer, part))
    for name in ("pieces", "pair"):
        norm(out, name, getattr(comparer, name))
    return {k: v.detach().contiguous() for k, v in out.items()}


if __name__ == "__main__":
    from safetensors.torch import save_file
    from encoder import COMPARER, INNER, LAYERS, LONGEST, TAPS, WIDTH, Comparer, Encoder, find_encoder
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("checkpoint"); ap.add_argument("folder"); ap.add_argument("--calibrations")
    args = ap.parse_args()
    encoder, comparer = Encoder(find_encoder()), Comparer()
    comparer.load_state_dict(torch.load(args.checkpoint))
    os.makedirs(args.folder, exist_ok=True)
    save_file(pack(encoder, comparer, LONGEST), os.path.join(args.folder, "model.safetensors"))
    tokenizer = json.load(open(os.path.join(find_encoder(), "tokenizer.json"), encoding="utf-8"))
    vocabulary = sorted(tokenizer["model"]["vocab"].items(), key=lambda x: x[1])
    assert [n for _, n in vocabulary] == list(range(len(vocabulary)))
    with open(os.path.join(args.folder, "vocab.txt"), "w", encoding="utf-8") as f:
        f.writelines(piece + "\n" for piece, _ in vocabulary)
    config = dict(format="wirecopy-tagger-1", vocabulary=len(vocabulary), longest=LONGEST,
                  encoder=dict(layers=LAYERS, width=encoder.words.shape[1], inner=encoder.layers[0].up.out_features), taps=TAPS,
                  comparer=dict(layers=len(COMPARER), width=WIDTH, inner=INNER), looks=COMPARER,
                  calibrations=json.load(open(args.calibrations)) if args.calibrations else UNFITTED)
    with open(os.path.join(args.folder, "config.json"), "w") as f:
        json.dump(config, f, indent=1); f.write("\n")
    size = sum(os.path.getsize(os.path.join(args.folder, n)) for n in os.listdir(args.folder))
    print(f"{args.folder}: {size:,} bytes", file=sys.stderr)
