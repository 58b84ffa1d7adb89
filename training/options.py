"""What a run adds to its workflow: hardware, checkpoints and limits. Pure checks with defaults."""

from __future__ import annotations

from typing import Any

from training.checks import Problems, listed

DEVICES = ("auto", "cpu", "cuda", "mps")
PRECISIONS = ("auto", "fp32", "bf16", "fp16")
STRATEGIES = ("latest", "best_metric", "lowest_val_loss", "every")
MOST_DEVICES = 64
KEEP = 3
MOST_STEPS = 10_000_000
MOST_MINUTES = 60 * 24 * 30


def hardware(value: object, problems: Problems) -> dict[str, Any]:
    """`{"device", "gpus", "precision"}` with defaults; `gpus` is the number of processes that train together,
    on `cpu` too, where the worker's cores bound it; `mps` trains in one."""
    given = problems.mapping(value, "hardware", ["device", "gpus", "precision"])
    device = problems.choice(given.get("device", "auto"), "hardware.device", DEVICES)
    gpus = problems.number(given.get("gpus", 1), "hardware.gpus", whole=True, low=0, high=MOST_DEVICES)
    if gpus is not None and gpus > 1 and device == "mps":
        problems.add("hardware.gpus", "device mps trains in one process; choose cuda, cpu or auto")
    if gpus == 0 and device == "cuda":
        problems.add("hardware.gpus", "device cuda wants at least one GPU")
    precision = problems.choice(given.get("precision", "auto"), "hardware.precision", PRECISIONS)
    if precision == "fp16" and device == "cpu":
        problems.add("hardware.precision", "fp16 does not train on a CPU; choose bf16 or fp32")
    return {"device": device, "gpus": gpus, "precision": precision}


def checkpoints(value: object, problems: Problems) -> dict[str, Any]:
    """`{"strategy": [names], "every": n|None, "keep": k}`; one name may be sent instead of a list."""
    given = problems.mapping(value, "checkpoints", ["strategy", "every", "keep"])
    strategy = given.get("strategy", ["best_metric", "latest"])
    names = [strategy] if isinstance(strategy, str) else strategy
    if not isinstance(names, list) or not names:
        problems.add("checkpoints.strategy", f"must be one or a list of {listed(STRATEGIES)}")
        names = []
    for index, name in enumerate(names):
        field = "checkpoints.strategy" if isinstance(strategy, str) else f"checkpoints.strategy.{index}"
        if not isinstance(name, str) or name not in STRATEGIES:
            problems.add(field, f"must be one of {listed(STRATEGIES)}")
    every = given.get("every")
    if every is not None:
        every = problems.number(every, "checkpoints.every", whole=True, low=1, high=MOST_STEPS)
    elif "every" in names:
        problems.add("checkpoints.every", "the strategy every wants a number of steps")
    keep = problems.number(given.get("keep", KEEP), "checkpoints.keep", whole=True, low=1, high=1000)
    unique = list(dict.fromkeys(name for name in names if isinstance(name, str)))
    return {"strategy": unique, "every": every, "keep": keep}


def limits(value: object, problems: Problems) -> dict[str, Any]:
    """`{"minutes"?, "steps"?}`: the run ends well, with its artifacts, when it reaches one."""
    given = problems.mapping(value, "limits", ["minutes", "steps"])
    filled: dict[str, Any] = {}
    if given.get("minutes") is not None:
        filled["minutes"] = problems.number(given["minutes"], "limits.minutes", low=0.01, high=MOST_MINUTES)
    if given.get("steps") is not None:
        filled["steps"] = problems.number(given["steps"], "limits.steps", whole=True, low=1, high=MOST_STEPS)
    return filled
