"""Writes layers_more.json: settings of layers that layers.json leaves out, computed by PyTorch.

    make_layers.py > layers_more.json

A case is laid out as in layers.json: y, and the gradients of sum(y * grad_y) at x and at every parameter,
in float64. Every input has at most three decimals.
"""

import json

import torch
from torch import nn


def values(tensor):
    return {"shape": list(tensor.shape), "data": tensor.flatten().tolist()}


def drawn(generator, shape):
    return (torch.randn(shape, generator=generator, dtype=torch.float64) * 1000).round() / 1000


LAYERS = [
    ("Conv2d:same:k2", nn.Conv2d, dict(in_channels=2, out_channels=3, kernel_size=2, padding="same"), (2, 2, 4, 5)),
    ("Conv2d:same:k(4,3)", nn.Conv2d, dict(in_channels=1, out_channels=2, kernel_size=[4, 3], padding="same"), (2, 1, 6, 5)),
    ("Conv2d:same:k2:dilation=3", nn.Conv2d, dict(in_channels=2, out_channels=2, kernel_size=2, padding="same", dilation=3), (2, 2, 7, 6)),
    ("Conv2d:same:k2:groups=2", nn.Conv2d, dict(in_channels=2, out_channels=4, kernel_size=2, padding="same", groups=2), (2, 2, 4, 4)),
    ("Conv2d:depthwise:s2", nn.Conv2d, dict(in_channels=4, out_channels=4, kernel_size=3, stride=2, padding=1, groups=4), (2, 4, 6, 7)),
    ("Conv2d:wide", nn.Conv2d, dict(in_channels=18, out_channels=17, kernel_size=2, padding=1), (2, 18, 3, 4)),
    ("Conv2d:s3:d2:p3", nn.Conv2d, dict(in_channels=2, out_channels=3, kernel_size=3, stride=3, padding=3, dilation=2), (2, 2, 8, 9)),
    ("MaxPool2d:ceil:p1", nn.MaxPool2d, dict(kernel_size=3, stride=2, padding=1, ceil_mode=True), (2, 2, 6, 7)),
    ("MaxPool2d:ceil:s3", nn.MaxPool2d, dict(kernel_size=2, stride=3, padding=1, ceil_mode=True), (2, 2, 6, 5)),
    ("MaxPool2d:k(3,2):s(1,2)", nn.MaxPool2d, dict(kernel_size=[3, 2], stride=[1, 2], padding=[1, 0]), (2, 2, 5, 6)),
    ("AvgPool2d:ceil:p1", nn.AvgPool2d, dict(kernel_size=3, stride=2, padding=1, ceil_mode=True), (2, 2, 6, 7)),
    ("AvgPool2d:ceil:p1:image", nn.AvgPool2d, dict(kernel_size=3, stride=2, padding=1, ceil_mode=True, count_include_pad=False), (2, 2, 6, 7)),
    ("AvgPool2d:ceil:s3", nn.AvgPool2d, dict(kernel_size=2, stride=3, padding=1, ceil_mode=True), (2, 2, 6, 5)),
    ("AvgPool2d:k(2,3):s(2,1)", nn.AvgPool2d, dict(kernel_size=[2, 3], stride=[2, 1], padding=[1, 1], count_include_pad=False), (2, 2, 5, 4)),
    ("BatchNorm2d:1x1", nn.BatchNorm2d, dict(num_features=3, eps=1e-3, momentum=0.5, affine=True), (4, 3, 1, 1)),
    ("BatchNorm2d:onesample", nn.BatchNorm2d, dict(num_features=2, eps=1e-5, momentum=1.0, affine=True), (1, 2, 3, 2)),
    ("LayerNorm:image", nn.LayerNorm, dict(normalized_shape=[2, 3, 4], eps=1e-3), (2, 2, 3, 4)),
    ("GroupNorm:rows", nn.GroupNorm, dict(num_groups=3, num_channels=6, eps=1e-5), (4, 6)),
    ("GroupNorm:1", nn.GroupNorm, dict(num_groups=1, num_channels=3, eps=1e-5), (2, 3, 2, 2)),
    ("GroupNorm:instance", nn.GroupNorm, dict(num_groups=3, num_channels=3, eps=1e-5), (2, 3, 3, 2)),
    ("AdaptiveAvgPool2d:7x3", nn.AdaptiveAvgPool2d, dict(output_size=1), (3, 2, 7, 3)),
    ("Conv2d:k(3,5):p(2,1):s(2,1)", nn.Conv2d, dict(in_channels=2, out_channels=3, kernel_size=[3, 5], stride=[2, 1], padding=[2, 1]), (3, 2, 7, 9)),
    ("Conv2d:k5:p2:odd", nn.Conv2d, dict(in_channels=1, out_channels=3, kernel_size=5, padding=2), (3, 1, 7, 5)),
    ("Conv2d:onesample:groups=2:d2", nn.Conv2d, dict(in_channels=4, out_channels=2, kernel_size=[2, 3], padding=[1, 2], dilation=2, groups=2), (1, 4, 5, 6)),
    ("Conv2d:onesample:k1:s2:p1", nn.Conv2d, dict(in_channels=3, out_channels=2, kernel_size=1, stride=2, padding=1), (1, 3, 4, 3)),
    ("MaxPool2d:onesample:odd", nn.MaxPool2d, dict(kernel_size=2, stride=2), (1, 2, 7, 5)),
    ("MaxPool2d:k3:s3:p1:odd", nn.MaxPool2d, dict(kernel_size=3, stride=3, padding=1), (2, 2, 7, 9)),
    ("AvgPool2d:onesample:odd", nn.AvgPool2d, dict(kernel_size=2, stride=2), (1, 2, 7, 5)),
    ("AvgPool2d:k3:s3:p1:odd", nn.AvgPool2d, dict(kernel_size=3, stride=3, padding=1), (2, 2, 7, 9)),
]


def case(name, build, params, shape, seed):
    generator = torch.Generator().manual_seed(seed)
    layer = build(**{key: tuple(v) if isinstance(v, list) else v for key, v in params.items()}).double()
    for parameter in layer.parameters():
        parameter.data = drawn(generator, parameter.shape)
    state = {name: values(tensor) for name, tensor in layer.state_dict().items()}
    x = drawn(generator, shape).requires_grad_()
    y = layer(x)
    grad_y = drawn(generator, y.shape)
    (y * grad_y).sum().backward()
    grads = {name: values(parameter.grad) for name, parameter in layer.named_parameters()}
    found = {"name": name, "dtype": "float64", "mode": "train", "params": params, "state": state}
    found |= {"x": values(x.detach()), "y": values(y.detach()), "grad_y": values(grad_y)}
    found |= {"grad_x": values(x.grad), "grads": grads}
    buffers = {name: values(tensor) for name, tensor in layer.named_buffers()}
    return found | ({"buffers_after": buffers} if buffers else {})


torch.set_num_threads(1)
cases = [case(*layer, seed) for seed, layer in enumerate(LAYERS)]
print(json.dumps({"schema": "torch-golden/1", "torch": torch.__version__, "cases": cases}, separators=(",", ":")))
