"""From a child's files into rows and events: one transaction a look, nothing twice."""

from __future__ import annotations

import logging
import time
import uuid
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Max

from core import events, leases
from training.measures import direction
from training.models import WORKING, Run, RunLog, RunMetric
from training.records import Metric, finite, loading_of, metrics_after, printable
from training.run_serializers import run_event, run_events
from training.services.publishing import Publisher
from training.services.samples import SampleStore
from training.specification import WATCHED
from training.supervision import News, Verdict

LEASE_SECONDS = 15.0
RENEW_SECONDS = 4.0
STATUS_SECONDS = 1.0
PROJECT_SECONDS = 2.0
MOST_LOG_LINES = 50_000
SHOWN = (
    "status",
    "step",
    "total_steps",
    "epoch",
    "images_per_second",
    "eta_seconds",
    "device",
    "message",
    "best",
    "attempts",
    "samples",
)
logger = logging.getLogger(__name__)

Item = tuple[str, dict[str, Any], int | None]


class Ingestion:
    """Takes each look at a run folder; says whether the worker goes on, was asked to stop, or lost the run.

    A database that does not answer stops nothing: the news is kept and written later, unless the lease has
    run out in between.
    """

    def __init__(self, run: Run, token: uuid.UUID, publisher: Publisher, samples: SampleStore) -> None:
        self.run = run
        self.token = token
        self.publisher = publisher
        self.samples = samples
        self.last_step = run.metrics.aggregate(last=Max("step"))["last"] or 0
        self.lines = run.log_lines.count()
        # A fresh reading of log.txt meets the lines of an earlier worker first.
        self._skip = self.lines
        self._pending = News()
        self._rolled_back = False
        self._written_at = self._status_at = self._project_at = time.monotonic()

    def __call__(self, news: News) -> Verdict:
        self._pending = _join(self._pending, news)
        if self._pending.index is not None:
            self.publisher.want(self._pending.index)
        if self._pending.samples is not None:
            self.samples.want(self._pending.samples)
        try:
            verdict = self._write()
        except (OperationalError, InterfaceError):
            logger.exception("run %s: the database does not answer; keeping what is new", self.run.pk)
            connection.close()
            self._rolled_back = True
            patience_over = time.monotonic() - self._written_at > LEASE_SECONDS
            return Verdict.LOST if patience_over else Verdict.GO_ON
        return verdict

    def settle(self) -> bool:
        """Wait until everything announced is stored; False when the run was lost meanwhile."""
        self.publisher.refresh()
        while True:
            verdict = self(News())
            if verdict is Verdict.LOST:
                return False
            if self.publisher.idle and self.samples.idle and not self._pending:
                return True
            time.sleep(0.05)

    def _write(self) -> Verdict:
        news, now = self._pending, time.monotonic()
        done, shown = self.publisher.done(), self.samples.done()
        if not news and not done and not shown and now - self._written_at < RENEW_SECONDS:
            return self._flag()
        if self._rolled_back:
            self.run.refresh_from_db(fields=SHOWN)
            self._rolled_back = False
        metrics = metrics_after(news.metrics, self.last_step)
        lines = self._new_lines(news.logs)
        changes = self._changes(news.state, metrics)
        with transaction.atomic():
            if not leases.renew(Run, self.run.pk, self.token, LEASE_SECONDS, **changes):
                return Verdict.LOST
            before = self.run.status, self.run.message
            for name, value in changes.items():
                setattr(self.run, name, value)
            items = [*self._store_logs(lines), *self._store_metrics(metrics)]
            items += [*self.publisher.record(done), *self.samples.record(shown)]
            self._announce(items, moved=bool(changes), turned=before != (self.run.status, self.run.message))
        self.publisher.written(done)
        self.samples.written(shown)
        if metrics:
            self.last_step = metrics[-1].step
        self.lines += len(lines)
        self._skip = max(0, self._skip - len(news.logs))
        self._pending = News()
        self._written_at = now
        return self._flag()

    def _flag(self) -> Verdict:
        row = (
            Run.objects.filter(pk=self.run.pk, lease_token=self.token).values_list("cancel_requested").first()
        )
        if row is None:
            return Verdict.LOST
        return Verdict.CANCEL if row[0] else Verdict.GO_ON

    def _new_lines(self, logs: list[str]) -> list[str]:
        fresh = logs[self._skip :]
        room = MOST_LOG_LINES - self.lines
        if room <= 0:
            return []
        if len(fresh) < room:
            return [printable(line) for line in fresh]
        cut = [printable(line) for line in fresh[: room - 1]]
        return [*cut, f"The log is longer than {MOST_LOG_LINES} lines; the rest is in the run folder only."]

    def _changes(self, state: dict[str, Any] | None, metrics: list[Metric]) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        if state is not None:
            changes.update(_from_state(state))
        if metrics:
            changes["step"] = max(metrics[-1].step, changes.get("step", 0))
            changes["epoch"] = metrics[-1].epoch
            # Only deaths without any progress in between count against a run.
            changes["attempts"] = 1
            best = _better(self.run, metrics)
            if best:
                changes["best"] = best
        # The step shown never moves back: a resumed child repeats what its checkpoint had not yet seen.
        if changes.get("step", 0) < self.run.step:
            changes.pop("step", None)
            changes.pop("epoch", None)
        return {name: value for name, value in changes.items() if getattr(self.run, name) != value}

    def _store_logs(self, lines: list[str]) -> list[Item]:
        rows = [RunLog(run=self.run, n=self.lines + index, line=line) for index, line in enumerate(lines, 1)]
        RunLog.objects.bulk_create(rows, batch_size=500)
        return [("log", {"n": row.n, "line": row.line}, None) for row in rows]

    def _store_metrics(self, metrics: list[Metric]) -> list[Item]:
        RunMetric.objects.bulk_create(
            (
                RunMetric(run=self.run, step=m.step, epoch=m.epoch, values=m.values, time=m.time)
                for m in metrics
            ),
            batch_size=500,
        )
        return [
            (
                "metrics",
                {"step": m.step, "epoch": m.epoch, "values": m.values, "time": m.time.isoformat()},
                m.step,
            )
            for m in metrics
        ]

    def _announce(self, items: list[Item], *, moved: bool, turned: bool) -> None:
        now = time.monotonic()
        if turned or (moved and now - self._status_at >= STATUS_SECONDS):
            items.append(("status", status_of(self.run), None))
            self._status_at = now
        events.emit_many(f"run:{self.run.pk}", items)
        if turned or (moved and now - self._project_at >= PROJECT_SECONDS):
            events.emit(f"project:{self.run.project_id}", "run", {"run": run_event(self.run)})
            self._project_at = now


