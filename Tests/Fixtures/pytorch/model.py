"""The model in PyTorch, and weights and noise that the Swift tests can make again bit by bit.

Shared by make_forward.py, make_training.py and Benchmarks/pytorch_peer.py.

The numbers come from SplitMix64 (Steele, Lea and Flood 2014), started at a seed and used in order:

- uniform: the upper 24 bits of the next output, times 2^-23, minus 1: in [-1, 1), exact in float32;
- a weight or bias of a convolution or linear layer: uniform / sqrt(fan-in), the product in
  double, rounded once to float32; a GroupNorm weight 1 + 0.2 * uniform, its bias 0.2 * uniform;
- noise: twice the sum of twelve (uniform / 2), which has mean 0 and standard deviation 2 and is
  near enough to the prior N(0, 2^2) for a fixture.

A network's tensors take their numbers in the order of its parameter block, which is PyTorch's.
"""

import gzip
import json
import math
import struct
from pathlib import Path

import numpy as np
import torch
from torch import nn

CLASSES = 10
PIXELS = 784
SHARE = Path(__file__).resolve().parents[3] / "share"


class ConvBlock(nn.Sequential):
    """Conv2d without bias, GroupNorm, ReLU."""

    def __init__(self, inputs, outputs, kernel, stride, padding, groups):
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False),
            nn.GroupNorm(groups, outputs),
            nn.ReLU(),
        )


class Encoder(nn.Module):
    """N x 1 x 28 x 28 in [-1, 1] -> logits N x 10, style N x S."""

    def __init__(self, style_size):
        super().__init__()
        self._seq = nn.Sequential(
            ConvBlock(1, 16, 5, 2, 2, 4),
            ConvBlock(16, 32, 3, 1, 1, 8),
            nn.MaxPool2d(3, 2, 1),
            nn.Flatten(),
            nn.Linear(1568, CLASSES + style_size),
        )

    def forward(self, images):
        outputs = self._seq(images)
        return outputs[:, :CLASSES], outputs[:, CLASSES:]


class Decoder(nn.Module):
    """Class probabilities N x 10, style N x S -> N x 1 x 28 x 28."""

    def __init__(self, style_size):
        super().__init__()
        self.fc = nn.Linear(CLASSES + style_size, 1568)
        self.conv1 = ConvBlock(32, 32, 3, 1, 1, 8)
        self.conv2 = ConvBlock(32, 4, 3, 1, 1, 2)
        self.conv3 = nn.Conv2d(4, 1, 3, 1, 1)

    def forward(self, probabilities, style):
        x = self.fc(torch.cat([probabilities, style], dim=1)).view(-1, 32, 7, 7)
        x = self.conv1(nn.functional.interpolate(x, scale_factor=2))
        x = self.conv2(nn.functional.interpolate(x, scale_factor=2))
        return self.conv3(x)


class Discriminator(nn.Module):
    """One-hot label N x 10, style N x S -> logit N x 1: above zero for the encoder's styles."""

    def __init__(self, style_size):
        super().__init__()
        self._seq = nn.Sequential(
            nn.Linear(CLASSES + style_size, 64),
            nn.ReLU(),
            nn.Linear(64, 8),
            nn.ReLU(),
            nn.Linear(8, 1),
        )

    def forward(self, one_hot, style):
        return self._seq(torch.cat([one_hot, style], dim=1))


# Numbers that Swift can make again


class SplitMix64:
    MASK = (1 << 64) - 1

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & self.MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & self.MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & self.MASK
        return z ^ (z >> 31)

    def uniform(self):
        return (self.next() >> 40) * 2.0**-23 - 1.0


def set_parameters(module, seed):
    """Gives every parameter its number; double modules get the same float32 values."""
    stream = SplitMix64(seed)
    with torch.no_grad():
        for layer in module.modules():
            for name, parameter in layer.named_parameters(recurse=False):
                count = parameter.numel()
                if isinstance(layer, nn.GroupNorm):
                    base = 1.0 if name == "weight" else 0.0
                    values = [base + 0.2 * stream.uniform() for _ in range(count)]
                else:
                    scale = 1.0 / math.sqrt(layer.weight[0].numel())
                    values = [scale * stream.uniform() for _ in range(count)]
                values = torch.tensor(values, dtype=torch.float64).float()
                parameter.copy_(values.view(parameter.shape))
    return module


def networks(style_size, dtype=torch.float64, seed=0):
    """Encoder, decoder and discriminator with the fixtures' parameters."""
    return (
        set_parameters(Encoder(style_size), seed + 1000 + style_size).to(dtype),
        set_parameters(Decoder(style_size), seed + 2000 + style_size).to(dtype),
        set_parameters(Discriminator(style_size), seed + 3000 + style_size).to(dtype),
    )


def noise(count, style_size, seed):
    """Count x style_size, every row of the first batch before the second's."""
    stream = SplitMix64(seed)
    values = [
        2.0 * sum(0.5 * stream.uniform() for _ in range(12)) for _ in range(count * style_size)
    ]
    return torch.tensor(values, dtype=torch.float64).float().view(count, style_size)


# Files


def idx(path):
    """The bytes of an IDX file, plain or gzip, in its own shape."""
    data = Path(path).read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    rank = data[3]
    shape = struct.unpack(f">{rank}I", data[4 : 4 + 4 * rank])
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(shape)


def test_set(count):
    """The first images (bytes, N x 28 x 28) and labels of the test set."""
    folder = SHARE / "mnist"
    images = idx(folder / "t10k-images-idx3-ubyte.gz")[:count]
    labels = idx(folder / "t10k-labels-idx1-ubyte.gz")[:count]
    return images, torch.tensor(labels.astype(np.int64))


def normalized(images, dtype):
    """N x 1 x 28 x 28 in [-1, 1]."""
    return torch.tensor(images.astype(np.float64) / 127.5 - 1).to(dtype).unsqueeze(1)


def write_safetensors(path, tensors, metadata):
    """The layout of the reference writer: names in order, header padded to a multiple of 8."""
    header, blocks, offset = {"__metadata__": metadata}, [], 0
    for name in sorted(tensors):
        values = np.ascontiguousarray(tensors[name].detach().numpy(), dtype="<f4")
        end = offset + values.nbytes
        header[name] = {
            "dtype": "F32", "shape": list(values.shape), "data_offsets": [offset, end],
        }
        blocks.append(values.tobytes())
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    Path(path).write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blocks))
