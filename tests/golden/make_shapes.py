"""Writes shapes.json: what PyTorch makes of the shape of an image, and what it refuses.

Run with PyTorch: python make_shapes.py > shapes.json
"""

import json
import random

import torch
from torch import nn


def pair(draw):
    return [draw(), draw()]


def conv(rng):
    channels = rng.choice([2, 4, 6, 6])
    groups = rng.choice([1, 1, 1, 2, 3])
    padding = rng.choice(["valid", "same", "pair", "pair"])
    stride = [1, 1] if rng.random() < 0.4 else pair(lambda: rng.randint(1, 4))
    setting = {
        "channels": rng.choice([2, 4, 6, 6]),
        "kernel": pair(lambda: rng.randint(1, 6)),
        "stride": stride,
        "padding": pair(lambda: rng.randint(0, 3)) if padding == "pair" else padding,
        "dilation": pair(lambda: rng.choice([1, 1, 2, 3])),
        "groups": groups,
        "bias": rng.random() < 0.5,
    }
    make = lambda: nn.Conv2d(
        channels,
        setting["channels"],
        setting["kernel"],
        stride=setting["stride"],
        padding=tuple(setting["padding"]) if padding == "pair" else padding,
        dilation=setting["dilation"],
        groups=groups,
        bias=setting["bias"],
    )
    return channels, setting, make


def pool(rng, kind):
    setting = {
        "kernel": pair(lambda: rng.randint(1, 5)),
        "stride": pair(lambda: rng.randint(1, 5)),
        "padding": pair(lambda: rng.choice([0, 0, 1, 2])),
        "ceil": rng.random() < 0.5,
    }
    make = lambda: kind(
        setting["kernel"],
        stride=setting["stride"],
        padding=setting["padding"],
        ceil_mode=setting["ceil"],
    )
    return rng.randint(1, 3), setting, make


def case(rng, name):
    kinds = {"max-pool": nn.MaxPool2d, "avg-pool": nn.AvgPool2d}
    channels, setting, make = conv(rng) if name == "conv" else pool(rng, kinds[name])
    shape = [channels, rng.randint(2, 18), rng.randint(2, 18)]
    try:
        layer = make()
        output = list(layer(torch.zeros(1, *shape)).shape[1:])
        parameters = sum(value.numel() for value in layer.parameters())
    except (RuntimeError, ValueError):
        output, parameters = None, None
    return {
        "layer": name,
        "input": shape,
        **setting,
        "output": output,
        "parameters": parameters,
    }


def main():
    rng = random.Random(4)
    names = ["conv"] * 250 + ["max-pool"] * 150 + ["avg-pool"] * 50
    cases = [case(rng, name) for name in names]
    lines = ",\n".join(json.dumps(one) for one in cases)
    print(f'{{"torch": "{torch.__version__}", "cases": [\n{lines}\n]}}')


if __name__ == "__main__":
    main()
