"""Times PyTorch on the same work as `bench`, and prints how many times faster `bench` is.

Two loops, both eager (compiled, this small network is slower): "plain" is what a tutorial would
write, every image transformed by itself and collated by a DataLoader; "tuned" is the best found
for a CPU: all images in one tensor, channels last, fused optimisers, the discriminator's two halves
in one pass. The images are the package's test set, six times over for an epoch.

    python3 Benchmarks/pytorch_peer.py [--fraction 0.1] [--runs 1] [--bench .build/release/bench]

--fraction times that part of an epoch and scales it up. Needs torch and numpy; the model is that
of Tests/Fixtures/pytorch/model.py.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Tests" / "Fixtures" / "pytorch"))
from model import CLASSES, Decoder, Discriminator, Encoder, normalized, test_set  # noqa: E402

STYLE_SIZE, BATCH, EPOCH = 4, 64, 60_000
bce = functional.binary_cross_entropy_with_logits


class Images(torch.utils.data.Dataset):
    """Bytes that become a normalised tensor one image at a time, as torchvision's would."""

    def __init__(self, images, labels):
        self.images, self.labels = images, labels

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        image = np.array(self.images[index], copy=True)
        tensor = torch.from_numpy(image[:, :, None]).permute(2, 0, 1).contiguous()
        tensor = tensor.to(torch.float32).div(255)
        mean, deviation = torch.as_tensor([0.5]), torch.as_tensor([0.5])
        tensor = tensor.clone().sub_(mean[:, None, None]).div_(deviation[:, None, None])
        return tensor, int(self.labels[index])


class Model:
    """The networks, their optimisers and one step, in either style."""

    def __init__(self, adversarial, tuned):
        torch.manual_seed(0)
        self.adversarial, self.tuned = adversarial, tuned
        self.encoder, self.decoder = Encoder(STYLE_SIZE), Decoder(STYLE_SIZE)
        self.discriminator = Discriminator(STYLE_SIZE)
        if tuned:
            for network in (self.encoder, self.decoder):
                network.to(memory_format=torch.channels_last)
        fused = {"fused": True} if tuned else {}
        self.optimizer = torch.optim.AdamW(
            [*self.encoder.parameters(), *self.decoder.parameters()], lr=4e-4, **fused
        )
        self.discriminator_optimizer = torch.optim.AdamW(
            self.discriminator.parameters(), lr=4e-4, **fused
        )

    def reconstruct(self, images):
        logits, style = self.encoder(images)
        return logits, style, self.decoder(torch.softmax(logits.detach(), dim=1), style)

    def step(self, images, labels):
        logits, style, outputs = self.reconstruct(images)
        loss = functional.l1_loss(outputs, images) + functional.cross_entropy(logits, labels)
        if self.adversarial:
            one_hot = functional.one_hot(labels, CLASSES).float()
            self.train_discriminator(one_hot, style.detach())
            if self.tuned:
                self.discriminator.requires_grad_(False)
            fake = self.discriminator(one_hot, style)
            loss = loss + 0.1 * bce(fake, torch.zeros_like(fake))
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        if self.adversarial and self.tuned:
            self.discriminator.requires_grad_(True)
        if not self.tuned:
            loss.item()

    def train_discriminator(self, one_hot, style):
        prior = torch.randn_like(style) * 2
        if self.tuned:
            logits = self.discriminator(
                torch.cat([one_hot, one_hot]), torch.cat([style, prior])
            )
            targets = torch.zeros_like(logits)
            targets[: len(style)] = 1
            loss = 2 * bce(logits, targets)
        else:
            fake = self.discriminator(one_hot, style)
            real = self.discriminator(one_hot, prior)
            loss = bce(fake, torch.ones_like(fake)) + bce(real, torch.zeros_like(real))
        self.discriminator_optimizer.zero_grad()
        loss.backward()
        self.discriminator_optimizer.step()


class Data:
    def __init__(self):
        self.images, self.labels = test_set(10_000)
        self.tensor = normalized(self.images, torch.float32)

    def batches(self, tuned, count, size, shuffled):
        """Yields batches of `count` images, the test set several times over if need be."""
        while count > 0:
            part = min(count, len(self.labels))
            count -= part
            order = torch.randperm(len(self.labels))[:part] if shuffled else torch.arange(part)
            if tuned:
                for start in range(0, part, size):
                    chosen = order[start : start + size]
                    images = self.tensor.index_select(0, chosen)
                    images = images.contiguous(memory_format=torch.channels_last)
                    yield images, self.labels.index_select(0, chosen)
            else:
                chosen = torch.utils.data.Subset(Images(self.images, self.labels), order.tolist())
                yield from torch.utils.data.DataLoader(chosen, batch_size=size)


def time_epoch(data, adversarial, tuned, fraction):
    """Seconds of an epoch and of a validation."""
    model = Model(adversarial, tuned)
    for images, labels in data.batches(tuned, 4 * BATCH, BATCH, True):
        model.step(images, labels)
    count = max(BATCH, int(EPOCH * fraction))
    start = time.perf_counter()
    for images, labels in data.batches(tuned, count, BATCH, True):
        model.step(images, labels)
    training = (time.perf_counter() - start) * EPOCH / count

    count = max(4 * BATCH, int(len(data.labels) * fraction))
    start = time.perf_counter()
    with torch.inference_mode():
        for images, labels in data.batches(tuned, count, 4 * BATCH, False):
            logits, _, outputs = model.reconstruct(images)
            functional.l1_loss(outputs, images).item()
            functional.cross_entropy(logits, labels).item()
    return training, (time.perf_counter() - start) * len(data.labels) / count


def bench_seconds(program):
    """The least times of the Swift program, by name."""
    output = subprocess.run(
        [program, "1", "--json"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return json.loads(output.stdout)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--fraction", type=float, default=1.0)
    arguments.add_argument("--runs", type=int, default=1)
    arguments.add_argument("--bench", default=str(ROOT / ".build" / "release" / "bench"))
    arguments = arguments.parse_args()

    threads = torch.get_num_threads()
    print(f"PyTorch {torch.__version__}, {threads} threads\n")
    data = Data()
    least = {}

    def note(name, seconds):
        least[name] = min(seconds, least.get(name, seconds))

    # In turns, so that a machine that slows down slows all of them down.
    for _ in range(arguments.runs):
        for name, seconds in bench_seconds(arguments.bench).items():
            note(("bench", name.split(",")[0]), seconds)
        for loop in ("plain", "tuned"):
            for kind in ("AAE", "SAE"):
                training, validation = time_epoch(
                    data, kind == "AAE", loop == "tuned", arguments.fraction
                )
                note((loop, f"{kind} epoch"), training)
                note((loop, "validation"), validation)

    print("| what | here | PyTorch, plain | ratio | PyTorch, tuned | ratio |")
    print("|---|--:|--:|--:|--:|--:|")
    for name in ("AAE epoch", "SAE epoch", "validation"):
        here, plain, tuned = (least[(who, name)] for who in ("bench", "plain", "tuned"))
        print(
            f"| {name} | {here:.2f} s | {plain:.1f} s | {plain / here:.1f} "
            f"| {tuned:.1f} s | {tuned / here:.1f} |"
        )


if __name__ == "__main__":
    main()
