"""Writes printing.json: how PyTorch prints tensors of all types and shapes.

    python make_printing.py         # needs torch 2.13

A case is a view of a small storage, so that even big tensors take few bytes: the storage's bytes in
base64, dtype, shape, strides and storage offset, traits, and the text that `repr` gives. Devices that
this machine may lack are printed by telling the printer so: only the suffix depends on them.
"""

import base64
import json
import math
import os
import warnings

import torch

warnings.filterwarnings("ignore")
generator = torch.Generator().manual_seed(20261)
cases = []

FLOATS = [torch.float64, torch.float32, torch.float16, torch.bfloat16]
FLOAT8 = [torch.float8_e4m3fn, torch.float8_e5m2, torch.float8_e4m3fnuz, torch.float8_e5m2fnuz, torch.float8_e8m0fnu]
INTS = [torch.int64, torch.int32, torch.int16, torch.int8, torch.uint64, torch.uint32, torch.uint16, torch.uint8]
COMPLEX = [torch.complex128, torch.complex64, torch.complex32]
INF, NAN = float("inf"), float("nan")


def case(tensor):
    plain = tensor.detach()
    conj, neg = plain.is_conj(), plain.is_neg()
    if neg:
        plain = plain._neg_view()
    if conj:
        plain = plain.conj()
    row = {
        "dtype": str(plain.dtype).removeprefix("torch."),
        "shape": list(plain.shape),
        "strides": list(plain.stride()),
        "offset": plain.storage_offset(),
        "bytes": base64.b64encode(bytes(plain.untyped_storage().tolist())).decode(),
        "text": repr(tensor),
    }
    if conj:
        row["conj"] = True
    if neg:
        row["neg"] = True
    if tensor.requires_grad:
        row["requires_grad"] = True
    if isinstance(tensor, torch.nn.Parameter):
        row["parameter"] = True
    cases.append(row)


def normal(*shape, dtype=torch.float32):
    return torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


def integers(low, high, *shape, dtype=torch.int64):
    return torch.randint(low, high, shape, generator=generator, dtype=torch.int64).to(dtype)


def floats():
    """Lists that meet every rule of the formatter."""
    lists = [
        [0.0], [-0.0], [1.0], [-1.0], [0.5], [1.5, -2.25], [1, 2, 3], [1, -2, 300], [0, 0, 0],
        [NAN], [INF], [-INF], [NAN, INF, -INF], [NAN, 1], [INF, 1.5], [-INF, 0.25, NAN], [NAN, 12345.0, -1],
        [1e-4], [9.9e-5], [1e-5, 1], [1000.0, 1], [1001.0, 1], [1001.5, 1], [1e8], [1.1e8], [1e8, 1e6], [99999999.0],
        [123456789.0], [1e10], [1e-10, 1e10], [1e15, 1e15 + 2], [0.1, 100], [0.1, 100.1], [0.1, 101], [1e-3, 1], [9.99e-4, 1],
        [0.00005], [0.00015, 0.1], [0.00025], [2.5e-4, 1.5e-4], [0.12345, 0.00125], [1.00005, 2.00015], [0.5, 0.03125, 0.00390625],
        [1e-4, 0.1], [1e-4, 0.10001], [1e-45], [5e-324], [1e38], [1e300, 1e-300], [3.4e38, NAN], [-0.0, 1e-20], [-1e-20, 5.0],
        [65504.0], [6e-8], [57344.0, 1.0], [448.0, 0.001953125], [math.pi, math.e, math.sqrt(2)], [-0.00001, 1.0], [0.99999, 1.0],
        [9.99999e7], [99999.5, 100], [1e5, 1e4, 1e3], [12345678.0, 12345679.0], [1.0000000001e8], [1, INF, -2], [1e9, NAN, -INF],
    ]
    for values in lists:
        for dtype in FLOATS:
            case(torch.tensor(values, dtype=torch.float64).to(dtype))
    for values in ([0.5], [1.0, 2.0], [0.001953125, 448.0], [NAN, 1.5], [0.0], [16.0, 0.0156], [-3.5, 7.0], [1e-3, 3.0]):
        for dtype in FLOAT8:
            case(torch.tensor(values, dtype=torch.float64).to(dtype))
    for dtype in FLOAT8:
        case(torch.arange(256, dtype=torch.int64).to(torch.uint8).view(dtype))
        case(torch.arange(40, 72, dtype=torch.int64).to(torch.uint8).view(dtype).reshape(4, 8))


