"""The cases by which the browser is held to the server's arithmetic are what the server finds."""

import json

import pytest

from tests.annotations.geometry.vectors import FILE, document


def test_the_browsers_cases_are_the_servers_answers():
    written, found = json.loads(FILE.read_text()), json.loads(json.dumps(document()))
    assert len(written["cases"]) == len(found["cases"])
    for one, other in zip(written["cases"], found["cases"], strict=True):
        assert (one["before"], one["after"], one["share"]) == (
            other["before"],
            other["after"],
            other["share"],
        )
        assert numbers(one["result"]) == pytest.approx(numbers(other["result"]), abs=1e-9)
        assert texts(one["result"]) == texts(other["result"])


def numbers(value):
    if isinstance(value, dict):
        return [number for each in value.values() for number in numbers(each)]
    if isinstance(value, list):
        return [number for each in value for number in numbers(each)]
    return [value] if isinstance(value, int | float) else []


def texts(value):
    if isinstance(value, dict):
        return [text for name, each in value.items() for text in (name, *texts(each))]
    if isinstance(value, list):
        return [text for each in value for text in texts(each)]
    return [value] if isinstance(value, str) else []
