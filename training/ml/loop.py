"""The training loop: steps, evaluations, kept artifacts, checkpoints, and when to stop."""

import copy
import math
import time
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from training.ml import ranks
from training.ml.artifacts import better
from training.ml.bundle import read_bundle
from training.ml.checkpoint import load_checkpoint
from training.ml.data.loader import Batch, Prefetch
from training.ml.evaluate import evaluate_bundle, validate
from training.ml.failures import Failure
from training.ml.gauges import Gauges
from training.ml.optim import rate_at, set_rate
from training.ml.preparation import Job
from training.ml.processes import place
from training.ml.reporting import Reporter
from training.ml.shown import Shown
from training.ml.storing import Storage

LINES = 2000


@runtime_checkable
class Paced(Protocol):
    """A model that is told how much of the run has passed, from 0 to 1."""

    progress: float


@dataclass
class Progress:
    """What the loop knows beyond the step; it goes into the checkpoint, so that a resumed run does not see
    the seam.
    """

    elapsed: float = 0.0
    best: float | None = None
    evaluations_since_best: int = 0
    stopped: str = ""
    metrics: dict[str, float] = field(default_factory=dict)


class Loop:
    """One run from its last checkpoint, or its beginning, to its end."""

    def __init__(self, job: Job, reporter: Reporter) -> None:
        self.job, self.reporter = job, reporter
        self.leads = place().rank == 0
        self.progress = Progress()
        self.step = 0
        self.started = time.monotonic()
        self.storage = Storage(job)
        self.gauges = Gauges(job.engine.device)
        self.shown = Shown(job.folder / "samples", job.validation, job.total_steps // self.every)
        self.pending: list[Tensor] = []
        self.mark = time.monotonic()
        self.marked = 0
        self.rate: float | None = None
        self.evaluation_cost = 0.0
        self.averaged = copy.deepcopy(job.engine.model).eval() if job.average else None

    def run(self) -> None:
        """Train, then evaluate what was kept. Raises `Failure`, or `PeerLost` where another rank is gone."""
        self.resume()
        job = self.job
        self.reporter.state(
            status="running", step=self.step, total_steps=job.total_steps, epoch=self.epoch, message=""
        )
        if self.step < job.total_steps and not self.progress.stopped:
            accumulate = int(job.given["accumulate"])
            job.train()
            with Prefetch(job.batch, self.step * accumulate) as batches:
                self.mark, self.marked = time.monotonic(), self.step
                while self.step < job.total_steps and not self.progress.stopped:
                    began = time.monotonic()
                    taken = [next(batches) for _ in range(accumulate)]
                    self.gauges.waited(time.monotonic() - began)
                    self.advance(taken)
        ranks.leave()
        if self.leads:
            self.finish()

    def resume(self) -> None:
        """Load the newest checkpoint, if there is one."""
        found = load_checkpoint(self.job.folder / "checkpoints", self.job.parts, tidy=self.leads)
        if found is not None:
            self.step, values = found
            self.progress = Progress(**values)
            print(f"Resumed after step {self.step}.")
        self.started -= self.progress.elapsed
        self.reporter.rewind(self.step)
        if self.leads:
            self.job.keeper.resume(self.step)
            self.shown.resume(self.step)
        ranks.agree(self.step, self.job.engine.device)

    @property
    def epoch(self) -> float:
        """Passes over the training images so far."""
        return self.step * self.job.images_per_step / len(self.job.store)

    @property
    def every(self) -> int:
        """Steps from one evaluation to the next."""
        return int((self.job.spec.get("evaluation") or {}).get("every") or self.job.total_steps)

    def advance(self, batches: list[Batch]) -> None:
        """One step and whatever is due after it."""
        job = self.job
        self.step += 1
        rate = rate_at(self.step, job.scheduled_steps, job.given)
        set_rate(job.engine.optimizer, rate)
        if isinstance(job.engine.model, Paced):
            job.engine.model.progress = (self.step - 1) / job.scheduled_steps
        ranks.seed(int(job.given["seed"]), self.step)
        self.pending.append(job.engine.step(batches))
        if job.average:
            job.average.update(job.engine.model, self.step)
        last = self.step == job.total_steps or self.out_of_time()
        due = last or self.step % self.every == 0
        evaluates = due and len(job.validation) > 0
        every = max(1, job.total_steps // LINES)
        keeps = "every" in job.keeper.strategies and self.step % (job.keeper.every or self.step + 1) == 0
        if not (due or keeps or self.step % every == 0):
            return
        values = self.training_values(rate)
        if evaluates:
            values |= self.evaluate()
        self.reporter.metrics(self.step, self.epoch, values)
        if self.leads:
            self.keep(values, due, evaluates)
            if due or self.storage.due():
                self.progress.elapsed = time.monotonic() - self.started
                self.storage.checkpoint(self.step, self.progress)
        self.report(values)
        self.mark, self.marked = time.monotonic(), self.step

    def training_values(self, rate: float) -> dict[str, float]:
        """Mean loss since the last line, rate and speed. Raises `Failure` where the loss is no number."""
        loss = float(torch.stack(self.pending).mean())
        self.pending.clear()
        if not math.isfinite(loss):
            raise Failure(
                "The loss is not a number",
                f"At step {self.step} the training loss became {loss}.",
                "Lower learning_rate, lengthen warmup_steps, set gradient_clip to 1, or train in fp32.",
            )
        seconds = max(time.monotonic() - self.mark, 1e-9)
        speed = (self.step - self.marked) * self.job.images_per_step / seconds
        self.rate = speed if self.rate is None else 0.9 * self.rate + 0.1 * speed
        values = {"train/loss": loss, "train/learning_rate": rate, "train/images_per_second": speed}
        return values | (self.gauges.read(seconds) if self.leads else {})

    def model(self) -> nn.Module:
        """The model that is validated and kept: the moving average where there is one."""
        if self.averaged is None or self.job.average is None:
            return self.job.engine.model
        self.averaged.load_state_dict(self.job.average.state)
        return self.averaged

    def evaluate(self) -> dict[str, float]:
        """Validate, and count the evaluations since the best one."""
        began = time.monotonic()
        job, progress = self.job, self.progress
        self.reporter.state(status="running", step=self.step, epoch=self.epoch, message="Validating")
        shows = self.shown.wants(self.step // self.every, self.step == job.total_steps)
        watch = self.shown.watch if shows else None
        batch = int(job.given["batch_size"])
        values = validate(self.model(), job.validation, job.reader, job.criterion, batch, watch)
        if shows:
            self.shown.keep(self.step, self.epoch, self.leads)
        job.train()
        progress.metrics = values
        value = values.get(job.metric)
        # An evaluation that has no such metric, as without an object, says nothing of the model.
        if value is not None and math.isfinite(value):
            progress.evaluations_since_best += 1
            if progress.best is None or better(job.metric, value, progress.best):
                progress.best, progress.evaluations_since_best = value, 0
        stopping = job.spec.get("early_stopping")
        if stopping and progress.evaluations_since_best >= int(stopping.get("patience") or 5):
            progress.stopped = f"Stopped early: {job.metric} did not improve in the last evaluations."
        self.evaluation_cost = time.monotonic() - began
        print(
            f"Step {self.step}: val/loss {values['val/loss']:.4f}, val/miou {values['val/miou']:.4f}, "
            f"{self.evaluation_cost:.1f} s."
        )
        return values

    def out_of_time(self) -> bool:
        """Whether the limit of minutes is reached; the run then ends well with this step."""
        minutes = (self.job.spec.get("limits") or {}).get("minutes")
        if not minutes:
            return False
        over = time.monotonic() - self.started >= float(minutes) * 60
        if not ranks.any_of(over, self.job.engine.device):
            return False
        self.progress.stopped = f"Stopped at the limit of {minutes:g} minutes."
        return True

    def keep(self, values: dict[str, float], due: bool, evaluated: bool) -> None:
        """Write this step's artifact where a strategy asks for it."""
        keeper = self.job.keeper
        final = self.step == self.job.total_steps or bool(self.progress.stopped)
        strategies = keeper.wanted(self.step, values if evaluated else {}, due)
        if final and not strategies and not keeper.entries:
            strategies = ("latest",)
        if strategies:
            known = {**self.progress.metrics, **values}
            metrics = (
                {name: value for name, value in known.items() if name.startswith("val/")} if evaluated else {}
            )
            metrics["train/loss"] = values["train/loss"]
            self.storage.artifact(self.model(), strategies, self.step, self.epoch, metrics)

    def report(self, values: dict[str, float]) -> None:
        """Where the run stands."""
        job = self.job
        left = job.total_steps - self.step
        evaluating = left / self.every * self.evaluation_cost
        eta = left * job.images_per_step / self.rate + evaluating if self.rate else None
        self.reporter.state(
            now="val/loss" in values,
            step=self.step,
            epoch=round(self.epoch, 4),
            images_per_second=round(self.rate, 3) if self.rate else None,
            eta_seconds=round(eta, 1) if eta is not None else None,
            message=self.storage.warning,
        )

    def finish(self) -> None:
        """Evaluate what was kept and was not yet evaluated."""
        job = self.job
        self.reporter.state(
            status="evaluating", step=self.step, epoch=round(self.epoch, 4), eta_seconds=None, message=""
        )
        for number, entry in enumerate(job.keeper.entries if len(job.validation) else [], 1):
            bundle = read_bundle(job.keeper.folder / entry.name)
            if (bundle.folder / "evaluation.json").exists():
                continue
            self.reporter.state(message=f"Evaluating {entry.name} ({number} of {len(job.keeper.entries)})")
            evaluate_bundle(bundle, job.validation, job.engine.device, int(job.given["batch_size"]))
        message = self.progress.stopped
        print(message or "Done.")
        self.reporter.state(status="succeeded", message=message)
