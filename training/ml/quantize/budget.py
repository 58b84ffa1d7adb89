"""Which layers stay in floats so that a quantized model loses no more than it may.

All layers are quantized first. Where that loses too much, groups of layers (those of one module) are ranked
by what quantizing each alone does to the outputs, and the most sensitive ones are kept in floats, as few as
hold the budget, found by bisection: a loss that does not fall with each group kept costs at worst a few
layers more than were needed, for only what was measured counts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from training.ml.runtimes import Floats, Runtime

# More groups than this are joined by the module around them.
MOST_GROUPS = 40
Report = Callable[[float, str], None]


class Candidate(Protocol):
    """A model that can be quantized but for some of its layers; `layers` names those it can, in order, and
    `weighted` counts all that multiply with weights.
    """

    layers: tuple[str, ...]
    weighted: int

    def build(self, kept: frozenset[str]) -> Runtime:
        """The model with `kept` in floats and the other layers quantized, as it serves."""
        ...

    def save(self, kept: frozenset[str], folder: Path) -> None:
        """Write that model's files into the folder."""
        ...


@dataclass(frozen=True)
class Outcome:
    """The layers kept, the points lost against floats (None: not measured), whether that is within the
    budget, and how many models were measured.
    """

    kept: frozenset[str]
    lost: float | None
    held: bool
    tried: int


def search(
    candidate: Candidate,
    points: Callable[[Runtime], float],
    base: float,
    budget: float | None,
    samples: Sequence[Floats],
    always: frozenset[str],
    report: Report,
) -> Outcome:
    """Keep as few layers as hold the budget. `points` measures a model, `base` is what floats reach, `always`
    stays in floats, `samples` are the inputs `[n, 3, h, w]` that sensitivity is taken on.
    """
    measured: dict[int, float] = {}
    order: list[frozenset[str]] = []

    def kept(count: int) -> frozenset[str]:
        return always.union(*order[:count])

    def lost(count: int) -> float:
        if count not in measured:
            measured[count] = base - points(candidate.build(kept(count)))
            of = f", {count} of {len(order)} groups kept" if order else ""
            part = 0.5 + 0.06 * len(measured) if order else 0.25
            report(min(part, 0.88), f"Lost {measured[count]:.2f} points{of}")
        return measured[count]

    if budget is None or lost(0) <= budget:
        return Outcome(always, lost(0), True, len(measured))
    order = ranked(candidate, samples, always, report)
    low, high = 0, len(order)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if lost(middle) <= budget else (middle, high)
    return Outcome(kept(high), lost(high), lost(high) <= budget, len(measured))


def ranked(
    candidate: Candidate, samples: Sequence[Floats], always: frozenset[str], report: Report
) -> list[frozenset[str]]:
    """Groups of the layers that are not always kept, the one whose quantization alone moves the outputs most
    first.
    """
    whole = frozenset(candidate.layers)
    reference = outputs_of(candidate.build(whole), samples)
    found = []
    groups = grouped([layer for layer in candidate.layers if layer not in always])
    for place, group in enumerate(groups):
        report(0.3 + 0.2 * place / len(groups), f"Sensitivity of {min(group)}")
        moved = outputs_of(candidate.build(whole - group), samples)
        found.append((distance(reference, moved), place))
    return [groups[place] for _, place in sorted(found, reverse=True)]


def grouped(layers: Sequence[str]) -> list[frozenset[str]]:
    """The layers by the module around them, by a wider one where those are too many."""
    for depth in range(12, 0, -1):
        groups: dict[str, set[str]] = {}
        for layer in layers:
            path = layer.split(".")
            groups.setdefault(".".join(path[: min(depth, max(1, len(path) - 1))]), set()).add(layer)
        if len(groups) <= MOST_GROUPS:
            break
    return [frozenset(group) for group in groups.values()]


def full_name(name: str, modules: Sequence[str]) -> str:
    """The module that a part of its path names: where a model calls a module's parts itself, exporters leave
    the path before them out. The name itself where none or several end so.
    """
    if name in modules:
        return name
    ends = [module for module in modules if module.endswith(f".{name}")]
    return ends[0] if len(ends) == 1 else name


def outputs_of(runtime: Runtime, samples: Sequence[Floats]) -> list[Floats]:
    """Every output for every sample."""
    return [output for sample in samples for output in runtime.run(sample)]


def distance(one: Sequence[Floats], other: Sequence[Floats]) -> float:
    """Mean square difference relative to the spread, summed over outputs; infinite where one is no number."""
    total = 0.0
    for a, b in zip(one, other, strict=True):
        total += float(np.square(a - b).mean()) / max(float(a.var()), 1e-12)
    return total if np.isfinite(total) else float("inf")
