"""Training speed as ratios measured in one go: `python -m tests.bench.training`.

A run, with loader, augmentation, logging and checkpoints, against a bare PyTorch loop over tensors in memory
with the same model, and against `transformers.Trainer` with transformers' model, at the same size and batch.
The three take turns, so that a neighbour on the machine slows all of them.
"""

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.ml.threads import share_cores

share_cores()

import cv2  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402

from training.ml.data.loader import Batch, Prefetch  # noqa: E402
from training.ml.hyperparameters import fill  # noqa: E402
from training.ml.loop import Loop  # noqa: E402
from training.ml.losses import make_loss, mean  # noqa: E402
from training.ml.models import architecture  # noqa: E402
from training.ml.preparation import Job, prepare  # noqa: E402
from training.ml.reporting import Reporter  # noqa: E402

IMAGES, LABELS = 24, 3
ROUNDS = 5


@dataclass(frozen=True)
class Case:
    """An architecture, how it is measured, transformers' model of the same parameters, and what is promised
    of the run's speed against the bare loop's and the Trainer's.
    """

    architecture: str
    variant: str
    side: int
    batch: int
    steps: int
    rival: Callable[[], torch.nn.Module]
    against_bare: float
    against_trainer: float


def segformer() -> torch.nn.Module:
    """transformers' SegFormer-B0."""
    return transformers.SegformerForSemanticSegmentation(
        transformers.SegformerConfig.from_dict({"num_labels": LABELS})
    )


def mask2former() -> torch.nn.Module:
    """transformers' Mask2Former with Swin-T as its published checkpoints are configured."""
    sizes = {"depths": [2, 2, 6, 2], "drop_path_rate": 0.0}
    stages = ["stage1", "stage2", "stage3", "stage4"]
    backbone = transformers.SwinConfig.from_dict({**sizes, "out_features": stages})
    config = transformers.Mask2FormerConfig(backbone_config=backbone)
    config.num_labels = LABELS
    return transformers.Mask2FormerForUniversalSegmentation(config)


CASES = (
    Case("segformer", "b0", 256, 4, 5, segformer, 0.95, 1.5),
    Case("mask2former", "swin-tiny", 128, 2, 2, mask2former, 0.95, 1.0),
)


