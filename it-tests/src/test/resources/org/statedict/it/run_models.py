"""Runs whole models that were written elsewhere, whose classes are those of networks.py.

Arguments: the folder of networks.py and models.pt, then pairs of a model's name and its file. Prints the
names of those that compute what PyTorch's own models do, in training and in use, and can be trained.
"""
import sys
import warnings

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import networks
import torch

warnings.filterwarnings("ignore")
torch.set_num_threads(1)
main = sys.modules["__main__"]
for name in ("ResNet", "Block", "Tagger", "Encoder", "Gpt", "GptBlock", "Stack", "Heads"):
    setattr(main, name, getattr(networks, name))
main.MLP = networks.Mlp
main.TiedHead = torch.nn.Linear
golden = torch.load(sys.argv[1] + "/models.pt", weights_only=False)
for name, path in zip(sys.argv[2::2], sys.argv[3::2]):
    x = golden["inputs"][name]
    for mode, training in (("use", False), ("training", True)):
        model = torch.load(path, weights_only=False).train(training)
        expected = golden[mode][name]
        if not torch.allclose(model(x), expected, rtol=0, atol=1e-6 * max(1, expected.abs().max().item())):
            sys.exit(f"{name} computes something else in {mode}")
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    model(x).sum().backward()
    optimizer.step()
    print(name)
