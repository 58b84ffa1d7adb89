"""What the browser must interpolate as the server does: `python -m tests.annotations.geometry.vectors`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from annotations.geometry import interpolate, mask_to_rle

ROOT = Path(__file__).resolve().parents[3]
FILE = ROOT / "frontend/src/features/annotator/model/video/interpolate.vectors.json"
HEIGHT, WIDTH = 48, 64


def blob(rng: np.random.Generator, x: float, y: float, count: int) -> list[list[float]]:
    """A ring of vertices round a place, either way round, begun anywhere."""
    angles = np.sort(rng.uniform(0, 2 * np.pi, count)) + rng.uniform(0, 6)
    radii = rng.uniform(4, 10, count)
    ring = np.stack([x + radii * np.cos(angles), y + radii * np.sin(angles)], 1).round(2)
    return (ring[::-1] if rng.random() < 0.5 else ring).tolist()  # type: ignore[no-any-return]


def mask(rng: np.random.Generator) -> dict[str, Any]:
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    found = np.zeros((HEIGHT, WIDTH), bool)
    for _ in range(rng.integers(1, 4)):
        x, y = rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT)
        wide, high = rng.uniform(2, 14, 2)
        found |= ((columns - x) / wide) ** 2 + ((rows - y) / high) ** 2 <= 1
    return {"mask": mask_to_rle(found)}


def polygons(rng: np.random.Generator, parts: int) -> dict[str, Any]:
    found = []
    for _ in range(parts):
        x, y = rng.uniform(12, WIDTH - 12), rng.uniform(12, HEIGHT - 12)
        holes = []
        if rng.random() < 0.3:
            holes = [[[x - 2, y - 1], [x + 2, y - 1], [x, y + 2]]]
        found.append({"exterior": blob(rng, x, y, int(rng.integers(3, 9))), "holes": holes})
    return {"polygons": found}


def box(rng: np.random.Generator) -> dict[str, Any]:
    return {"bbox": [round(float(value), 2) for value in rng.uniform(1, 30, 4)]}


def cases() -> list[dict[str, Any]]:
    """The same on every machine."""
    rng = np.random.default_rng(11)
    makers = [
        lambda: (box(rng), box(rng)),
        lambda: (polygons(rng, 1), polygons(rng, 1)),
        lambda: (polygons(rng, int(rng.integers(1, 4))), polygons(rng, int(rng.integers(1, 4)))),
        lambda: (mask(rng), mask(rng)),
        lambda: (mask(rng), polygons(rng, 1)),
        lambda: (box(rng), mask(rng)),
        lambda: (box(rng), polygons(rng, 2)),
    ]
    found = []
    for number in range(70):
        before, after = makers[number % len(makers)]()
        share = int(rng.integers(1, 10)) / 10
        result = interpolate(before, after, share, HEIGHT, WIDTH)
        found.append({"before": before, "after": after, "share": share, "result": result})
    return found


def document() -> dict[str, Any]:
    return {"height": HEIGHT, "width": WIDTH, "cases": cases()}


if __name__ == "__main__":
    FILE.write_text(json.dumps(document()) + "\n")
    print(f"wrote {FILE.relative_to(ROOT)}")