def status_of(run: Run) -> dict[str, Any]:
    """The payload of a `status` event."""
    return {
        "status": str(run.status),
        "step": run.step,
        "total_steps": run.total_steps,
        "epoch": run.epoch,
        "images_per_second": run.images_per_second,
        "eta_seconds": run.eta_seconds,
        "device": run.device,
        "message": run.message,
        "error": run.error,
        "best": run.best,
    }


def announce_status(*runs: Run) -> None:
    """Tell the watchers of runs of one project, and the project's; call it last in the transaction."""
    for run in runs:
        events.emit(f"run:{run.pk}", "status", status_of(run))
    if runs:
        told: list[Item] = [("run", {"run": shown}, None) for shown in run_events(runs)]
        events.emit_many(f"project:{runs[0].project_id}", told)


def _join(old: News, new: News) -> News:
    return News(
        metrics=old.metrics + new.metrics,
        logs=old.logs + new.logs,
        state=new.state if new.state is not None else old.state,
        index=new.index if new.index is not None else old.index,
        samples=new.samples if new.samples is not None else old.samples,
    )


def _from_state(state: dict[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if state.get("status") in WORKING:
        changes["status"] = state["status"]
        if state["status"] != "preparing":
            changes["message"] = ""
    step, total = finite(state.get("step")), finite(state.get("total_steps"))
    # Before it has read its data a child knows neither: what the row says stands.
    if total is not None and total > 0:
        changes["total_steps"] = int(total)
    if total and step is not None and step >= 0:
        changes["step"] = int(step)
    for name in ("epoch", "images_per_second", "eta_seconds"):
        number = finite(state.get(name))
        if number is not None:
            changes[name] = number
    loading = loading_of(state.get("loading"))
    if loading is not None:
        changes["loading"] = loading
    if isinstance(state.get("device"), str):
        changes["device"] = state["device"][:100]
    if isinstance(state.get("message"), str):
        changes["message"] = state["message"][:500]
    return changes


def _better(run: Run, metrics: list[Metric]) -> dict[str, Any] | None:
    """The new best value of the metric that the run is judged by, or None."""
    judged = run.sweep.metric if run.sweep else (run.spec.get("early_stopping") or {}).get("metric")
    name = judged or WATCHED[run.project.task]
    sign = direction(name)
    best = run.best if run.best and run.best["metric"] == name else None
    for metric in metrics:
        value = metric.values.get(name)
        if value is not None and (best is None or sign * value > sign * best["value"]):
            best = {"metric": name, "value": value, "step": metric.step}
    return best if best != run.best else None
