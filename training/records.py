"""What a child may write, read with suspicion: garbage lines are dropped, numbers are kept finite."""

from __future__ import annotations

import json
import math
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

LONGEST_LINE = 2000
LONGEST_NAME = 300
MOST_NAMES = 500


@dataclass(frozen=True)
class Metric:
    step: int
    epoch: float
    values: dict[str, float]
    time: datetime


@dataclass(frozen=True)
class Shown:
    """One entry of `samples/index.json`: validation images predicted at an evaluation, as `{"asset", "name",
    "miou"}`."""

    step: int
    epoch: float
    samples: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Kept:
    """One entry of `artifacts/index.json`."""

    name: str
    step: int
    epoch: float
    strategies: tuple[str, ...]
    metrics: dict[str, float]


def metric_of(line: str) -> Metric | None:
    """The metric on a line of `metrics.jsonl`, or None where the line is none."""
    try:
        record = json.loads(line)
        values = record["values"]
        return Metric(
            step=int(record["step"]),
            epoch=finite(record.get("epoch")) or 0.0,
            values=_numbers(values),
            time=datetime.fromtimestamp(float(record["time"]), UTC),
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError):
        return None


def metrics_after(lines: Iterable[str], step: int) -> list[Metric]:
    """The metrics with a step behind `step`, each step once, in order."""
    found: list[Metric] = []
    for line in lines:
        metric = metric_of(line)
        if metric and metric.step > step:
            found.append(metric)
            step = metric.step
    return found


def kept_of(entry: Any) -> Kept | None:
    """The artifact that an index entry announces, or None where the entry is none."""
    try:
        name = str(entry["name"])
        if "/" in name or name in ("", ".", ".."):
            return None
        return Kept(
            name=name,
            step=int(entry["step"]),
            epoch=finite(entry.get("epoch")) or 0.0,
            strategies=tuple(str(strategy) for strategy in entry.get("strategies") or ()),
            metrics=_numbers(entry.get("metrics") or {}),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def loading_of(value: Any) -> dict[str, Any] | None:
    """What the loaded weights gave, as a child reports it; None where it reports nothing of the kind."""
    if not isinstance(value, dict) or finite(value.get("matched")) is None:
        return None
    names = {
        key: [_text(name, LONGEST_NAME) for name in value.get(key) or ()][:MOST_NAMES]
        for key in ("missing", "remade", "unused")
        if isinstance(value.get(key) or [], list)
    }
    return {
        "source": _text(value.get("source") or "", LONGEST_LINE),
        "matched": int(value["matched"]),
        **{key: names.get(key, []) for key in ("missing", "remade", "unused")},
    }


def shown_of(entry: Any) -> Shown | None:
    """The evaluation that an entry of `samples/index.json` announces, or None where the entry is none."""
    try:
        samples = tuple(
            {
                "asset": str(uuid.UUID(sample["asset"])),
                "name": str(sample["name"])[:255],
                "miou": finite(sample.get("miou")),
            }
            for sample in entry["samples"]
        )
        step = int(entry["step"])
        return Shown(step, finite(entry.get("epoch")) or 0.0, samples) if step > 0 else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def finite(value: Any) -> float | None:
    """`value` as a float, None where it is no finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def printable(line: str) -> str:
    """A log line as a database takes it: bounded, without NUL; of a progress bar the last state."""
    return line.rstrip("\r").rpartition("\r")[2].replace("\x00", "")[:LONGEST_LINE]


def _text(value: Any, longest: int) -> str:
    return str(value).replace("\x00", "")[:longest]


def _numbers(values: dict[str, Any]) -> dict[str, float]:
    read = ((str(key), finite(value)) for key, value in values.items())
    return {key: value for key, value in read if value is not None}
