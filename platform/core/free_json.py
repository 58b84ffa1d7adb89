"""JSON and text that clients and files choose freely: what every database holds and every reader can read.

PostgreSQL has no place for NUL, UTF-8 none for half a surrogate pair, and JSON none for NaN and infinities.
"""

from __future__ import annotations

import re
from math import isfinite
from typing import Any

MAX_DEPTH = 32
# What orjson and 64-bit columns hold.
_LARGEST, _SMALLEST = (1 << 64) - 1, -(1 << 63)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def clean_text(text: str) -> str:
    """The text with U+FFFD in the place of what cannot be stored: NUL and lone surrogates."""
    return _UNSTORABLE.sub("\ufffd", text)


def clean_texts(value: Any) -> Any:
    """The same for every text inside JSON, names of members included; what is nested too deeply stays."""
    return _cleaned(value, MAX_DEPTH)


def json_problem(value: Any) -> str | None:
    """Why a JSON value cannot be stored, to follow the name of its field; None where it can."""
    return _problem(value, 1)


def text_problem(text: str) -> str | None:
    """Why a text cannot be stored; None where it can."""
    found = _UNSTORABLE.search(text)
    if found is None:
        return None
    return "holds a NUL character" if found.group() == "\0" else "holds half a surrogate pair"


def _problem(value: Any, depth: int) -> str | None:
    if isinstance(value, str):
        return text_problem(value)
    if isinstance(value, float):
        return None if isfinite(value) else "holds a number that is not finite"
    if isinstance(value, int):
        return None if _SMALLEST <= value <= _LARGEST else "holds a whole number beyond 64 bits"
    if not isinstance(value, (dict, list)):
        return None
    if depth > MAX_DEPTH:
        return f"is nested more than {MAX_DEPTH} levels deep"
    inner = [*value.keys(), *value.values()] if isinstance(value, dict) else value
    problems = (_problem(each, depth + 1) for each in inner)
    return next((problem for problem in problems if problem), None)


def _cleaned(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if depth and isinstance(value, list):
        return [_cleaned(each, depth - 1) for each in value]
    if depth and isinstance(value, dict):
        return {_cleaned(key, depth - 1): _cleaned(each, depth - 1) for key, each in value.items()}
    return value
