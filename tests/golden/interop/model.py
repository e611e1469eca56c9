# 2-4-3 tanh (Interop), exported by Descent VERSION.
#
# Needs: pip install torch safetensors
# Usage: python model.py model.safetensors

import sys

import torch
from safetensors.torch import load_file
from torch import nn

INPUT_SHAPE = (2,)  # one sample, without the batch axis
FEATURES = ["x", "y"]
CLASSES = ["0", "1", "2"]


def build():
    """The network; its outputs are logits (softmax gives probabilities)."""
    return nn.Sequential(
        nn.Linear(2, 4),
        nn.Tanh(),
        nn.Linear(4, 3),
    )


def load(path):
    """The network with its trained weights, ready to predict."""
    model = build()
    model.load_state_dict(load_file(path), strict=True)
    return model.eval()


if __name__ == "__main__":
    model = load(sys.argv[1] if len(sys.argv) > 1 else "model.safetensors")
    print(model)
    with torch.no_grad():
        print(model(torch.zeros(1, *INPUT_SHAPE)))
