"""A smaller batch for a run that ran out of memory, where the user allowed it (`halve_batch_on_oom`).

The batch is divided and as many passes are added up to a step as make up for it, so that a step sees the same
images in the same order; its loss is the same but for batch norms and Dice, which see smaller batches, and
whatever a model or loss draws at random. The
file `adjusted.json` in the run folder says what is in force from then on. Knows neither torch nor Django, for
the training process writes it and whoever supervises that does too, where the kernel ended it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FILE = "adjusted.json"
# The exit code of one of several processes that want to be started again, all of them.
AGAIN = 75


def in_force(given: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The hyperparameters with the batch that the run folder says."""
    try:
        values = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return dict(given)
    return {**given, "batch_size": int(values["batch_size"]), "accumulate": int(values["accumulate"])}


def smaller(batch: int, accumulate: int) -> tuple[int, int] | None:
    """The largest batch of at most half the size that makes up the same whole, and its number of passes; None
    where there is none."""
    for size in range(batch // 2, 0, -1):
        if batch % size == 0:
            return size, accumulate * (batch // size)
    return None


def reduce_batch(folder: Path, given: Mapping[str, Any], reason: str) -> str | None:
    """Write a smaller batch than that of `given` into the run folder, where the user allowed it and there is
    one; the sentence that says so."""
    if given.get("halve_batch_on_oom") is not True:
        return None
    batch, accumulate = int(given["batch_size"]), int(given["accumulate"])
    found = smaller(batch, accumulate)
    if found is None:
        return None
    before = {"batch_size": batch, "accumulate": accumulate}
    record = {"batch_size": found[0], "accumulate": found[1], "before": before, "reason": reason}
    draft = folder / f".{FILE}.{os.getpid()}"
    draft.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    os.replace(draft, folder / FILE)
    return (
        f"Memory ran out at batch_size {batch}: the run goes on from its last checkpoint with batch_size "
        f"{found[0]} and accumulate {found[1]}, which see the same images a step."
    )
