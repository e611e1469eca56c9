"""Writes resize.json: a small grey picture, resized by Pillow's bilinear filter."""

import json
import pathlib

import numpy as np
from PIL import Image

index = np.arange(63).reshape(9, 7)
source = ((index * 37 + (index // 7) * 11) % 256).astype(np.uint8)
cases = [
    {
        "height": height,
        "width": width,
        "pixels": np.asarray(
            Image.fromarray(source).resize((width, height), Image.Resampling.BILINEAR)
        ).flatten().tolist(),
    }
    for height, width in [(9, 7), (4, 3), (3, 7), (18, 14), (5, 11), (1, 1), (20, 2)]
]
path = pathlib.Path(__file__).with_name("resize.json")
path.write_text(json.dumps({"source": source.flatten().tolist(), "cases": cases}) + "\n")
