"""Training speed as ratios measured in one go: `python -m tests.bench.training`.

A run, with loader, augmentation, logging and checkpoints, against a bare PyTorch loop over tensors in memory
with the same model, and against `transformers.Trainer` with transformers' model, on the same data and batch.
The three take turns, so that a neighbour on the machine slows all of them.
"""

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from training.ml.threads import share_cores

share_cores()

import cv2  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
import transformers  # noqa: E402

from training.ml.data.loader import Prefetch  # noqa: E402
from training.ml.hyperparameters import fill  # noqa: E402
from training.ml.loop import Loop  # noqa: E402
from training.ml.models import architecture  # noqa: E402
from training.ml.preparation import Job, prepare  # noqa: E402
from training.ml.reporting import Reporter  # noqa: E402

SIDE, BATCH, IMAGES, LABELS = 256, 4, 24, 3
STEPS, ROUNDS = 5, 5
RUN_AGAINST_BARE, RUN_AGAINST_TRAINER = 0.9, 1.2


def make_data(folder: Path) -> None:
    """JPEG files with discs, and their manifest."""
    rng = np.random.default_rng(0)
    classes = [{"id": str(i), "name": f"class {i}", "color": "#888888"} for i in range(1, LABELS)]
    lines: list[dict[str, Any]] = [
        {"format": "tessera-manifest/1", "task": "semantic", "unlabelled": "background", "classes": classes}
    ]
    for number in range(IMAGES):
        image = cv2.resize(rng.integers(0, 256, (16, 16, 3), dtype=np.uint8), (SIDE * 2, SIDE * 3 // 2))
        cv2.imwrite(str(folder / f"{number}.jpg"), image)
        box = [*rng.uniform(0, SIDE, 2).tolist(), 90.0, 120.0]
        kind = str(1 + number % (LABELS - 1))
        lines.append(
            {
                "asset": str(number),
                "name": f"{number}.jpg",
                "width": SIDE * 2,
                "height": SIDE * 3 // 2,
                "split": "train",
                "image": str(folder / f"{number}.jpg"),
                "annotations": [{"id": "0", "class": kind, "bbox": box, "z": 0}],
            }
        )
    (folder / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def make_job(folder: Path) -> tuple[Job, Reporter]:
    """A prepared run with the contract's example of augmentations."""
    spec = {
        "task": "semantic",
        "architecture": "segformer",
        "variant": "b0",
        "weights": {"kind": "scratch"},
        "input_size": [SIDE, SIDE],
        "augmentations": [
            {"name": "horizontal_flip", "p": 0.5},
            {"name": "random_resized_crop", "scale": [0.5, 1.0]},
            {"name": "color_jitter"},
        ],
        "hyperparameters": fill({"steps": 10_000, "batch_size": BATCH}),
        "hardware": {"device": "cpu", "precision": "fp32"},
    }
    (folder / "spec.json").write_text(json.dumps(spec))
    reporter = Reporter(folder)
    return prepare(folder, reporter), reporter


def tensors() -> tuple[torch.Tensor, torch.Tensor]:
    """One epoch of images and targets in memory."""
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(IMAGES, 3, SIDE, SIDE, generator=generator)
    return images, torch.randint(0, LABELS, (IMAGES, SIDE, SIDE), generator=generator)


def bare_loop() -> Callable[[], None]:
    """`STEPS` steps of the plainest loop: our model, AdamW, tensors in memory."""
    family = architecture("segformer")
    model = family.build(family.config("b0", LABELS)).train()
    optimizer = torch.optim.AdamW(model.parameters(), 6e-4, fused=True)
    images, targets = tensors()

    def steps() -> None:
        for step in range(STEPS):
            part = slice(step * BATCH % IMAGES, step * BATCH % IMAGES + BATCH)
            optimizer.zero_grad()
            logits = F.interpolate(
                model(images[part]), size=(SIDE, SIDE), mode="bilinear", align_corners=False
            )
            F.cross_entropy(logits, targets[part], ignore_index=255).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()

    return steps


class Rows(torch.utils.data.Dataset[dict[str, torch.Tensor]]):
    """The tensors as the Trainer takes them."""

    def __init__(self) -> None:
        self.images, self.targets = tensors()

    def __len__(self) -> int:
        return IMAGES

    def __getitem__(self, index: int) -> dict[str, torch.Tensor]:
        return {"pixel_values": self.images[index], "labels": self.targets[index]}


def trainer_loop(folder: Path) -> Callable[[], None]:
    """`STEPS` steps of `transformers.Trainer` on tensors in memory, its set-up left out of the time."""
    model = transformers.SegformerForSemanticSegmentation(transformers.SegformerConfig(num_labels=LABELS))
    options = transformers.TrainingArguments(
        output_dir=str(folder / "trainer"),
        per_device_train_batch_size=BATCH,
        max_steps=STEPS,
        learning_rate=6e-4,
        use_cpu=True,
        report_to=[],
        save_strategy="no",
        logging_strategy="no",
        disable_tqdm=True,
    )
    data = Rows()

    def steps() -> None:
        trainer = transformers.Trainer(model=model, args=options, train_dataset=data)
        trainer.remove_callback(transformers.PrinterCallback)
        trainer.train()

    return steps


def ratio(speeds: dict[str, list[float]], other: str) -> float:
    """The run's speed against another's in the same round, the median over rounds."""
    return statistics.median(a / b for a, b in zip(speeds["run"], speeds[other], strict=True))


def measure(folder: Path) -> dict[str, list[float]]:
    """Images per second of each, round by round; in a round they take turns."""
    make_data(folder)
    job, reporter = make_job(folder)
    loop = Loop(job, reporter)
    bare, trainer = bare_loop(), trainer_loop(folder)
    job.engine.model.train()
    speeds: dict[str, list[float]] = {"run": [], "bare": [], "trainer": []}
    for turn in range(ROUNDS + 1):
        with Prefetch(job.batch, loop.step) as batches:
            loop.advance([next(batches)])

            def run(source: Any = batches) -> None:
                for _ in range(STEPS):
                    loop.advance([next(source)])

            took = {"run": seconds(run)}
        took |= {"bare": seconds(bare), "trainer": seconds(trainer)}
        if turn:
            for name, value in took.items():
                speeds[name].append(STEPS * BATCH / value)
    return speeds


def seconds(work: Callable[[], None]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> int:
    """Print the speeds and ratios; 1 where a ratio is under what is promised."""
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", os.cpu_count() or 1)))
    transformers.logging.set_verbosity_error()
    with tempfile.TemporaryDirectory() as folder:
        speeds = measure(Path(folder))
    threads = torch.get_num_threads()
    run, bare, trainer = (statistics.median(speeds[name]) for name in ("run", "bare", "trainer"))
    print(f"SegFormer-B0, {SIDE} x {SIDE}, batch {BATCH}, {threads} threads, images per second:")
    print(f"  run {run:.2f}, bare loop {bare:.2f}, transformers.Trainer {trainer:.2f}")
    against_bare, against_trainer = ratio(speeds, "bare"), ratio(speeds, "trainer")
    print(f"  run against bare loop {against_bare:.3f} (at least {RUN_AGAINST_BARE})")
    print(f"  run against transformers.Trainer {against_trainer:.3f} (above {RUN_AGAINST_TRAINER})")
    return int(against_bare < RUN_AGAINST_BARE or against_trainer <= RUN_AGAINST_TRAINER)


if __name__ == "__main__":
    raise SystemExit(main())
