"""Checkpoint files, good and bad, written byte by byte."""

import json
import pathlib
import struct


def read(path):
    """The header and the data of a safetensors file."""
    content = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    return json.loads(content[8 : 8 + length]), content[8 + length :]


def write(path, header, data):
    """A safetensors file; the header may be text or bytes that are no valid header."""
    if isinstance(header, dict):
        header = json.dumps(header)
    if isinstance(header, str):
        header = header.encode()
    pathlib.Path(path).write_bytes(struct.pack("<Q", len(header)) + header + data)


def tensor(header, data, name):
    """The bytes of one tensor."""
    begin, end = header[name]["data_offsets"]
    return data[begin:end]


def random_model(directory, style_size, seed=0, discriminator=False):
    """A model of random weights, of any style size."""
    import numpy

    random = numpy.random.default_rng(seed)
    outputs = 10 + style_size
    shapes = {
        "encoder": {
            "_seq.0.0.weight": (16, 1, 5, 5), "_seq.0.1.weight": (16,), "_seq.0.1.bias": (16,),
            "_seq.1.0.weight": (32, 16, 3, 3), "_seq.1.1.weight": (32,), "_seq.1.1.bias": (32,),
            "_seq.4.weight": (outputs, 1568), "_seq.4.bias": (outputs,),
        },
        "decoder": {
            "fc.weight": (1568, outputs), "fc.bias": (1568,), "conv1.0.weight": (32, 32, 3, 3),
            "conv1.1.weight": (32,), "conv1.1.bias": (32,), "conv2.0.weight": (4, 32, 3, 3),
            "conv2.1.weight": (4,), "conv2.1.bias": (4,), "conv3.weight": (1, 4, 3, 3),
            "conv3.bias": (1,),
        },
        "discriminator": {
            "_seq.0.weight": (64, outputs), "_seq.0.bias": (64,), "_seq.2.weight": (8, 64),
            "_seq.2.bias": (8,), "_seq.4.weight": (1, 8), "_seq.4.bias": (1,),
        },
    }  # fmt: skip
    directory.mkdir(parents=True, exist_ok=True)
    for network in ["encoder", "decoder"] + ["discriminator"] * discriminator:
        header, data = {}, b""
        for name, shape in shapes[network].items():
            values = random.normal(0, 0.2, shape).astype("<f4").tobytes()
            header[name] = {
                "dtype": "F32", "shape": list(shape),
                "data_offsets": [len(data), len(data) + len(values)],
            }  # fmt: skip
            data += values
        write(directory / f"{network}.safetensors", header, data)
    return directory


def name_classes(directory, names):
    """Says in a checkpoint what its classes are called."""
    path = directory / "encoder.safetensors"
    header, data = read(path)
    write(path, {"__metadata__": {"class_names": "\n".join(names)}, **header}, data)


COLUMNS = [
    "epoch", "training_l1", "training_crossEntropy", "training_generator", "generatorFactor",
    "training_discriminatorFake", "training_discriminatorReal", "seconds_training",
    "validation_l1", "validation_crossEntropy", "validation_accuracy",
    "validation_distributionError", "seconds_validation",
]  # fmt: skip


def history(epochs, adversarial=True):
    """The text of a history.csv: a training that gets better and better."""
    lines = [",".join(COLUMNS)]
    for epoch in range(1, epochs + 1):
        game = [0.6931 + 0.3 / epoch, 0.2 * (epoch - 1) / epochs, 0.7 - 0.3 / epoch, 0.69]
        values = [
            epoch, 0.12 + 0.2 / epoch, 0.01 + 0.4 / epoch**2, *(game if adversarial else [""] * 4),
            5.25, 0.125 + 0.15 / epoch, 0.03 + 0.1 / epoch, 0.99 - 0.05 / epoch,
            40 + 900 / epoch**2 if adversarial else 100.0 * epoch, 0.5,
        ]  # fmt: skip
        lines.append(",".join(map(str, values)))
    return "".join(f"{line}\n" for line in lines)
