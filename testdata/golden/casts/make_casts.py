"""Writes casts.json: what PyTorch makes of numbers when it converts between element types.

    python make_casts.py            # needs torch 2.13 on x86, and ml_dtypes

For types of at most 16 bits every code is converted; the result is kept as CRC-32 sums of blocks of
1024 elements. For wider types chosen and random elements are kept with the bytes they become:
specials, limits of the integer types, numbers halfway between two codes of each narrow float and
their neighbours.

Where C++ leaves the result open, PyTorch has two answers, depending on whether its vectorised loop
or the plain one meets the element: the payload of a bfloat16 NaN (7fc0 or ffff; here always 7fc0),
and floats outside the range of uint32 (here those of the plain loop, which a strided source takes).
And its compiler has folded the one NaN of some float8 types into the integer 0, where any other NaN
becomes the least integer (here these go by way of float32 and become the least integer too).

PyTorch does not convert the formats below 8 bits; their numbers are those of ml_dtypes.
"""

import base64
import json
import os
import warnings
import zlib

import ml_dtypes
import numpy as np
import torch

warnings.filterwarnings("ignore")
NAMES = (
    "float64 float32 float16 bfloat16 float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz "
    "float8_e8m0fnu int64 int32 int16 int8 uint64 uint32 uint16 uint8 bool complex128 complex64 complex32"
).split()
DTYPES = {name: getattr(torch, name) for name in NAMES}
NARROW = NAMES[2:8]
SPECIALS = (
    [s * v for v in (0.0, 1.0, 0.5, 1.5, 2.5, 0.75, 3.999, 127, 128, 129, 255, 255.5, 256, 257, 32767, 32768,
                     32769, 65535, 65535.9, 65536, 65537, 2147483647, 2147483648, 2147483649, 4294967295,
                     4294967296, 4294967297, 5000000001, 9007199254740993, 9223372036854774784,
                     9223372036854775808, 9223372036854777856, 18446744073709549568, 18446744073709551616,
                     1e19, 1.9e19, 1e20, 1e30, 1e38, 3.4e38, 3.5e38, 1e300, float("inf"), 448, 464, 465,
                     480, 57344, 61440, 65504, 65519, 65520, 240, 248, 249, 1e-8, 1e-40, 1e-45, 7e-46,
                     5e-324, 2.0**-126, 2.0**-127, 2.0**-128, 1.5 * 2.0**-127, 1.25 * 2.0**-127)
     for s in (1.0, -1.0)]
)
NANS = {
    "float32": ["7f800001", "ff800001", "7f802000", "7fa12345", "7fc00000", "ffc12345", "ffffffff", "7fffe000"],
    "float64": ["7ff0000000000001", "fff0000000000001", "7ff0000020000000", "7ff4123412341234",
                "fff8123412341234", "ffffffffffffffff", "7ff8000000000000"],
}
ONE_NAN = [DTYPES[n] for n in ("float8_e4m3fnuz", "float8_e5m2fnuz", "float8_e8m0fnu")]
generator = torch.Generator().manual_seed(20260)


def every_code(name):
    bits = torch.empty(0, dtype=DTYPES[name]).element_size() * 8
    count = 2 if name == "bool" else 1 << bits
    whole = torch.uint8 if bits == 8 else torch.int16
    return torch.arange(count, dtype=torch.int64).to(whole).view(DTYPES[name])


def halfway():
    """Midpoints between neighbouring codes of each narrow float, and the floats next to them."""
    found = []
    for name in NARROW:
        numbers = every_code(name).to(torch.float64)
        numbers = torch.unique(numbers[torch.isfinite(numbers)])
        for i in torch.randint(0, len(numbers) - 1, (14,), generator=generator).tolist() + [0, len(numbers) - 2]:
            middle = ((numbers[i] + numbers[i + 1]) / 2).item()
            found += [middle] + [
                torch.nextafter(torch.tensor(middle, dtype=torch.float32), torch.tensor(to)).item()
                for to in (float("inf"), float("-inf"))
            ]
    return found


def bits_of(hexes, dtype):
    return torch.frombuffer(bytearray(b"".join(bytes.fromhex(h)[::-1] for h in hexes)), dtype=torch.uint8).view(dtype)


