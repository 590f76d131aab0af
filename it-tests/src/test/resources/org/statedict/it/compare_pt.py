"""Compares .pt files by PyTorch's own reader.

Arguments, in threes: a file, the zip and the stream that hold the same value; or - if PyTorch
cannot read such a stream.  Prints a line for
each: its name and what was compared.  What cannot be loaded or differs ends it with a message.
"""
import hashlib
import os
import sys
import warnings

import numpy
import torch

warnings.filterwarnings("ignore")


def sha256(raw):
    return hashlib.sha256(raw).hexdigest()


class Describer:
    """Turns a value into text that is equal for equal values only, storages numbered."""

    def __init__(self):
        self.numbers = {}

    def storage(self, storage):
        if storage.nbytes() == 0:
            return "empty"
        number = self.numbers.setdefault(storage.data_ptr(), len(self.numbers))
        raw = torch.empty(0, dtype=torch.uint8).set_(storage).numpy().tobytes()
        return f"#{number} {storage.nbytes()} {sha256(raw)}"

    def tensor(self, t):
        head = f"{type(t).__name__} {t.dtype} {list(t.shape)} {t.layout} {t.device} {t.requires_grad}"
        if t.is_meta:
            return head
        if t.layout == torch.sparse_coo:
            return f"{head} {self.of(t._indices())} {self.of(t._values())} {t.is_coalesced()}"
        if t.layout in (torch.sparse_csr, torch.sparse_bsr):
            return f"{head} {self.of(t.crow_indices())} {self.of(t.col_indices())} {self.of(t.values())}"
        if t.layout in (torch.sparse_csc, torch.sparse_bsc):
            return f"{head} {self.of(t.ccol_indices())} {self.of(t.row_indices())} {self.of(t.values())}"
        if t.is_quantized:
            return f"{head} {t.stride()} {sha256(t.int_repr().numpy().tobytes())} {t.qscheme()} {t!r}"
        marks = f"{t.is_conj()} {t.is_neg()} {self.of(dict(t.__dict__))}"
        return f"{head} {t.stride()} {t.storage_offset()} {marks} {self.storage(t.untyped_storage())}"

    def of(self, v):
        if isinstance(v, torch.Tensor):
            return self.tensor(v)
        if isinstance(v, (torch.UntypedStorage, torch.TypedStorage)):
            untyped = v if isinstance(v, torch.UntypedStorage) else v._untyped_storage
            return f"storage {getattr(v, 'dtype', None)} {self.storage(untyped)}"
        if isinstance(v, numpy.ndarray):
            return f"ndarray {v.dtype} {v.shape} {sha256(v.tobytes())}"
        if isinstance(v, dict):
            entries = ", ".join(f"{self.of(k)}: {self.of(x)}" for k, x in v.items())
            own = self.of(dict(vars(v))) if hasattr(v, "__dict__") else ""
            return f"{type(v).__name__}({entries}){own}"
        if isinstance(v, (list, tuple)):
            return f"{type(v).__name__}[{', '.join(map(self.of, v))}]"
        if isinstance(v, (set, frozenset)):
            return f"{type(v).__name__}{sorted(map(self.of, v))}"
        if hasattr(v, "__dict__") and type(v).__module__ not in ("torch", "builtins"):
            return f"{type(v).__name__} {self.of(dict(vars(v)))}"
        return f"{type(v).__name__} {v!r}"


def load(file, **options):
    return Describer().of(torch.load(file, map_location="cpu", **options))


def same(expected, found, what):
    if expected != found:
        at = next((i for i, (a, b) in enumerate(zip(expected, found)) if a != b), 0)
        sys.exit(f"{what} differs:\n{expected[max(0, at - 80):at + 200]}\n{found[max(0, at - 80):at + 200]}")


def compare(original, archive, stream):
    name = os.path.basename(original)
    try:
        expected = load(original, weights_only=True)
        safe = True
    except Exception:
        expected = load(original, weights_only=False)
        safe = False
    done = ["weights_only" if safe else "full"]
    same(expected, load(archive, weights_only=safe), name)
    same(expected, load(archive, weights_only=safe, mmap=True), name + " mapped")
    done.append("mmap")
    if stream != "-":
        same(expected, load(stream, weights_only=safe), name + " stream")
        done.append("stream")
    print(name, *done)


for i in range(1, len(sys.argv), 3):
    compare(*sys.argv[i:i + 3])
