"""Images taken in over HTTP against copying and shrinking them with the bare library: `tests.bench.uploads`.

The bare library is `cp` and a Pillow thumbnail (drafted, 320 pixels, WebP), in as many processes as the
platform has decoders: what an import script would do.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
from PIL import Image

from tests import stack as stacks

COUNT, SIDE = 1000, (1280, 960)
AT_ONCE, CLIENTS = 10, 4
GOAL = 0.5


def make(folder: Path, count: int) -> list[Path]:
    """Photographs as far as a decoder can tell: smooth ground, some noise, each another."""
    ground = np.asarray(Image.effect_mandelbrot(SIDE, (-2, -1.2, 0.6, 1.2), 40).convert("RGB"), np.int16)
    noise = np.random.default_rng(0)
    files = []
    for number in range(count):
        pixels = np.roll(ground, number, axis=1) + noise.integers(-12, 12, ground.shape, np.int16)
        path = folder / f"{number:04}.jpg"
        Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(path, quality=88)
        files.append(path)
    return files


def bare(pair: tuple[Path, Path]) -> None:
    """Copy and shrink one."""
    source, target = pair
    shutil.copyfile(source, target)
    with Image.open(target) as image:
        image.draft("RGB", (320, 320))
        image.thumbnail((320, 320))
        image.save(target.with_suffix(".webp"), quality=80, method=2)


def bare_rate(files: list[Path], folder: Path) -> float:
    pairs = [(file, folder / file.name) for file in files]
    with ProcessPoolExecutor(min(8, os.cpu_count() or 2)) as pool:
        list(pool.map(bare, pairs[:20]))
        began = time.monotonic()
        list(pool.map(bare, pairs, chunksize=10))
        return len(files) / (time.monotonic() - began)


def platform_rate(files: list[Path]) -> float:
    with stacks.running() as stack:
        owner = stack.owner()
        client = httpx.Client(
            base_url=f"{stack.url}/api/v1",
            headers={"Authorization": f"Bearer {owner['api_key']}"},
            timeout=300,
        )
        body = {"workspace": owner["workspace"], "name": "Bench", "task": "semantic"}
        project = client.post("/projects", json=body).json()["id"]

        def send(batch: list[Path]) -> int:
            parts = [("files", (path.name, path.read_bytes(), "image/jpeg")) for path in batch]
            rows = client.post(f"/projects/{project}/assets", files=parts).json()["results"]
            assert all(row["status"] == "ready" and row["duplicate_of"] is None for row in rows)
            return len(rows)

        batches = [files[start : start + AT_ONCE] for start in range(0, len(files), AT_ONCE)]
        began = time.monotonic()
        with ThreadPoolExecutor(CLIENTS) as pool:
            sent = sum(pool.map(send, batches))
        return sent / (time.monotonic() - began)


def main() -> int:
    """Print the figures; 1 where the platform is slower than what is promised."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    with tempfile.TemporaryDirectory(prefix="bench-uploads-") as name:
        folder = Path(name)
        (folder / "bare").mkdir()
        files = make(folder, count)
        mine, theirs = platform_rate(files), bare_rate(files, folder / "bare")
    size = f"{count} JPEGs of {SIDE[0]}×{SIDE[1]}"
    print(f"{size}: {mine:.0f} images/s over HTTP, {theirs:.0f} bare (cp and thumbnail): {mine / theirs:.2f}")
    return int(mine / theirs < GOAL)


if __name__ == "__main__":
    sys.exit(main())
