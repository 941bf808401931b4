"""Writes forward-S.safetensors: what PyTorch makes of four test images, for several style sizes,
and forward-input.safetensors, those images' bytes as floats.

Run with any Python that has torch and numpy (Debian: python3-torch):  python3 make_forward.py
Computed in double and rounded to float32, so that only the tested side's rounding is left.
"""

from pathlib import Path

import torch

from model import networks, normalized, test_set, write_safetensors


def main():
    images, _ = test_set(4)
    folder, metadata = Path(__file__).parent, {"made_by": "make_forward.py"}
    pixels = torch.tensor(images.astype("f4"))
    write_safetensors(folder / "forward-input.safetensors", {"pixels": pixels}, metadata)
    for style_size in (1, 2, 9, 33):
        encoder, decoder, _ = networks(style_size)
        with torch.no_grad():
            logits, style = encoder(normalized(images, torch.float64))
            decoded = decoder(torch.softmax(logits, dim=1), style)
        write_safetensors(
            folder / f"forward-{style_size}.safetensors",
            {"logits": logits, "style": style, "images": decoded.squeeze(1)},
            metadata,
        )


if __name__ == "__main__":
    main()
