"""One run from its claim to its end, inside one worker."""

from __future__ import annotations

import errno
import logging
import os
import shlex
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from core import leases
from core.errors import TesseraError, Unusable
from training import waiting
from training.models import ACTIVE, Run, RunStatus
from training.services import devices, gates
from training.services.ingestion import LEASE_SECONDS, Ingestion, announce_status
from training.services.preparation import prepare
from training.services.publishing import Publisher
from training.services.samples import SampleStore
from training.services.sweeps import announce as announce_sweep
from training.supervision import Ending, News, Outcome, Report, Verdict, supervise

MOST_ATTEMPTS = 5
# What a training process has no business with.
SECRETS = ("DATABASE_URL", "REDIS_URL", "TESSERA_SECRET_KEY", "TESSERA_INFERENCE_TOKEN")
logger = logging.getLogger(__name__)
_stopping = threading.Event()


def stop_soon() -> None:
    """The worker is asked to end: its run goes back into the queue at the next look, with its checkpoint."""
    _stopping.set()


def execute(_named: str = "") -> None:
    """Train the run whose turn it is, whichever a message named: it only says that there is work.

    Returns when it ended or was lost; at once where nothing waits, or where another process of this machine
    trains on the same devices.
    """
    if _stopping.is_set():
        return
    with devices.held() as free:
        taken = _take() if free else None
        if taken is not None:
            _train(*taken)


def _train(run: Run, token: uuid.UUID) -> None:
    try:
        outcome = _attempt(run, token)
    except TesseraError as error:
        outcome = _failed(error.detail, "", "Correct the cause and resume the run.")
    except (OperationalError, InterfaceError):
        # The database's trouble, not the run's: the lease runs out, and the reaper sends the run again.
        logger.exception("run %s lost its database; it will be taken up again", run.pk)
        return
    except OSError as error:
        logger.exception("run %s failed on a file", run.pk)
        outcome = _file_trouble(error)
    except Exception as error:
        logger.exception("run %s failed in the worker", run.pk)
        detail = f"{type(error).__name__}: {error}"
        outcome = _failed("The worker hit a bug", detail, "The worker's log has the details; resume the run.")
    if outcome.ending is Ending.LOST:
        logger.warning("run %s went to another worker", run.pk)
        return
    finish(run, token, outcome)


def _take() -> tuple[Run, uuid.UUID] | None:
    """Claim the first run of the queue; where another worker is quicker, the one behind it."""
    while queue := waiting.queue():
        with transaction.atomic():
            before = Run.objects.filter(pk=queue[0].run).first()
            open_run = Run.objects.filter(pk=queue[0].run, status__in=ACTIVE, cancel_requested=False)
            token = leases.claim(open_run, LEASE_SECONDS, status=RunStatus.PREPARING)
            if before is None or token is None:
                continue
            waiting.occupy(before)
        rows = Run.objects.select_related("workflow_version__workflow", "snapshot", "created_by")
        return rows.get(pk=before.pk), token
    return None


def _attempt(run: Run, token: uuid.UUID) -> Outcome:
    if run.attempts > MOST_ATTEMPTS:
        return _failed(
            f"The worker died {MOST_ATTEMPTS} times without progress on this run",
            "",
            "Memory may run out: choose a smaller batch_size or input_size, then resume the run.",
        )
    with transaction.atomic():
        changes: dict[str, Any] = {
            "started_at": run.started_at or timezone.now(),
            "message": "preparing the data",
        }
        if not leases.renew(Run, run.pk, token, LEASE_SECONDS, **changes):
            return Outcome(Ending.LOST)
        run.started_at, run.message = changes["started_at"], changes["message"]
        _announce(run)
    with _lease_kept(run.pk, token):
        folder = prepare(run)
    publisher = Publisher(run, folder)
    samples = SampleStore(run, folder)
    ingestion = Ingestion(run, token, publisher, samples)
    try:
        outcome = supervise(folder, command(run, folder), _until_stopped(ingestion), env=child_environment())
        if outcome.ending is Ending.LOST or not ingestion.settle():
            return Outcome(Ending.LOST)
    finally:
        publisher.close()
        samples.close()
    if outcome.ending is Ending.SUCCEEDED and publisher.missing():
        names = ", ".join(publisher.missing())
        return _failed(
            "Trained, but not every artifact could be stored",
            f"{names}: {publisher.failure or 'the bundle in the run folder is not readable'}",
            "See that the storage has room and answers, then resume the run: nothing is trained again.",
        )
    return outcome


