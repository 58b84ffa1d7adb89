"""Where each asset's line begins in a manifest."""

from __future__ import annotations

import uuid
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from annotations.manifest import line, places_in


@given(st.lists(st.text() | st.just('"asset":"x"'), max_size=4))
def test_a_line_is_found_whatever_it_says(names: list[str]) -> None:
    assets = [
        {"asset": str(uuid.UUID(int=number)), "name": name, "split": name, "annotations": [{"class": name}]}
        for number, name in enumerate(names)
    ]
    written = [line({"format": "any"}), *map(line, assets)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "manifest.jsonl"
        path.write_bytes(b"".join(written))
        places = places_in(path)
    expected = {asset["asset"]: len(b"".join(written[: k + 1])) for k, asset in enumerate(assets)}
    assert places == expected
