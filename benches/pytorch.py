"""Steps per second of PyTorch, on one thread, for the workload described by the arguments.

    pytorch.py WIDTHS ACTIVATION OPTIMIZER L2 ROWS BATCH     (BATCH 0: all rows)

WIDTHS are those of dense layers, 2-100-3, or the word lecture for the lecture's convolutional network.

The loop does what Descent's engine does: forward, cross-entropy, backward, update, and reading the
loss. `benches/engine.rs` calls it; it needs nothing but torch.
"""

import statistics
import sys
import time

import torch
from torch import nn

CHUNK_SECONDS = 0.1
CHUNKS = 21


def network(widths, activation):
    layers = []
    for fan_in, fan_out in zip(widths, widths[1:]):
        layers += [nn.Linear(fan_in, fan_out), activation()]
    return nn.Sequential(*layers[:-1])


def lecture(activation):
    def block(channels_in, channels_out):
        return [nn.Conv2d(channels_in, channels_out, 5), activation(), nn.MaxPool2d(2)]

    return nn.Sequential(*block(1, 10), *block(10, 20), nn.Flatten(), nn.Linear(320, 10))


def optimizer(name, parameters, l2):
    if name == "adam":
        return torch.optim.Adam(parameters, lr=0.01, weight_decay=l2)
    momentum = 0.9 if name == "momentum" else 0.0
    return torch.optim.SGD(parameters, lr=0.01, momentum=momentum, weight_decay=l2)


def main(widths, activation, update, l2, rows, batch):
    torch.set_num_threads(1)
    rows, batch = int(rows), int(batch)
    activation = {"relu": nn.ReLU, "tanh": nn.Tanh}[activation]
    if widths == "lecture":
        net, shape, classes = lecture(activation), (1, 28, 28), 10
    else:
        widths = [int(width) for width in widths.split("-")]
        net, shape, classes = network(widths, activation), widths[:1], widths[-1]
    step_parameters = optimizer(update, net.parameters(), float(l2))
    x, y = torch.rand(rows, *shape), torch.randint(classes, (rows,))
    batches = [torch.arange(rows)] if batch == 0 else list(torch.randperm(rows).split(batch))
    loss_of = nn.CrossEntropyLoss()

    def step(number):
        chosen = batches[number % len(batches)]
        samples, targets = (x, y) if batch == 0 else (x[chosen], y[chosen])
        step_parameters.zero_grad()
        loss = loss_of(net(samples), targets)
        loss.backward()
        step_parameters.step()
        return loss.item()

    rates = []
    number = 0
    for _ in range(CHUNKS + 1):
        begun, first = time.perf_counter(), number
        while time.perf_counter() - begun < CHUNK_SECONDS:
            step(number)
            number += 1
        rates.append((number - first) / (time.perf_counter() - begun))
    # The first chunk warms up.
    print(statistics.median(rates[1:]))


main(*sys.argv[1:])
