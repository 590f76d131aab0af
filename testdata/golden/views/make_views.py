"""Writes views.json: chains of views of `torch.arange(n)`, and where PyTorch puts their elements.

    python make_views.py            # needs torch 2.13

A chain begins with a shape; each step is a name and its arguments. `strides` and `offset` are left
out after a `reshape`, which PyTorch can express as a view more often than we do.
"""

import json
import os
import random

import torch

rng = random.Random(20262)


def bound(size):
    return rng.choice([None, *range(-size - 2, size + 3)])


def step(tensor):
    axis = rng.randrange(-tensor.dim(), tensor.dim())
    size = tensor.shape[axis]
    kind = rng.choice(["slice", "slice", "select", "transpose", "permute", "reshape"])
    if kind == "slice":
        start, end, by = bound(size) or 0, bound(size), rng.choice([1, 1, 2, 3])
        end = 10**9 if end is None else end
        index = [slice(None)] * tensor.dim()
        index[axis] = slice(start, end, by)
        return [kind, axis, start, end, by], tensor[tuple(index)]
    if kind == "select" and size > 0 and tensor.dim() > 1:
        at = rng.randrange(-size, size)
        return [kind, axis, at], tensor.select(axis, at)
    if kind == "transpose":
        other = rng.randrange(-tensor.dim(), tensor.dim())
        return [kind, axis, other], tensor.transpose(axis, other)
    if kind == "reshape" and tensor.numel() > 0:
        parts = rng.choice([[-1], [tensor.shape[0], -1], [-1, tensor.shape[-1]], [1, -1, 1]])
        return [kind, *parts], tensor.reshape(parts)
    order = list(range(tensor.dim()))
    rng.shuffle(order)
    return ["permute", *order], tensor.permute(order)


chains = []
for _ in range(200):
    shape = [rng.choice([1, 2, 3, 4, 5, 0 if rng.random() < 0.1 else 6]) for _ in range(rng.randrange(1, 5))]
    count = 1
    for dim in shape:
        count *= dim
    tensor = torch.arange(count).reshape(shape)
    steps = []
    for _ in range(rng.randrange(1, 5)):
        done, tensor = step(tensor)
        steps.append(done)
    chain = {"shape": shape, "steps": steps, "result": list(tensor.shape), "values": tensor.reshape(-1).tolist(),
             "contiguous": tensor.is_contiguous()}
    if not any(s[0] == "reshape" for s in steps):
        chain |= {"strides": list(tensor.stride()), "offset": tensor.storage_offset()}
    chains.append(chain)

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "views.json"), "w") as out:
    out.write('{"torch": "%s", "chains": [\n' % torch.__version__)
    out.write(",\n".join(json.dumps(chain) for chain in chains))
    out.write("\n]}\n")
