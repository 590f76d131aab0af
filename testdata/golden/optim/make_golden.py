"""Writes optimizers.pt and schedulers.pt: what PyTorch's optimizers and schedulers do, for the tests
of optim.

Run with PyTorch 2.13 in this folder. Each optimizer gets the same gradients for 12 steps; for each
step the parameters are kept, and at the begin and the end the state_dict.
"""
import copy
import torch
from torch import nn, optim

torch.set_num_threads(1)
G = torch.Generator().manual_seed(7)
START = [torch.randn(5, 7, generator=G), torch.randn(3, generator=G), torch.randn(2, generator=G)]
GRADS = [[torch.randn(5, 7, generator=G), torch.randn(3, generator=G)] for _ in range(12)]
CASES = {
    "sgd": (optim.SGD, {"lr": 0.1}),
    "sgd_momentum": (optim.SGD, {"lr": 0.1, "momentum": 0.9}),
    "sgd_all": (optim.SGD, {"lr": 0.1, "momentum": 0.9, "dampening": 0.1, "weight_decay": 0.01, "maximize": True}),
    "sgd_nesterov": (optim.SGD, {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.01, "nesterov": True}),
    "adam": (optim.Adam, {}),
    "adam_all": (optim.Adam, {"lr": 0.01, "betas": (0.8, 0.99), "eps": 1e-6, "weight_decay": 0.1, "amsgrad": True}),
    "adamw": (optim.AdamW, {"lr": 0.01}),
    "adagrad": (optim.Adagrad, {}),
    "adagrad_all": (optim.Adagrad, {"lr": 0.1, "lr_decay": 0.01, "weight_decay": 0.1, "initial_accumulator_value": 0.5}),
    "rmsprop": (optim.RMSprop, {}),
    "rmsprop_all": (optim.RMSprop, {"lr": 0.01, "alpha": 0.9, "weight_decay": 0.1, "momentum": 0.9, "centered": True}),
    "adadelta": (optim.Adadelta, {"weight_decay": 0.1}),
    "adamax": (optim.Adamax, {"weight_decay": 0.1}),
    "nadam": (optim.NAdam, {"weight_decay": 0.1}),
    "nadam_decoupled": (optim.NAdam, {"weight_decay": 0.1, "decoupled_weight_decay": True}),
    "radam": (optim.RAdam, {"lr": 0.01, "weight_decay": 0.1}),
    "radam_decoupled": (optim.RAdam, {"lr": 0.01, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    "asgd": (optim.ASGD, {"weight_decay": 0.1}),
    "asgd_averaging": (optim.ASGD, {"lr": 0.1, "t0": 3, "lambd": 0.01}),
    "rprop": (optim.Rprop, {}),
}


def clone(params):
    return [p.detach().clone() for p in params]


def optimizers():
    out = {"start": START, "grads": GRADS, "cases": {}}
    for name, (cls, hyper) in CASES.items():
        params = [nn.Parameter(p.clone()) for p in START]
        o = cls(params, **hyper)
        case = {"hyper": hyper, "begin": copy.deepcopy(o.state_dict()), "after": []}
        for grads in GRADS:
            for p, g in zip(params, grads):  # the third has none
                p.grad = g.clone()
            o.step()
            case["after"].append(clone(params))
        case["end"] = copy.deepcopy(o.state_dict())
        out["cases"][name] = case
    named = [(n, nn.Parameter(p.clone())) for n, p in zip(("a.weight", "b.bias", "c"), START)]
    o = optim.SGD([{"params": named[:1], "lr": 0.5, "momentum": 0.5}, {"params": named[1:]}], lr=0.1)
    for (_, p), g in zip(named, GRADS[0]):
        p.grad = g.clone()
    o.step()
    out["named_groups"] = copy.deepcopy(o.state_dict())
    for search in (None, "strong_wolfe"):
        params = [nn.Parameter(p.clone()) for p in START]
        o = optim.LBFGS(params, lr=0.5, max_iter=6, history_size=4, line_search_fn=search)
        losses, after = [], []

        def closure():
            o.zero_grad()
            loss = sum(((p - i) ** 4 + 0.1 * p * p).sum() for i, p in enumerate(params))
            loss.backward()
            return loss

        for _ in range(4):
            losses.append(o.step(closure).item())
            after.append(clone(params))
        out["lbfgs_" + str(search).lower()] = {"losses": losses, "after": after, "end": copy.deepcopy(o.state_dict())}
    torch.save(out, "optimizers.pt")


L = optim.lr_scheduler
SCHEDULERS = {
    "step": lambda o: L.StepLR(o, 3, 0.5),
    "multi_step": lambda o: L.MultiStepLR(o, [2, 4, 4, 9], 0.5),
    "exponential": lambda o: L.ExponentialLR(o, 0.9),
    "cosine": lambda o: L.CosineAnnealingLR(o, 5, 0.01),
    "linear": lambda o: L.LinearLR(o, 0.25, 0.75, 5),
    "constant": lambda o: L.ConstantLR(o, 0.5, 4),
    "lambda": lambda o: L.LambdaLR(o, lambda e: 0.95**e),
    "one_cycle": lambda o: L.OneCycleLR(o, 0.1, total_steps=13),
    "plateau": lambda o: L.ReduceLROnPlateau(o, factor=0.5, patience=1, cooldown=1),
    "sequential": lambda o: L.SequentialLR(o, [L.LinearLR(o, 0.1, 1.0, 3), L.ExponentialLR(o, 0.9), L.StepLR(o, 2, 0.5)], [3, 7]),
}
MEASURES = [3.0, 2.0, 2.1, 2.2, 2.3, 2.4, 1.0, 1.0, 1.1, 1.2, 1.3, 1.4]


def schedulers():
    out = {"measures": MEASURES, "cases": {}}
    for name, make in SCHEDULERS.items():
        for kind in ("sgd", "adam"):
            params = [nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(2))]
            groups = [{"params": params[:1]}, {"params": params[1:], "lr": 0.2}]
            o = optim.SGD(groups, lr=0.1, momentum=0.9) if kind == "sgd" else optim.Adam(groups, lr=0.1)
            s = make(o)
            case = {"begin": copy.deepcopy(s.state_dict()), "rates": [], "groups": []}
            for measure in MEASURES:
                o.step()
                s.step(measure) if name == "plateau" else s.step()
                case["rates"].append([g["lr"] for g in o.param_groups])
            case["groups"] = copy.deepcopy(o.state_dict()["param_groups"])
            case["end"] = copy.deepcopy(s.state_dict())
            out["cases"][name + "_" + kind] = case
    torch.save(out, "schedulers.pt")


def clipping():
    out = {"start": GRADS[0]}
    for name, clip in {
        "norm2": lambda p: nn.utils.clip_grad_norm_(p, 1.0),
        "norm1": lambda p: nn.utils.clip_grad_norm_(p, 1.0, norm_type=1.0),
        "inf": lambda p: nn.utils.clip_grad_norm_(p, 1.0, norm_type=float("inf")),
        "large": lambda p: nn.utils.clip_grad_norm_(p, 1000.0),
        "value": lambda p: nn.utils.clip_grad_value_(p, 0.5),
    }.items():
        params = [nn.Parameter(p.clone()) for p in START[:2]]
        for p, g in zip(params, GRADS[0]):
            p.grad = g.clone()
        norm = clip(params)
        out[name] = {"norm": None if norm is None else norm.item(), "grads": clone(p.grad for p in params)}
    torch.save(out, "clipping.pt")


optimizers()
schedulers()
clipping()
