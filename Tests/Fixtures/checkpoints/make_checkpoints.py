"""Makes dtypes.safetensors: one tensor of every dtype that PyTorch can write, and metadata.

    python3 make_checkpoints.py

needs torch and safetensors. The bytes of a tensor are 1, 2, 3, ... so that the test in Swift can
make the same file.
"""

from pathlib import Path

import torch
from safetensors.torch import save_file

DTYPES = [
    "bool", "uint8", "int8", "float8_e5m2", "float8_e4m3fn", "float8_e8m0fnu", "int16", "uint16",
    "float16", "bfloat16", "int32", "uint32", "float32", "complex64", "float64", "int64", "uint64",
]  # fmt: skip


def tensor(name: str, count: int) -> torch.Tensor:
    dtype = getattr(torch, name)
    numbers = torch.arange(1, count * dtype.itemsize + 1, dtype=torch.uint8)
    if dtype == torch.bool:
        return numbers % 2 == 1
    return numbers.view(dtype)


tensors = {f"a {name}": tensor(name, 1) for name in DTYPES}
tensors["é \u2028\x7f\u0001\"\\/\n"] = tensor("float32", 6).reshape(1, 2, 3)
tensors["Z"] = tensor("float32", 2)
tensors["empty"] = torch.zeros(3, 0)
tensors["scalar"] = tensor("float32", 1).reshape(())
save_file(
    tensors, Path(__file__).with_name("dtypes.safetensors"), metadata={"ä": "ü\t\u001f"}
)
