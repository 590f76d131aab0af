"""Goes on with trainings that stopped elsewhere.

Arguments: the folder of networks.py, then pairs of a network's name and its checkpoint. Prints a line
for each pair: the losses of ten more steps.
"""
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import torch
from networks import Run

torch.set_num_threads(1)
for name, path in zip(sys.argv[2::2], sys.argv[3::2]):
    run = Run(name)
    run.load(torch.load(path))
    print(*run.train(10))