def make_data(folder: Path, side: int) -> None:
    """JPEG files with boxes, and their manifest."""
    rng = np.random.default_rng(0)
    classes = [{"id": str(i), "name": f"class {i}", "color": "#888888"} for i in range(1, LABELS)]
    lines: list[dict[str, Any]] = [
        {"format": "tessera-manifest/1", "task": "semantic", "unlabelled": "background", "classes": classes}
    ]
    for number in range(IMAGES):
        image = cv2.resize(rng.integers(0, 256, (16, 16, 3), dtype=np.uint8), (side * 2, side * 3 // 2))
        cv2.imwrite(str(folder / f"{number}.jpg"), image)
        box = [*rng.uniform(0, side, 2).tolist(), side * 0.4, side * 0.5]
        kind = str(1 + number % (LABELS - 1))
        lines.append(
            {
                "asset": str(number),
                "name": f"{number}.jpg",
                "width": side * 2,
                "height": side * 3 // 2,
                "split": "train",
                "image": str(folder / f"{number}.jpg"),
                "annotations": [{"id": "0", "class": kind, "bbox": box, "z": 0}],
            }
        )
    (folder / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def make_job(folder: Path, case: Case) -> tuple[Job, Reporter]:
    """A prepared run with the contract's example of augmentations."""
    spec = {
        "task": "semantic",
        "architecture": case.architecture,
        "variant": case.variant,
        "weights": {"kind": "scratch"},
        "input_size": [case.side, case.side],
        "augmentations": [
            {"name": "horizontal_flip", "p": 0.5},
            {"name": "random_resized_crop", "scale": [0.5, 1.0]},
            {"name": "color_jitter"},
        ],
        "hyperparameters": {"steps": 10_000, "batch_size": case.batch},
        "hardware": {"device": "cpu", "precision": "fp32"},
    }
    (folder / "spec.json").write_text(json.dumps(spec))
    reporter = Reporter(folder)
    return prepare(folder, reporter), reporter


def tensors(side: int) -> tuple[torch.Tensor, torch.Tensor]:
    """One epoch of images and targets uint8 in memory, in a few large areas as masks have them."""
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(IMAGES, 3, side, side, generator=generator)
    coarse = torch.randint(0, LABELS, (IMAGES, 4, 4), generator=generator, dtype=torch.uint8)
    return images, coarse.repeat_interleave(side // 4, 1).repeat_interleave(side // 4, 2)


def bare_loop(case: Case) -> Callable[[], None]:
    """The plainest loop: our model and criterion, AdamW, tensors in memory."""
    family = architecture(case.architecture)
    model = family.build(family.config(case.variant, LABELS)).train()
    given, config = fill({}, family.fields), family.config(case.variant, LABELS)
    criterion = family.make_loss(given, config) if family.make_loss else make_loss("cross_entropy")
    optimizer = torch.optim.AdamW(model.parameters(), 6e-4, fused=True)
    images, targets = tensors(case.side)
    device = torch.device("cpu")

    def steps() -> None:
        for step in range(case.steps):
            part = slice(step * case.batch % IMAGES, step * case.batch % IMAGES + case.batch)
            optimizer.zero_grad()
            target = criterion.targets(Batch(images[part], targets[part]), device)
            mean(criterion.totals(model(images[part]), target), criterion.masses(target)).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()

    return steps


class Rows(torch.utils.data.Dataset[dict[str, Any]]):
    """The tensors as the Trainer takes them: index masks, or a mask for each label."""

    def __init__(self, case: Case) -> None:
        self.sets = case.architecture == "mask2former"
        self.images, self.targets = tensors(case.side)

    def __len__(self) -> int:
        return IMAGES

    def __getitem__(self, index: int) -> dict[str, Any]:
        target = self.targets[index].long()
        if not self.sets:
            return {"pixel_values": self.images[index], "labels": target}
        labels = target.unique()
        masks = (target == labels[:, None, None]).float()
        return {"pixel_values": self.images[index], "mask_labels": masks, "class_labels": labels}


def collated(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A batch; what differs in length stays a list."""
    lists = ("mask_labels", "class_labels")
    return {
        key: [row[key] for row in rows] if key in lists else torch.stack([row[key] for row in rows])
        for key in rows[0]
    }


def trainer_loop(folder: Path, case: Case) -> Callable[[], None]:
    """As many steps of `transformers.Trainer` on tensors in memory, its set-up left out of the time."""
    model = case.rival()
    options = transformers.TrainingArguments(
        output_dir=str(folder / "trainer"),
        per_device_train_batch_size=case.batch,
        max_steps=case.steps,
        learning_rate=6e-4,
        use_cpu=True,
        report_to=[],
        save_strategy="no",
        logging_strategy="no",
        disable_tqdm=True,
        remove_unused_columns=False,
    )
    data = Rows(case)

    def steps() -> None:
        trainer = transformers.Trainer(model=model, args=options, train_dataset=data, data_collator=collated)
        trainer.remove_callback(transformers.PrinterCallback)
        trainer.train()

    return steps


def ratio(speeds: dict[str, list[float]], other: str) -> float:
    """The run's speed against another's in the same round, the median over rounds."""
    return statistics.median(a / b for a, b in zip(speeds["run"], speeds[other], strict=True))


def measure(folder: Path, case: Case) -> dict[str, list[float]]:
    """Images per second of each, round by round; in a round they take turns."""
    make_data(folder, case.side)
    job, reporter = make_job(folder, case)
    loop = Loop(job, reporter)
    bare, trainer = bare_loop(case), trainer_loop(folder, case)
    job.engine.model.train()
    speeds: dict[str, list[float]] = {"run": [], "bare": [], "trainer": []}
    for turn in range(ROUNDS + 1):
        with Prefetch(job.batch, loop.step) as batches:
            loop.advance([next(batches)])

            def run(source: Any = batches) -> None:
                for _ in range(case.steps):
                    loop.advance([next(source)])

            took = {"run": seconds(run)}
        took |= {"bare": seconds(bare), "trainer": seconds(trainer)}
        if turn:
            for name, value in took.items():
                speeds[name].append(case.steps * case.batch / value)
    return speeds


def seconds(work: Callable[[], None]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def report(case: Case) -> bool:
    """Measure one case and print it; whether it is as promised."""
    with tempfile.TemporaryDirectory() as folder:
        speeds = measure(Path(folder), case)
    run, bare, trainer = (statistics.median(speeds[name]) for name in ("run", "bare", "trainer"))
    what = f"{case.architecture} {case.variant}, {case.side} x {case.side}, batch {case.batch}"
    print(f"{what}, {torch.get_num_threads()} threads, images per second:")
    print(f"  run {run:.2f}, bare loop {bare:.2f}, transformers.Trainer {trainer:.2f}")
    against_bare, against_trainer = ratio(speeds, "bare"), ratio(speeds, "trainer")
    print(f"  run against bare loop {against_bare:.3f} (at least {case.against_bare})")
    print(
        f"  run against transformers.Trainer {against_trainer:.3f} (above {case.against_trainer})", flush=True
    )
    return against_bare >= case.against_bare and against_trainer > case.against_trainer


def main() -> int:
    """Print the speeds and ratios; 1 where a ratio is under what is promised."""
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", os.cpu_count() or 1)))
    transformers.logging.set_verbosity_error()
    return int(not all([report(case) for case in CASES]))


if __name__ == "__main__":
    raise SystemExit(main())