def random_bits(dtype, count):
    width = torch.empty(0, dtype=dtype).element_size()
    return torch.randint(0, 256, (count * width,), generator=generator, dtype=torch.uint8).view(dtype)


def sample(name):
    dtype = DTYPES[name]
    if dtype.is_complex:
        reals = torch.tensor(SPECIALS, dtype=torch.float64)
        some = torch.complex(reals, reals.flip(0))[::2]
        flat = torch.complex(torch.zeros(6, dtype=torch.float64), reals[:6])
        return torch.cat([some.to(dtype), flat.to(dtype), random_bits(dtype, 60)])
    if dtype.is_floating_point:
        chosen = torch.tensor(SPECIALS + halfway(), dtype=torch.float64)
        usual = torch.randn(60, generator=generator, dtype=torch.float64)
        spread = usual * torch.exp(torch.randn(60, generator=generator, dtype=torch.float64) * 8)
        numbers = torch.cat([chosen, usual, spread]).to(dtype)
        return torch.cat([numbers, bits_of(NANS[name], dtype), random_bits(dtype, 60)])
    width = torch.empty(0, dtype=dtype).element_size() * 8
    edges = [v for k in range(0, width, 3) for v in ((1 << k) - 1, 1 << k, (1 << k) + 1, 3 << k >> 1)]
    edges += [(1 << width) - v for v in edges]
    exact = bits_of([f"{v % (1 << width):0{width // 4}x}" for v in edges], dtype)
    return torch.cat([exact, random_bits(dtype, 60)])


def cast(source, name):
    """By the plain loop: a strided source never takes the vectorised one."""
    if source.dtype in ONE_NAN and "int" in name:
        source = source.to(torch.float32)
    width = source.element_size()
    spread = torch.zeros(len(source) * 3, width, dtype=torch.uint8)
    spread[::3] = source.view(torch.uint8).reshape(-1, width)
    result = spread.view(source.dtype).reshape(-1)[::3].to(DTYPES[name]).contiguous()
    if name == "bfloat16":
        result[torch.isnan(result)] = float("nan")
    return result.view(torch.uint8).numpy().tobytes()


def text(data):
    return base64.b64encode(bytes(data)).decode()


def exhaustive(name):
    source = every_code(name)
    rows = {}
    for target in NAMES:
        if target != name:
            data = cast(source, target)
            width = DTYPES[target].itemsize
            blocks = [data[i : i + 1024 * width] for i in range(0, len(data), 1024 * width)]
            rows[target] = " ".join(f"{zlib.crc32(block):08x}" for block in blocks)
    return rows


def tiny(name, codes):
    dtype = np.dtype(getattr(ml_dtypes, name))
    decoded = np.arange(codes, dtype=np.uint8).view(dtype).astype(np.float32)
    numbers = np.sort(np.unique(decoded))
    middles = (numbers[1:] + numbers[:-1]) / 2
    near = [np.nextafter(middles, np.float32(to), dtype=np.float32) for to in (np.inf, -np.inf)]
    spread = torch.randn(100, generator=generator).mul(8).numpy()
    specials = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1e9, -1e9, 1e-30, -1e-30], dtype=np.float32)
    floats = np.concatenate([middles, *near, spread, specials]).astype(np.float32)
    codes_of = floats.astype(dtype).view(np.uint8)
    return {"decoded": text(decoded.tobytes()), "floats": text(floats.tobytes()), "codes": text(codes_of.tobytes())}


def main():
    small = [n for n in NAMES if DTYPES[n].itemsize <= 2]
    wide = {n: sample(n) for n in NAMES if n not in small}
    golden = {
        "torch": torch.__version__,
        "every": {n: exhaustive(n) for n in small},
        "tiny": {
            "float4_e2m1fn": tiny("float4_e2m1fn", 16),
            "float6_e2m3fn": tiny("float6_e2m3fn", 64),
            "float6_e3m2fn": tiny("float6_e3m2fn", 64),
        },
        "samples": {
            n: {
                "elements": text(s.view(torch.uint8).numpy().tobytes()),
                "to": {t: text(cast(s, t)) for t in NAMES if t != n},
            }
            for n, s in wide.items()
        },
    }
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "casts.json"), "w") as out:
        json.dump(golden, out, indent=0)
        out.write("\n")


main()
