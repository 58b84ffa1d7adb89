"""What differs between two specs is named field by field."""

from __future__ import annotations

from typing import Any

import pytest

from training.differences import differences

FLIP = {"name": "horizontal_flip", "p": 0.5}
TURN = {"name": "rotate", "p": 1.0, "degrees": [-5, 5]}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [("a", 1, 2)]),
        ({"h": {"x": 1, "y": 2}}, {"h": {"y": 3, "x": 1}}, [("h.y", 2, 3)]),
        ({"h": {"x": 1}}, {"h": {"z": 1}}, [("h.x", 1, None), ("h.z", None, 1)]),
        ({"size": [1, 2]}, {"size": [1, 3]}, [("size", [1, 2], [1, 3])]),
        ({"stop": None}, {"stop": {"patience": 5}}, [("stop", None, {"patience": 5})]),
        ({"list": [FLIP]}, {"list": [FLIP, TURN]}, [("list.rotate", None, TURN)]),
        ({"list": [FLIP, TURN]}, {"list": [TURN]}, [("list.horizontal_flip", FLIP, None)]),
        ({"list": [FLIP]}, {"list": [{**FLIP, "p": 1}]}, [("list.horizontal_flip.p", 0.5, 1)]),
        ({"list": []}, {"list": [FLIP]}, [("list.horizontal_flip", None, FLIP)]),
        (
            {"list": [FLIP, TURN]},
            {"list": [TURN, FLIP]},
            [("list", ["horizontal_flip", "rotate"], ["rotate", "horizontal_flip"])],
        ),
        ({"list": [FLIP, FLIP]}, {"list": [FLIP]}, [("list.horizontal_flip 2", FLIP, None)]),
    ],
)
def test_changes_are_named_by_their_path(
    before: dict[str, Any], after: dict[str, Any], expected: list[tuple[str, Any, Any]]
) -> None:
    assert differences(before, after) == expected
