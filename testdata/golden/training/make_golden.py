"""Writes NAME.pt for each network: the losses of 20 steps of training from seed 0, and the checkpoint
after 10 of them; and models.pt: whole models, with an input and the outputs in training and in use. Run
with PyTorch 2.13 in this folder."""
import copy
import torch
import networks
from networks import NETWORKS, Run

torch.set_num_threads(1)
for name in NETWORKS:
    run = Run(name)
    losses = run.train(10)
    checkpoint = copy.deepcopy(run.save())
    torch.save({"losses": losses + run.train(10), "checkpoint": checkpoint}, name + ".pt")

torch.manual_seed(0)
models = {name: NETWORKS[name][0]() for name in NETWORKS}
models |= {"stack": networks.Stack(), "heads": networks.Heads(), "vgg": networks.vgg()}
inputs = {name: NETWORKS[name][1]()[0] for name in NETWORKS}
inputs |= {"stack": torch.randn(2, 5, 3), "heads": torch.randn(4, 3), "vgg": torch.randn(2, 3, 8, 8)}
whole = {"models": models, "inputs": inputs, "training": {}, "use": {}}
with torch.no_grad():
    for name, model in models.items():
        whole["training"][name] = copy.deepcopy(model)(inputs[name])
        whole["use"][name] = copy.deepcopy(model).eval()(inputs[name])
torch.save(whole, "models.pt")
