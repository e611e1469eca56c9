"""Writes inside.json: what is to be seen inside small networks, as PyTorch, numpy and scikit-learn compute it.

    make_inside.py > inside.json

Everything is in float64 and in evaluation mode. Inputs and parameters have at most three decimals. A case
holds the state under PyTorch's names in an nn.Sequential of the same layers, some rows x, and for all of them
what comes out of each layer, the logits, the scores, and the gradient at the input of the logit of the
likeliest class and of class 0. `hidden` are principal components of the rows after a layer, `excited` the
strongest rows of a channel, `maps` a layer over a window, and `slices` scores over pieces of the space.
"""

import json

import numpy as np
import torch
from sklearn.decomposition import PCA
from torch import nn


def values(array):
    array = np.asarray(array)
    return {"shape": list(array.shape), "data": array.astype(float).flatten().tolist()}


def drawn(generator, shape, scale=1.0):
    return (torch.randn(shape, generator=generator, dtype=torch.float64) * scale * 1000).round() / 1000


class Skip(nn.Module):
    """Adds what came out of another layer; None is the input of the network."""

    def __init__(self, of):
        super().__init__()
        self.of = of


def passed(net, x):
    """What comes out of each layer."""
    found = []
    for layer in net:
        before = found[-1] if found else x
        found.append(before + (x if layer.of is None else found[layer.of]) if isinstance(layer, Skip) else layer(before))
    return found


def scores(task, logits):
    if task == "classes":
        return torch.softmax(logits, 1)
    if task == "binary":
        one = torch.sigmoid(logits)
        return torch.cat([1 - one, one], 1)
    return logits


def decides(task, logits, chosen):
    """The sum over all rows of what speaks for the chosen classes."""
    if task == "classes":
        return logits.gather(1, chosen[:, None]).sum()
    if task == "binary":
        return (logits[:, 0] * (2 * chosen - 1)).sum()
    return logits.sum()


def saliency(net, task, x, chosen):
    x = x.clone().requires_grad_()
    decides(task, passed(net, x)[-1], chosen).backward()
    return x.grad


def components(rows):
    pca = PCA(n_components=2, svd_solver="full").fit(rows)
    return {"points": values(pca.transform(rows)), "explained": pca.explained_variance_ratio_.tolist()}


def excited(rows, layer, channel, count):
    """Strongest first: row, value, and place of the value in the channel."""
    image = rows.reshape(rows.shape[0], rows.shape[1], -1)[:, channel]
    width = rows.shape[-1] if rows.dim() == 4 else 1
    value, place = image.max(1)
    order = torch.argsort(-value, stable=True)[:count]
    found = [[int(row), float(value[row]), int(place[row]) // width, int(place[row]) % width] for row in order]
    return {"layer": layer, "channel": channel, "rows": found}


def centres(low, high, side):
    return low + (high - low) * (np.arange(side) + 0.5) / side


def window(x, y, side):
    across, up = np.meshgrid(centres(*x, side), centres(*y, side))
    return np.stack([across.flatten(), up.flatten()], 1)


def case(name, task, net, shape, seed, rows=14):
    generator = torch.Generator().manual_seed(seed)
    net = net.double().eval()
    for parameter in net.parameters():
        fan_in = parameter[0].numel()
        parameter.data = drawn(generator, parameter.shape, min(0.7, 1.4 / fan_in**0.5))
    for buffer_name, buffer in net.named_buffers():
        if buffer_name.endswith("running_mean"):
            buffer.copy_(drawn(generator, buffer.shape, 0.3))
        if buffer_name.endswith("running_var"):
            buffer.copy_(drawn(generator, buffer.shape, 0.3).abs() + 0.5)
    x = drawn(generator, (rows, *shape))
    with torch.no_grad():
        layers = passed(net, x)
        found = scores(task, layers[-1])
    first = torch.zeros(rows, dtype=torch.long)
    state = {key: values(tensor) for key, tensor in net.state_dict().items()}
    one = {"name": name, "task": task, "state": state, "x": values(x)}
    one["layers"] = [values(layer.flatten(1)) for layer in layers]
    one["shapes"] = [list(layer.shape[1:]) for layer in layers]
    one["scores"] = values(found)
    one["saliency"] = values(saliency(net, task, x, found.argmax(1)).flatten(1))
    one["saliency_0"] = values(saliency(net, task, x, first).flatten(1))
    one["hidden"] = [components(rows.flatten(1).numpy()) if rows[0].numel() > 1 else None for rows in [x, *layers]]
    one["excited"] = [excited(rows, layer, channel, 5) for layer, rows in enumerate(layers) for channel in {0, rows.shape[1] - 1}]
    return one, net, x, layers


def planar(one, net, task):
    points = window([-1.5, 2.0], [-1.0, 0.5], 6)
    with torch.no_grad():
        layers = passed(net, torch.tensor(points))
    one["maps"] = [values(layer.T) for layer in [*layers, scores(task, layers[-1])]]


def sliced(one, net, task, x):
    """Through two features with the others at their means, at a row and at given values, and the principal plane."""
    x = x.numpy()
    points = window([-1.5, 2.0], [-1.0, 0.5], 5)
    given = np.round(np.linspace(-1, 1, x.shape[1]), 3)
    pca = PCA(n_components=2, svd_solver="full").fit(x)
    one["given"] = given.tolist()
    one["explained"] = pca.explained_variance_ratio_.tolist()
    one["slices"] = []
    for origin in [x.mean(0), x[3], given]:
        samples = np.repeat(origin[None], len(points), 0)
        samples[:, 2], samples[:, 0] = points[:, 0], points[:, 1]
        one["slices"].append(samples)
    one["slices"].append(pca.mean_ + points @ pca.components_)
    with torch.no_grad():
        one["slices"] = [values(scores(task, passed(net, torch.tensor(s))[-1])) for s in one["slices"]]


def main():
    cases = []
    net = nn.Sequential(nn.Linear(2, 5), nn.Tanh(), nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 3))
    one, net, _, _ = case("plane", "classes", net, (2,), 0)
    planar(one, net, "classes")
    cases.append(one)
    net = nn.Sequential(nn.Linear(4, 5), nn.Sigmoid(), nn.Linear(5, 5), Skip(1), nn.Tanh(), nn.Linear(5, 1))
    one, net, x, _ = case("one logit", "binary", net, (4,), 1)
    sliced(one, net, "binary", x)
    cases.append(one)
    net = nn.Sequential(nn.Linear(3, 6), nn.Softplus(), nn.Linear(6, 1))
    cases.append(case("number", "number", net, (3,), 2)[0])
    net = nn.Sequential(
        nn.Conv2d(1, 3, 3, padding=1),
        nn.BatchNorm2d(3),
        nn.ReLU(),
        nn.Conv2d(3, 3, 3, padding=1),
        Skip(2),
        nn.MaxPool2d(2),
        nn.Dropout(0.5),
        nn.Flatten(),
        nn.Linear(36, 6),
        nn.Tanh(),
        nn.Identity(),
        nn.Linear(6, 4),
    )
    cases.append(case("image", "classes", net, (1, 6, 8), 3)[0])
    for one in cases:
        one["state"] = {key: value for key, value in one["state"].items() if "num_batches" not in key}
    print(json.dumps({"schema": "torch-golden/1", "torch": torch.__version__, "cases": cases}, separators=(",", ":")))


torch.set_num_threads(1)
main()
