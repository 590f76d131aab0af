"""Runs whole models that were written elsewhere.

Arguments: layers.pt with inputs and results by name, then the file of models by the same names. Each
model computes in training and in use, takes a step of training, and is saved and loaded again. Prints
the names of those that agree.
"""
import io
import sys
import warnings

import torch
from torch import nn

warnings.filterwarnings("ignore")
torch.set_num_threads(1)


class Bags(nn.Module):
    def forward(self, x, offsets):
        return self.bag(x, offsets)


def flat(outputs):
    found = []
    for o in outputs if isinstance(outputs, (tuple, list)) else [outputs]:
        found.extend(flat(o) if isinstance(o, (tuple, list)) else [o])
    return [o for o in found if o is not None]


def same(found, expected):
    return len(found) == len(expected) and all(
        torch.allclose(a, b, rtol=0, atol=1e-6 * max(1e-30, b.abs().max().item())) for a, b in zip(found, expected))


golden = torch.load(sys.argv[1])
models = torch.load(sys.argv[2], weights_only=False)
for name, model in models.items():
    expected = golden[name]
    inputs = expected["inputs"]
    if repr(model) != expected["text"]:
        sys.exit(f"{name} prints as {model!r}")
    outputs = flat(model(*inputs))
    if not same(outputs, expected["float32"]["outputs"]):
        sys.exit(f"{name} computes something else in training")
    model.eval()
    if not same(flat(model(*inputs)), expected["float32"]["eval"]):
        sys.exit(f"{name} computes something else in use")
    model.train()
    learning = [p for p in model.parameters()]
    if learning:
        optimizer = torch.optim.SGD(learning, lr=0.1)
        sum(o.sum() for o in flat(model(*inputs)) if o.requires_grad).backward()
        optimizer.step()
    model.load_state_dict(model.state_dict())
    again = io.BytesIO()
    torch.save(model, again)
    again.seek(0)
    torch.load(again, weights_only=False)
    print(name)