def scalars():
    for value in (0.0, 1.0, -2.5, 1e-5, 1e9, 123456.789, 1e-4, NAN, INF, -INF, -0.0):
        for dtype in FLOATS:
            case(torch.tensor(value, dtype=torch.float64).to(dtype))
    for dtype in INTS + [torch.bool]:
        case(torch.tensor(1).to(dtype))
    for value in (0j, 1 + 2j, -1.5 - 0.25j, complex(NAN, INF), complex(1e-5, -1e5), complex(-0.0, -0.0)):
        for dtype in COMPLEX:
            case(torch.tensor(value, dtype=torch.complex128).to(dtype))


def whole_numbers():
    for dtype in INTS:
        case(torch.tensor([0, 1, 10, 100]).to(dtype))
        info = torch.iinfo(dtype)
        case(torch.tensor([info.min, 0, min(info.max, 2**63 - 1)], dtype=torch.int64).to(dtype))
        case(integers(0, 100, 3, 5, dtype=dtype))
    case(torch.tensor([-1, -(2**63)]).view(torch.uint64))
    case(torch.tensor([-5, 100000, 3]))
    for values in ([True], [True, False], [False, False], [True] * 30):
        case(torch.tensor(values))
    case(integers(0, 2, 4, 5).bool())


def shapes():
    for shape in [(1,), (2, 3), (1, 1), (3, 1), (1, 7), (2, 3, 4), (1, 2, 1, 3), (2, 1, 1, 1, 2), (2, 2, 2, 2), (5, 1, 2), (1,) * 8]:
        case(normal(*shape))
        case(integers(-50, 50, *shape))
        case(normal(*shape, dtype=torch.float16))
    for count in (5, 8, 9, 10, 11, 12, 20, 23, 24, 25, 35, 99, 100, 1000):
        case(integers(0, 3, count))
        if count <= 100:
            case(normal(count))
            case(normal(count, dtype=torch.float64) * 1e-6)
            case(integers(0, 2, count).bool())
    for shape in [(2, 12), (2, 30), (1, 3, 40), (2, 2, 20)]:
        case(normal(*shape, dtype=torch.bfloat16))
        case(integers(0, 1000000, *shape, dtype=torch.int32))


def empties():
    for shape in [(0,), (2, 0), (0, 2), (0, 0, 0), (3, 0, 5)]:
        for dtype in [torch.float32, torch.float64, torch.int64, torch.bool, torch.complex64, torch.float8_e5m2]:
            case(torch.empty(shape, dtype=dtype))
    case(torch.empty(0, 3, requires_grad=True))


def summaries():
    """Big views of storages of some dozen elements."""
    small = normal(200) * 3
    steps = torch.arange(300)
    for shape, strides in [
        ((1000,), (0,)), ((1001,), (0,)), ((40, 25), (3, 1)), ((40, 26), (3, 1)), ((7, 143), (1, 1)), ((7, 144), (1, 1)),
        ((6, 200), (1, 0)), ((200, 6), (0, 1)), ((200, 7), (0, 1)), ((1002, 1), (0, 1)), ((1, 1002), (1, 0)), ((5000, 5000), (0, 0)),
        ((10, 10, 11), (7, 3, 1)), ((2, 3, 500), (50, 9, 0)), ((3, 500, 2), (50, 0, 9)), ((500, 2, 3), (0, 50, 9)),
        ((7, 7, 7, 7), (5, 4, 3, 2)), ((2, 2, 2, 200), (40, 30, 9, 0)), ((8, 6, 8, 6), (5, 4, 3, 2)), ((1, 1, 2000), (0, 0, 0)),
        ((10**9, 10**9), (0, 0)), ((6, 6, 6, 6), (1, 2, 3, 4)), ((6, 6, 6, 5), (1, 2, 3, 4)),
    ]:
        case(small.as_strided(shape, strides, 3))
        case(steps.as_strided(shape, strides, 1))
        case((small > 0).as_strided(shape, strides, 1))
    for dtype in FLOATS + FLOAT8:
        case(normal(12, dtype=torch.float32).mul(20).to(dtype).as_strided((101, 11), (0, 1), 0))
    for dtype in COMPLEX:
        case(torch.complex(normal(30), normal(30) * 100).to(dtype).as_strided((2000,), (0,), 3))
        case(torch.complex(normal(30), normal(30)).to(dtype).as_strided((20, 60), (1, 0), 3))
    wild = torch.tensor([1e-9, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 1e9])
    case(wild.as_strided((1500,), (0,), 1))
    case(wild.as_strided((5, 300), (1, 0), 0))
    case(torch.cat([torch.ones(600), torch.tensor([1e20, 0.5]), torch.ones(600)]).to(torch.bfloat16))
    case(torch.arange(1200, dtype=torch.int16))


