"""Curves of runs as files for other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from training.models import Run, RunMetric
from training.tensorboard import event_file

ROWS_AT_ONCE = 500


def csv_of(runs: Sequence[Run], named: bool = False) -> Iterator[str]:
    """Lines `step,epoch,time,<metrics by name…>`, one by one; with `named` the run comes first."""
    every = _rows(runs).order_by().values_list("values", flat=True).iterator(ROWS_AT_ONCE)
    names = sorted({name for values in every for name in values})
    yield _line([*(["run", "name"] if named else []), "step", "epoch", "time", *names])
    for run in runs:
        first = [str(run.pk), _harmless(run.name)] if named else []
        for metric in _rows([run]).iterator(ROWS_AT_ONCE):
            values = [metric.values.get(name, "") for name in names]
            yield _line([*first, metric.step, metric.epoch, metric.time.isoformat(), *values])


def events_of(run: Run) -> Iterator[bytes]:
    """The run's curve as a TensorBoard event file, record by record."""
    began = (run.started_at or run.created_at).timestamp()
    rows = _rows([run]).iterator(ROWS_AT_ONCE)
    return event_file(((metric.step, metric.time.timestamp(), metric.values) for metric in rows), began)


def in_blocks(lines: Iterable[str], size: int = 1 << 16) -> Iterator[bytes]:
    """Text in larger pieces, so that an answer is not sent line by line."""
    block, length = [], 0
    for line in lines:
        block.append(line)
        length += len(line)
        if length >= size:
            yield "".join(block).encode()
            block, length = [], 0
    yield "".join(block).encode()


def _rows(runs: Sequence[Run]) -> Any:
    return RunMetric.objects.filter(run__in=[run.pk for run in runs]).order_by("step")


def _line(cells: list[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()


def _harmless(text: str) -> str:
    """A spreadsheet must not take a name for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
