"""Which way a metric gets better. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from training.specification import CLASS_METRIC

LOWER, HIGHER, NEITHER = -1, 1, 0
# What is only observed: no value of it is better than another.
_OBSERVED = ("system/", "train/learning_rate")


def direction(metric: str) -> int:
    """LOWER for losses, NEITHER for what is only observed, HIGHER for everything else."""
    if metric.startswith(_OBSERVED):
        return NEITHER
    # Behind it stands a class's name, which may be any.
    if metric.startswith(CLASS_METRIC):
        return HIGHER
    return LOWER if metric.rpartition("/")[2] == "loss" else HIGHER


def best_of(metric: str, values: Iterable[float]) -> float | None:
    """The best of some values of a metric; None where there is none, or none is better than another."""
    sign = direction(metric)
    return max(values, key=lambda value: sign * value, default=None) if sign else None


def best_index(metric: str, values: Iterable[float | None]) -> int | None:
    """Where the best value is, the first of equals."""
    known = [(index, value) for index, value in enumerate(values) if value is not None]
    sign = direction(metric)
    if not known or not sign:
        return None
    return max(known, key=lambda pair: (sign * pair[1], -pair[0]))[0]
