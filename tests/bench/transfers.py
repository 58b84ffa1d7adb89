"""A large import and export: `python -m tests.bench.transfers [annotations]`.

COCO with polygons of 8 to 40 corners on 640 × 480 images, 46 an image, into an empty project on the embedded
database, and out again; at a tenth and at full size, each in a process of its own. Seconds are those of the
processor and of the clock: the goal is about the first on a machine that does something else.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import orjson

ANNOTATIONS = 300_000
IMAGES_OF = 6_500 / 300_000
CLASSES = 20
WIDTH, HEIGHT = 640, 480
RATE_GOAL = 5_000
MEMORY_GOAL = 700
# How much more a file of ten times the size may take.
GROWTH_GOAL = 1.3


def write_coco(path: Path, annotations: int) -> int:
    """A COCO file as tools write it; returns how many images it has."""
    images = max(1, round(annotations * IMAGES_OF))
    chance = np.random.default_rng(1)
    with path.open("wb") as file:
        rows: list[Any] = [
            {"id": n, "name": f"class {n}", "supercategory": ""} for n in range(1, CLASSES + 1)
        ]
        file.write(b'{"categories":' + orjson.dumps(rows))
        rows = [
            {"id": n, "file_name": f"{n:06d}.jpg", "width": WIDTH, "height": HEIGHT} for n in range(images)
        ]
        file.write(b',"images":' + orjson.dumps(rows) + b',"annotations":[')
        for number in range(annotations):
            file.write((b"," if number else b"") + orjson.dumps(_annotation(number, images, chance)))
        file.write(b"]}")
    return images


def _annotation(number: int, images: int, chance: np.random.Generator) -> dict[str, Any]:
    corners = int(chance.integers(8, 41))
    x, y = chance.uniform(60, WIDTH - 60), chance.uniform(60, HEIGHT - 60)
    turns = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radius = chance.uniform(8, 55) * chance.uniform(0.7, 1, corners)
    ring = np.stack((x + radius * np.cos(turns), y + radius * np.sin(turns)), 1).round(2)
    box = [*ring.min(0).tolist(), *np.ptp(ring, axis=0).tolist()]
    return {
        "id": number + 1,
        "image_id": number % images,
        "category_id": number % CLASSES + 1,
        "segmentation": [ring.ravel().tolist()],
        "bbox": box,
        "area": box[2] * box[3],
        "iscrowd": 0,
    }


@contextmanager
def _measured(said: dict[str, Any], name: str) -> Iterator[None]:
    wall, cpu = time.monotonic(), time.process_time()
    yield
    said[name] = {"wall": time.monotonic() - wall, "cpu": time.process_time() - cpu, "peak": _peak()}


def _peak() -> float:
    """Megabytes that this process had at most since it began."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def child(file: Path, images: int) -> dict[str, Any]:
    """Import the file and export the project; what it took."""
    import django

    django.setup()
    from django.core.management import call_command

    from accounts import services as accounts
    from accounts.models import User
    from accounts.principals import Principal
    from annotations.services.exports import start_export
    from annotations.services.imports import start_import
    from annotations.tasks import import_annotations
    from core import jobs, queue
    from core.models import Job
    from projects.models import Asset
    from projects.services.projects import create_project

    queue.send = lambda *args, **kwargs: None
    assert import_annotations, "the kinds of jobs are registered by loading them"
    call_command("migrate", verbosity=0)
    user = User.objects.create_user("bench@example.com", "correct horse")
    principal = Principal(user)
    workspace = accounts.create_workspace(principal, "Bench")
    project = create_project(principal, workspace, name="Bench", task="instance")
    names = (f"{number:06d}.jpg" for number in range(images))
    Asset.objects.bulk_create(
        [Asset(project=project, name=name, width=WIDTH, height=HEIGHT) for name in names], batch_size=500
    )
    said: dict[str, Any] = {"idle": _peak()}

    def done(job: Job) -> dict[str, Any]:
        jobs.run(str(job.pk))
        job.refresh_from_db()
        assert job.status == Job.Status.SUCCEEDED, job.error
        result: dict[str, Any] = job.result or {}
        return result

    with file.open("rb") as content:
        job = start_import(principal, project, "coco", content, "bench.json", True)
    with _measured(said, "import"):
        said["annotations"] = done(job)["annotations"]
    with _measured(said, "export"):
        done(start_export(principal, project, "coco", None, False))
    return said


def measure(annotations: int) -> dict[str, Any]:
    """As `child` says, with its own database and file."""
    with tempfile.TemporaryDirectory(prefix="tessera-bench-") as folder:
        file = Path(folder) / "bench.json"
        images = write_coco(file, annotations)
        env = {
            **os.environ,
            "TESSERA_DATA_DIR": folder,
            "TESSERA_SECRET_KEY": "bench",
            "DJANGO_SETTINGS_MODULE": "tessera.settings",
            "PYTHONPATH": f"{Path.cwd() / 'platform'}{os.pathsep}{Path.cwd()}",
        }
        command = [sys.executable, "-m", "tests.bench.transfers", "--child", str(file), str(images)]
        answer = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        if answer.returncode:
            raise RuntimeError(answer.stderr[-3000:])
        said: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
        return said


def main() -> int:
    """Print the figures; 1 where one is worse than what is promised."""
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(child(Path(sys.argv[2]), int(sys.argv[3]))))
        return 0
    most = int(sys.argv[1]) if sys.argv[1:] else ANNOTATIONS
    small, large = measure(most // 10), measure(most)
    for said in (small, large):
        for name in ("import", "export"):
            took = said[name]
            print(
                f"{name} of {said['annotations']:,} polygons: {said['annotations'] / took['cpu']:,.0f}/s of "
                f"processor ({took['cpu']:.1f} s), {said['annotations'] / took['wall']:,.0f}/s by the clock, "
                f"at most {took['peak']:.0f} MB ({said['idle']:.0f} before)"
            )
    grown = large["export"]["peak"] / small["export"]["peak"]
    print(f"memory at ten times the size: ×{grown:.2f} (under {GROWTH_GOAL:g})")
    fast = large["annotations"] / large["import"]["cpu"] >= RATE_GOAL
    export_fast = large["export"]["cpu"] <= large["import"]["cpu"]
    small_enough = large["export"]["peak"] < MEMORY_GOAL and grown < GROWTH_GOAL
    return int(not (fast and export_fast and small_enough))


if __name__ == "__main__":
    sys.exit(main())
