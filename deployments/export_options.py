"""What an artifact may be exported as: read from the catalogue, so that it can be told before one asks."""

from __future__ import annotations

from typing import Any

from training.catalogue import architectures
from training.checks import Problems
from training.models import Artifact

# The formats that the inference server runs, and what runs them.
RUNTIME_OF = {"torch": "torch", "onnx": "onnxruntime", "openvino": "openvino"}
FORMAT_OF = {runtime: name for name, runtime in RUNTIME_OF.items()}
MOST_PRUNED = 0.9
HALVED = "2:4"
MOST_STEPS = 1_000_000
LOSABLE = 100.0
# Points of quality that int8 may lose where nobody says otherwise.
BUDGET = 0.5
BUDGETED = "int8"


def offered(artifact: Artifact) -> dict[str, Any]:
    """`{"formats": […], "pruning": {…}}` of the artifact's architecture; what cannot be done says why."""
    entry = architectures()[artifact.architecture]
    pruning = {**entry["pruning"], "methods": [item["name"] for item in entry["pruning"]["methods"]]}
    return {"formats": entry["exports"], "pruning": pruning}


def export(asked: dict[str, Any], artifact: Artifact) -> dict[str, Any]:
    """Everything an export needs to know, defaults filled in; raises BadInput naming what cannot be made."""
    problems = Problems()
    known = offered(artifact)
    formats = {entry["format"]: entry for entry in known["formats"]}
    wanted = problems.choice(asked.get("format"), "format", tuple(formats))
    quantization = asked.get("quantization") or "none"
    if wanted is not None:
        _check_format(formats[wanted], quantization, problems)
    pruning = asked.get("pruning") or 0.0
    method, steps = _pruning(asked, pruning, known["pruning"], problems)
    budget = asked.get("budget")
    if budget is not None and quantization != BUDGETED:
        problems.add("budget", f"only {BUDGETED} has one: nothing else keeps layers in float")
    if quantization == BUDGETED:
        budget = problems.number(BUDGET if budget is None else budget, "budget", low=0.0, high=LOSABLE)
    problems.stop()
    return {
        "format": wanted,
        "quantization": quantization,
        "pruning": pruning,
        "pruning_method": method,
        "fine_tune_steps": steps,
        "budget": budget,
    }


def environment_of(artifact: Artifact, wanted: str) -> str | None:
    """The environment of its own that the format's converter needs, None where ours has it."""
    entry = next(entry for entry in offered(artifact)["formats"] if entry["format"] == wanted)
    needs: str | None = entry["needs"]
    return needs


def _check_format(entry: dict[str, Any], quantization: str, problems: Problems) -> None:
    if not entry["available"]:
        problems.add("format", f"{entry['title']}: {entry['reason']}")
        return
    quantizations = {item["name"]: item for item in entry["quantizations"]}
    chosen = problems.choice(quantization, "quantization", tuple(quantizations))
    if chosen is not None and not quantizations[chosen]["available"]:
        problems.add("quantization", f"{entry['title']}: {quantizations[chosen]['reason']}")


def _pruning(
    asked: dict[str, Any], pruning: float, known: dict[str, Any], problems: Problems
) -> tuple[str | None, int | None]:
    steps, method = asked.get("fine_tune_steps"), asked.get("pruning_method")
    if not pruning:
        for name in ("fine_tune_steps", "pruning_method"):
            if asked.get(name) is not None:
                problems.add(name, "belongs to pruning, which is 0 here")
        return None, None
    problems.number(pruning, "pruning", low=0.0, high=MOST_PRUNED)
    if not known["available"]:
        problems.add("pruning", known["reason"])
        return None, None
    methods = known["methods"]
    method = problems.choice(method or methods[0], "pruning_method", methods)
    if method == HALVED and pruning != 0.5:
        problems.add("pruning", f"{HALVED} takes two of every four weights: only 0.5 is possible")
    if steps is not None:
        steps = problems.number(steps, "fine_tune_steps", whole=True, low=1, high=MOST_STEPS)
    return method, steps
