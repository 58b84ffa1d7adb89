"""What a spec may say of pruning and of a teacher. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from training.checks import Problems, listed

TWO_OF_FOUR = "2:4"


def pruning(given: Mapping[str, Any], weights: str | None, root: str, problems: Problems) -> None:
    """Report what cannot be pruned; `given` are the filled-in hyperparameters."""
    share, name = given.get("pruning") or 0, f"{root}.hyperparameters.pruning"
    if share and weights == "scratch":
        problems.add(name, "random weights matter all the same: start from an artifact or published weights")
    if given.get("pruning_method") == TWO_OF_FOUR and share not in (0, 0.5):
        problems.add(name, "2:4 takes half of the weights: choose 0.5, or another pruning_method")


def teacher(
    value: object,
    given: Mapping[str, Any],
    architecture: Mapping[str, Any],
    input_size: object,
    task: str,
    root: str,
    problems: Problems,
    multiple_of: Callable[[str], int | None],
    cannot_teach: Callable[[str], str | None],
) -> str | None:
    """The teacher as a spec keeps it, None where there is none or a problem is reported.

    `multiple_of` gives what the sides of an artifact's input are multiples of, None where the project has no
    artifact of that id; `cannot_teach` why its labels are not the project's, None where they are.
    """
    name, wanted = f"{root}.teacher", bool(given.get("distillation"))
    able = architecture.get("distillation", {})
    if (wanted or value is not None) and task not in able.get("tasks", []):
        field = f"{root}.hyperparameters.distillation" if wanted else name
        tasks = listed(able["tasks"]) if able.get("tasks") else "no task"
        problems.add(field, f"{architecture['name']} learns from a teacher in {tasks}; the project is {task}")
        return None
    if value is None:
        if wanted:
            problems.add(name, "is required where hyperparameters.distillation is above 0: artifact:<id>")
        return None
    identifier = _identifier(value)
    multiple = None if identifier is None else multiple_of(identifier)
    if identifier is None:
        problems.add(name, "must be artifact:<id>, an artifact of the project, or null")
        return None
    if multiple is None:
        problems.add(name, "the project has no artifact of this id")
        return None
    reason = cannot_teach(identifier)
    if reason is not None:
        problems.add(name, reason)
        return None
    if isinstance(input_size, list) and any(side is not None and side % multiple for side in input_size):
        problems.add(name, f"its input has sides that are multiples of {multiple}; change input_size")
        return None
    return f"artifact:{identifier}"


def _identifier(value: object) -> str | None:
    kind, _, rest = value.partition(":") if isinstance(value, str) else ("", "", "")
    if kind != "artifact":
        return None
    try:
        return str(uuid.UUID(rest))
    except ValueError:
        return None
