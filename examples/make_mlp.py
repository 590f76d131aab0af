"""Makes mlp.pt: the state_dict of a small multilayer perceptron, saved by PyTorch 2.13."""

from pathlib import Path

import torch
from torch import nn


class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(3, 2)
        self.act = nn.ReLU()
        self.output = nn.Linear(2, 1)

    def forward(self, x):
        return self.output(self.act(self.hidden(x)))


torch.manual_seed(1)
net = MLP()
torch.save(net.state_dict(), Path(__file__).with_name("mlp.pt"))
for name, tensor in net.state_dict().items():
    print(name, tensor)
