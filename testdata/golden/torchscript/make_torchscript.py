"""Makes the TorchScript samples and expected.json; run it in this folder.

Needs torch 2.13.  A sample is a scripted or traced module; expected.json has what
torch.jit.load(file).state_dict() gives, in its order.
"""
import hashlib
import json
import warnings

import torch
from torch import nn

warnings.filterwarnings("ignore")


class Scaled(nn.Module):
    """Own parameters and buffers beside children, one of them used twice."""

    def __init__(self):
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU())
        self.scale = nn.Parameter(torch.full((4,), 0.5))
        self.layers = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 2, bias=False)])
        self.register_buffer("shift", torch.arange(4.0))

    def forward(self, x):
        y = self.inner(x) * self.scale + self.shift
        for layer in self.layers:
            y = layer(y)
        return y


def describe(name, tensor):
    raw = tensor.detach().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
    return {"name": name, "dtype": str(tensor.dtype)[6:], "shape": list(tensor.shape),
            "sha256": hashlib.sha256(raw).hexdigest()}


def main():
    torch.manual_seed(0)
    torch.jit.script(Scaled()).save("scripted.pt")
    torch.jit.trace(Scaled().eval(), torch.ones(2, 3)).save("traced.pt")
    files = {}
    for file in ("scripted.pt", "traced.pt"):
        state = torch.jit.load(file).state_dict()
        files[file] = {"statedict": "load", "tensors": [describe(*item) for item in state.items()]}
    with open("expected.json", "w", encoding="utf-8") as out:
        json.dump({"versions": {"torch": torch.__version__}, "files": files}, out, indent=1)


main()
