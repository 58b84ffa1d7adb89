"""A workflow's file reads back as it was written, and a hostile or broken one says what is wrong."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from core.errors import BadInput, TooLarge
from training.workflow_files import MOST_BYTES, read, write

SPEC = {
    "architecture": "segformer",
    "augmentations": [{"name": "rotate", "degrees": [-5.0, 5.0]}, {"name": "no"}],
    "hyperparameters": {"learning_rate": 1e-05, "ema": True, "epochs": None, "steps": 10},
}


@pytest.mark.parametrize("form", ["yaml", "json"])
@pytest.mark.parametrize("name", ["Fein – größer", "2024-01-01", "yes", "010", "a: b # c", "1e5", "null"])
def test_a_file_reads_back_as_it_was_written(form: str, name: str) -> None:
    assert read(write(name, SPEC, form).encode(), f"x.{form}") == (name, SPEC)


def test_numbers_and_words_are_read_as_people_mean_them() -> None:
    text = "tessera_workflow: 1\nspec: {rate: 6e-4, half: .5, on: no, day: 2024-01-01, time: 12:30, old: 010}"
    assert read(text.encode()).spec == {
        "rate": 6e-4,
        "half": 0.5,
        "on": "no",
        "day": "2024-01-01",
        "time": "12:30",
        "old": "010",
    }


def bomb() -> str:
    lines = ["tessera_workflow: 1", "a0: &a0 [x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    return "\n".join([*lines, "spec: *a29"])


@pytest.mark.parametrize(
    ("content", "field", "says"),
    [
        (b"\xff\xfe\x00", "file", "UTF-8"),
        (b"", "file", "no workflow file"),
        (b"[1, 2]", "file", "no workflow file"),
        (b"just words", "file", "no workflow file"),
        (b"architecture: segformer", "file", "no workflow file"),
        (b"tessera_workflow: 1\nspec: {a: [1, 2", "file", "line 2"),
        (b"tessera_workflow: 1\nspec: !!python/object/apply:os.system ['true']", "file", "neither"),
        (b"tessera_workflow: 1\nspec: {a: 1, a: 2}", "file", "twice"),
        (b'{"tessera_workflow": 1, "spec": {"a": 1, "a": 2}}', "file", "twice"),
        (bomb().encode(), "file", "aliases"),
        (b"tessera_workflow: 1\nspec: " + b"[" * 30_000, "file", "deep"),
        (b'{"tessera_workflow": 1, "spec": ' + b"[" * 60_000, "file", "deep"),
        (b"tessera_workflow: 1\nspec: {steps: " + b"9" * 5000 + b"}", "file", "neither"),
        (b"tessera_workflow: 2\nspec: {}", "tessera_workflow", "must be 1"),
        (b"tessera_workflow: true\nspec: {}", "tessera_workflow", "must be 1"),
        (b"tessera_workflow: 1", "spec", "required"),
        (b"tessera_workflow: 1\nname: [1]\nspec: {}", "name", "text"),
        (b"tessera_workflow: 1\ncolour: red\nspec: {}", "file.colour", "unknown"),
    ],
)
def test_what_cannot_be_read_is_said(content: bytes, field: str, says: str) -> None:
    started = time.monotonic()
    with pytest.raises(BadInput) as caught:
        read(content)
    assert [error.field for error in caught.value.errors] == [field]
    assert says in caught.value.detail
    assert time.monotonic() - started < 2


def test_a_file_of_json_is_not_read_as_yaml() -> None:
    with pytest.raises(BadInput, match="is not JSON"):
        read(b'{"tessera_workflow": 1,}', "shared.json")


def test_a_large_file_is_not_read() -> None:
    with pytest.raises(TooLarge):
        read(b" " * (MOST_BYTES + 1))


def test_an_indented_json_file_may_have_tabs() -> None:
    content: dict[str, Any] = {"tessera_workflow": 1, "name": "T", "spec": {"rate": 1e-4}}
    assert read(json.dumps(content, indent="\t").encode()) == ("T", {"rate": 1e-4})