def complex_numbers():
    for dtype in COMPLEX:
        case(torch.tensor([1 + 2j, -3.5 - 4j, 0j], dtype=torch.complex128).to(dtype))
        case(torch.complex(normal(12), normal(12) * 1000).to(dtype))
        case(torch.complex(normal(2, 6), normal(2, 6)).to(dtype))
        case(torch.tensor([complex(NAN, 1), complex(2, -INF), complex(-0.0, -0.0)], dtype=torch.complex128).to(dtype))
        case(torch.complex(torch.arange(30.0), -torch.arange(30.0)).to(dtype))
        case(torch.complex(normal(5), normal(5)).to(dtype).conj())
        case(torch.complex(normal(5), normal(5)).to(dtype)._neg_view())
        case(torch.complex(normal(5), normal(5)).to(dtype).conj().imag)


def views():
    x = normal(6, 8)
    for view in (x.t(), x[1:3, ::2], x[:, 3], x.flip(0)[2], x.expand(2, 6, 8), x[2].expand(3, 8), x.reshape(2, 3, 8).permute(2, 0, 1)):
        case(view)
    case(torch.arange(10)._neg_view())
    case(torch.arange(2000.0)[::2][:1000])


def traits():
    for shape in [(), (2,), (3, 4), (2, 14), (0,), (20, 60)]:
        for dtype in (torch.float32, torch.float64, torch.bfloat16):
            data = torch.arange(7, dtype=dtype).mul(1.5)
            strides = (0, 1)[-len(shape):] if len(shape) == 1 else (0,) * len(shape)
            view = data.as_strided(shape, strides)
            case(view.detach().clone().requires_grad_() if view.numel() < 100 else view.detach().requires_grad_())
            case(torch.nn.Parameter(view))
            case(torch.nn.Parameter(view, requires_grad=False))
    for count in range(4, 14):  # where the suffix goes to a line of its own
        case(torch.arange(count, dtype=torch.float64).add(0.5).requires_grad_())
        case(torch.arange(count, dtype=torch.int32).mul(1000))


def devices():
    """The device suffix, printed by the very code that prints it, from the text of the rest."""
    from torch._tensor_str import _add_suffixes, _tensor_str

    for label, dtype in (("cuda:0", torch.float32), ("cuda:1", torch.float16), ("mps:0", torch.int64), ("xpu:0", torch.float32)):
        for count in (3, 8, 9, 40):
            tensor = torch.arange(count, dtype=torch.float64).mul(1.25).to(dtype)
            case(tensor)
            suffixes = [f"device='{label}'"] + ([] if dtype in (torch.float32, torch.int64) else [f"dtype={dtype}"])
            cases[-1]["text"] = _add_suffixes("tensor(" + _tensor_str(tensor, 7), suffixes, 7, False)
            cases[-1]["device"] = label
    meta = torch.empty(3, 4, dtype=torch.float16, device="meta")
    cases.append({"dtype": "float16", "shape": [3, 4], "strides": [0, 0], "offset": 0, "bytes": "AAA=",
                  "device": "meta", "text": repr(meta)})
    cases.append({"dtype": "int64", "shape": [3], "strides": [0], "offset": 0, "bytes": "AAAAAAAAAAA=",
                  "device": "meta", "text": repr(torch.empty(3, dtype=torch.int64, device="meta"))})


for fill in (floats, scalars, whole_numbers, shapes, empties, summaries, complex_numbers, views, traits, devices):
    fill()
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "printing.json"), "w") as out:
    out.write('{"torch": "%s", "cases": [\n' % torch.__version__)
    out.write(",\n".join(json.dumps(row) for row in cases))
    out.write("\n]}\n")
