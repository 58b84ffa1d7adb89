"""What a sweep tries: values for fields of a spec, each combination once. Pure.

A parameter names a field by its dotted path and gives a list of `values`, or a range from `min` to `max` on a
linear or logarithmic `scale`, of which a grid takes `points`.
"""

from __future__ import annotations

import itertools
import json
import math
import random
from collections.abc import Sequence
from typing import Any

from core.errors import FieldError
from training.checks import Problems, listed
from training.specification import KEYS

KEYS_OF_PARAMETER = ("path", "values", "min", "max", "scale", "whole", "points")
SCALES = ("linear", "log")
MOST_PARAMETERS = 10
MOST_VALUES = 100
MOST_RUNS = 200
POINTS = 3
DIGITS = 6
# Draws that find nothing new before a space of few values counts as emptied.
PATIENCE = 1000

Trial = dict[str, Any]
Parameter = dict[str, Any]


def parameters_of(value: object, problems: Problems) -> list[Parameter]:
    """The parameters with their defaults; what is wrong is added to `problems` by field."""
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_PARAMETERS:
        problems.add("parameters", f"must be a list of 1 to {MOST_PARAMETERS} parameters")
        return []
    found = [_parameter(item, f"parameters.{index}", problems) for index, item in enumerate(value)]
    paths = [parameter.get("path") for parameter in found]
    for index, path in enumerate(paths):
        rivals = [other for other in paths[:index] if path and other and _overlap(path, other)]
        if rivals:
            problems.add(f"parameters.{index}.path", f"another parameter sets {rivals[0]} already")
    return found


def _parameter(value: object, where: str, problems: Problems) -> Parameter:
    given = problems.mapping(value, where, KEYS_OF_PARAMETER)
    path = given.get("path")
    if not isinstance(path, str) or path.split(".")[0] not in KEYS or "" in path.split("."):
        problems.add(f"{where}.path", f"must be a field of the spec, which begins with one of {listed(KEYS)}")
        path = None
    if "values" in given:
        for key in ("min", "max", "scale", "whole", "points"):
            if key in given:
                problems.add(f"{where}.{key}", "does not go with a list of values")
        return {"path": path, "values": _values(given["values"], f"{where}.values", problems)}
    return {"path": path, **_range(given, where, problems)}


def _values(value: object, where: str, problems: Problems) -> list[Any]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_VALUES:
        problems.add(where, f"must be a list of 1 to {MOST_VALUES} values")
        return []
    for index, item in enumerate(value):
        if item in value[:index]:
            problems.add(f"{where}.{index}", "is in the list already")
    return value


def _range(given: dict[str, Any], where: str, problems: Problems) -> dict[str, Any]:
    for key in ("min", "max"):
        if key not in given:
            problems.add(f"{where}.{key}", "is required where there is no list of values")
    low, high = (
        problems.number(given[key], f"{where}.{key}") if key in given else None for key in ("min", "max")
    )
    scale = problems.choice(given.get("scale", "linear"), f"{where}.scale", SCALES)
    whole = problems.boolean(given.get("whole", False), f"{where}.whole")
    points = problems.number(
        given.get("points", POINTS), f"{where}.points", whole=True, low=1, high=MOST_VALUES
    )
    if low is not None and high is not None and low >= high:
        problems.add(f"{where}.max", "must be greater than min")
    if scale == "log" and low is not None and low <= 0:
        problems.add(f"{where}.min", "must be greater than 0 on a logarithmic scale")
    if whole and low is not None and high is not None and math.floor(high) < math.ceil(low):
        problems.add(f"{where}.max", "there is no whole number between min and max")
    return {"min": low, "max": high, "scale": scale, "whole": whole, "points": points}


def _overlap(path: str, other: str) -> bool:
    return path == other or path.startswith(f"{other}.") or other.startswith(f"{path}.")


def settings_of(parameter: Parameter) -> list[Any]:
    """The values that a grid takes of a parameter: its list, or so many points of its range, each once."""
    if "values" in parameter:
        return list(parameter["values"])
    count = parameter["points"]
    shares = [index / (count - 1) for index in range(count)] if count > 1 else [0.5]
    return list(dict.fromkeys(_at(parameter, share) for share in shares))


def grid(parameters: Sequence[Parameter]) -> list[Trial]:
    """Every combination, the last parameter changing fastest."""
    combinations = itertools.product(*map(settings_of, parameters))
    return [_trial(parameters, values) for values in combinations]


def grid_size(parameters: Sequence[Parameter]) -> int:
    return math.prod(len(settings_of(parameter)) for parameter in parameters)


def drawn(parameters: Sequence[Parameter], count: int, seed: int) -> list[Trial]:
    """Up to `count` different combinations drawn at random; fewer where the lists have not so many."""
    choices = random.Random(seed)
    trials: dict[str, Trial] = {}
    misses = 0
    while len(trials) < count and misses < PATIENCE:
        trial = _trial(parameters, [_draw(parameter, choices) for parameter in parameters])
        key = json.dumps(trial, sort_keys=True)
        misses = misses + 1 if key in trials else 0
        trials.setdefault(key, trial)
    return list(trials.values())


def nested(trial: Trial) -> dict[str, Any]:
    """The trial as overrides of a spec."""
    overrides: dict[str, Any] = {}
    for path, value in trial.items():
        *above, last = path.split(".")
        place = overrides
        for key in above:
            place = place.setdefault(key, {})
        place[last] = value
    return overrides


def edges(parameter: Parameter) -> list[tuple[str, Any]]:
    """Values whose being right means that all are, each with the part of the parameter that gives it."""
    if "values" in parameter:
        return [(f"values.{index}", value) for index, value in enumerate(parameter["values"])]
    return [("min", _at(parameter, 0.0)), ("max", _at(parameter, 1.0))]


def renamed(errors: Sequence[FieldError], trial: Trial, names: dict[str, str]) -> list[FieldError]:
    """Errors of a resolved trial, those of fields that it set under the `names` of what set them."""
    found = []
    for error in errors:
        field = error.field.removeprefix("spec.")
        owner = next((path for path in trial if _overlap(path, field)), None)
        found.append(FieldError(names[owner], error.message) if owner else error)
    return found


def _trial(parameters: Sequence[Parameter], values: Sequence[Any]) -> Trial:
    return {parameter["path"]: value for parameter, value in zip(parameters, values, strict=True)}


def _draw(parameter: Parameter, choices: random.Random) -> Any:
    if "values" in parameter:
        return choices.choice(parameter["values"])
    return _at(parameter, choices.random())


def _at(parameter: Parameter, share: float) -> Any:
    """The value at a share (0 to 1) of the way through a range."""
    low, high = parameter["min"], parameter["max"]
    if parameter["scale"] == "log":
        value = math.exp(math.log(low) + share * (math.log(high) - math.log(low)))
    else:
        value = low + share * (high - low)
    if parameter["whole"]:
        return min(max(round(value), math.ceil(low)), math.floor(high))
    return min(max(float(f"{value:.{DIGITS}g}"), low), high)
