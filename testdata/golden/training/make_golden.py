"""Writes NAME.pt for each network: the losses of 20 steps of training from seed 0, and the checkpoint
after 10 of them. Run with PyTorch 2.13 in this folder."""
import copy
import torch
from networks import NETWORKS, Run

torch.set_num_threads(1)
for name in NETWORKS:
    run = Run(name)
    losses = run.train(10)
    checkpoint = copy.deepcopy(run.save())
    torch.save({"losses": losses + run.train(10), "checkpoint": checkpoint}, name + ".pt")