def command(run: Run, folder: Path) -> list[str]:
    """The training process: one, or one a device under torch's own launcher, with the worker's
    TESSERA_LAUNCHER options where several machines train together. Raises Unusable where a CPU has fewer
    cores than the run wants processes."""
    module = ["-m", "training.ml.train", str(folder)]
    gpus = run.hardware.get("gpus") or 1
    meeting = shlex.split(os.environ.get("TESSERA_LAUNCHER", ""))
    if gpus > 1 or meeting:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        if run.hardware.get("device") == "cpu" and gpus > cores:
            raise Unusable(f"hardware.gpus is {gpus} and the worker has {cores} cores: choose that or fewer.")
        options = [*(meeting or ["--standalone"]), "--nproc_per_node", str(gpus)]
        return [sys.executable, "-m", "torch.distributed.run", *options, *module]
    return [sys.executable, *module]


def child_environment() -> dict[str, str]:
    """The worker's environment without its secrets, with our own packages importable."""
    kept = {name: value for name, value in os.environ.items() if name not in SECRETS}
    path = os.pathsep.join(filter(None, [str(settings.BASE_DIR), kept.get("PYTHONPATH")]))
    return {
        **kept,
        "PYTHONPATH": path,
        "PYTHONUNBUFFERED": "1",
        "TESSERA_WEIGHTS_DIR": str(settings.TESSERA_WEIGHTS_DIR),
    }


def finish(run: Run, token: uuid.UUID, outcome: Outcome) -> None:
    """Write how it ended and give the lease back; nothing when the lease is no longer ours."""
    with transaction.atomic():
        ours = Run.objects.select_for_update().filter(pk=run.pk, lease_token=token)
        cancelled = ours.values_list("cancel_requested", flat=True).first()
        if not leases.release(Run, run.pk, token, **_last_words(outcome, bool(cancelled))):
            return
        waiting.vacate(run.pk)
        run.refresh_from_db()
        _announce(run)
        if run.status == RunStatus.SUCCEEDED:
            gates.measure_kept(run.pk)


def _last_words(outcome: Outcome, cancelled: bool) -> dict[str, Any]:
    """What the row says of its end. A run that somebody cancelled does not go back into the queue, where
    nobody would take it up."""
    changes: dict[str, Any] = {"message": "", "eta_seconds": None}
    ending = outcome.ending
    if ending is Ending.PAUSED and not cancelled:
        message = "the worker was stopped; the run goes on when one is back"
        return {**changes, "status": RunStatus.QUEUED, "message": message, "attempts": 0, "sent_at": None}
    status = RunStatus.CANCELLED if ending is Ending.PAUSED else RunStatus(ending.value)
    return {**changes, "status": status, "finished_at": timezone.now(), "error": outcome.error}


def _announce(run: Run) -> None:
    """Tell the watchers of the run, and of the sweep that it belongs to."""
    announce_status(run)
    if run.sweep:
        announce_sweep(run.sweep)


def _until_stopped(report: Report) -> Report:
    def asked(news: News) -> Verdict:
        verdict = report(news)
        return Verdict.PAUSE if verdict is Verdict.GO_ON and _stopping.is_set() else verdict

    return asked


def _failed(title: str, detail: str, hint: str) -> Outcome:
    return Outcome(Ending.FAILED, {"title": title, "detail": detail, "hint": hint})


def _file_trouble(error: OSError) -> Outcome:
    where = f"{error.strerror or error}" + (f": {error.filename}" if error.filename else "")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        hint = "Free space in the data folder, then resume the run: it goes on at its last checkpoint."
        return _failed("The worker's disk is full", where, hint)
    hint = "See that the worker may read and write its data folder, then resume the run."
    return _failed("The worker could not read or write a file", where, hint)


@contextmanager
def _lease_kept(run_id: uuid.UUID, token: uuid.UUID) -> Iterator[None]:
    """Renew the lease beside a step that cannot do it itself."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(LEASE_SECONDS / 3):
            try:
                leases.renew(Run, run_id, token, LEASE_SECONDS)
            except Exception:
                logger.exception("renewing the lease of run %s failed", run_id)
            finally:
                connection.close()

    heart = threading.Thread(target=beat, daemon=True)
    heart.start()
    try:
        yield
    finally:
        done.set()
        heart.join()
