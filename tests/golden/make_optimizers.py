"""Writes optimizers_more.json: settings and combinations that optimizers.json does not have, on its
network and in its layout, by PyTorch. `frozen` and `rate` concern the first layer, `biases` says
whether the penalties reach biases, `l2` is the factor of the plain sum of squares."""

import json
from pathlib import Path

import torch

HERE = Path(__file__).parent
SHARED = json.loads((HERE / "optimizers.json").read_text())["shared"]
STEPS = 20

CASES = [
    ("NAdam", dict(lr=0.05, betas=[0.8, 0.99], eps=1e-6, momentum_decay=0.05, weight_decay=0.05), {}),
    ("RAdam", dict(lr=0.05, betas=[0.8, 0.9], eps=1e-6, weight_decay=0.05), {}),
    ("RAdam", dict(lr=0.01, betas=[0.9, 0.9999]), {}),
    ("Adamax", dict(lr=0.05, betas=[0.8, 0.9], eps=1e-3, weight_decay=0.05), {}),
    ("Adadelta", dict(lr=0.5, rho=0.8, eps=1e-3, weight_decay=0.05), {}),
    ("Adagrad", dict(lr=0.1, lr_decay=0.2, eps=1e-2, initial_accumulator_value=0.5), {}),
    ("Rprop", dict(lr=0.02, etas=[0.3, 1.5], step_sizes=[1e-3, 0.1]), {}),
    ("SGD", dict(lr=0.2, momentum=0.8, dampening=0.3, weight_decay=0.02), dict(max_norm=0.15)),
    ("Adam", dict(lr=0.05, weight_decay=0.02),
     dict(penalty=dict(l1=0.01, l2=0.02), max_norm=0.1)),
    ("SGD", dict(lr=0.3, momentum=0.9, nesterov=True),
     dict(penalty=dict(l1=0.01, l2=0.02, biases=True), clip_value=0.04)),
    ("AdamW", dict(lr=0.1, weight_decay=0.3, amsgrad=True),
     dict(penalty=dict(l1=0.02), rate=0.25)),
    ("SGD", dict(lr=0.5, momentum=0.9, weight_decay=0.05),
     dict(penalty=dict(l2=0.01), max_norm=0.05, frozen=True)),
    ("RMSprop", dict(lr=0.02, alpha=0.9, eps=1e-4, centered=True, momentum=0.5),
     dict(rate=3.0, max_norm=0.1)),
]


def tensor(entry):
    return torch.tensor(entry["data"]).reshape(entry["shape"])


def network():
    net = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 2))
    net.load_state_dict({name: tensor(entry) for name, entry in SHARED["init"].items()})
    return net


def penalised(net, penalty):
    biases = penalty.get("biases", False)
    params = [p for name, p in net.named_parameters() if biases or name.endswith("weight")]
    loss = penalty.get("l1", 0) * sum(p.abs().sum() for p in params)
    return loss + penalty.get("l2", 0) * sum(p.square().sum() for p in params)


def clip(net, how):
    if "max_norm" in how:
        torch.nn.utils.clip_grad_norm_(net.parameters(), how["max_norm"])
    if "clip_value" in how:
        torch.nn.utils.clip_grad_value_(net.parameters(), how["clip_value"])


def flat(tensors):
    return [float(value) for one in tensors for value in one.flatten()]


def short(values):
    """The shortest decimals that give the same float32."""
    return [float(str(torch.tensor(value).numpy())) for value in values]


def run(kind, settings, how):
    net = network()
    x, classes = tensor(SHARED["x"]), torch.tensor(SHARED["class_targets"])
    net[0].requires_grad_(not how.get("frozen", False))
    lr = settings["lr"]
    groups = [dict(params=net[0].parameters(), lr=lr * how.get("rate", 1.0)),
              dict(params=net[2].parameters())]
    optimizer = getattr(torch.optim, kind)(groups, **settings)
    losses, params, grad0 = [], [], None
    for step in range(STEPS + 1):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(net(x), classes)
        loss = loss + penalised(net, how.get("penalty", {}))
        losses.append(loss.item())
        if step == STEPS:
            break
        loss.backward()
        clip(net, how)
        if step == 0:
            grad0 = flat(torch.zeros_like(p) if p.grad is None else p.grad
                         for p in net.parameters())
        optimizer.step()
        params.append(short(flat(p.detach() for p in net.parameters())))
    return {
        "name": f"{kind}:{settings} {how}", "dtype": "float32", "activation": "tanh",
        "loss": "CrossEntropyLoss", "optimizer": {"type": kind, **settings},
        **{key: how[key] for key in ("penalty", "rate", "frozen") if key in how},
        **({"clip": f"clip_grad_norm_:max_norm={how['max_norm']}"} if "max_norm" in how else {}),
        **({"clip": f"clip_grad_value_:{how['clip_value']}"} if "clip_value" in how else {}),
        "grad0": short(grad0), "losses": short(losses), "params": params,
    }


torch.set_num_threads(1)
file = {"torch": torch.__version__, "note": __doc__, "shared": SHARED,
        "cases": [run(*case) for case in CASES]}
(HERE / "optimizers_more.json").write_text(json.dumps(file, separators=(",", ":")) + "\n")
