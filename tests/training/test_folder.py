"""Reading files that another process is writing, cutting back or replacing."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from training import folder
from training.folder import JsonFile, LineTail


def test_only_whole_lines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    tail = LineTail(path)
    assert tail.read() == []
    path.write_text("one\ntw")
    assert tail.read() == ["one"]
    with path.open("a") as file:
        file.write("o\nthree\n")
    assert tail.read() == ["two", "three"]
    assert tail.read() == []


def test_at_the_end_a_half_written_line_counts(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_text("one\ntwo")
    tail = LineTail(path)
    assert tail.read() == ["one"]
    assert tail.read(final=True) == ["two"]
    assert tail.read(final=True) == []


def test_a_file_cut_back_and_grown_beyond_the_place_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_text("1 first life\n2 first life\n3 first life\n")
    tail = LineTail(path)
    assert len(tail.read()) == 3
    path.write_text("1 first life\n2 second life\n3 second life\n4 second life\n")
    assert tail.read() == ["1 first life", "2 second life", "3 second life", "4 second life"]


def test_a_file_cut_back_and_not_yet_grown_waits(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_text("1\n2\n3\n")
    tail = LineTail(path)
    tail.read()
    path.write_text("1\n")
    assert tail.read() == ["1"]
    path.write_text("1\n2\n")
    assert tail.read() == ["2"]


def test_more_than_one_reading_can_hold_is_read_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "MOST_BYTES", 64)
    lines = [f"line {n}" for n in range(100)]
    path = tmp_path / "lines"
    path.write_text("\n".join(lines) + "\n")
    tail, read = LineTail(path), []
    while part := tail.read():
        read += part
    assert read == lines


def test_a_line_longer_than_a_reading_comes_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "MOST_BYTES", 64)
    path = tmp_path / "lines"
    path.write_text("x" * 150 + "\nshort\n")
    tail, read = LineTail(path), ""
    while part := tail.read():
        read += "".join(part)
    assert read == "x" * 150 + "short"


def test_bytes_that_are_no_text_do_not_stop_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_bytes(b"\xff\xfe\nnext\n")
    assert LineTail(path).read()[1] == "next"


def test_a_document_is_given_once_for_each_state(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    document = JsonFile(path)
    assert document.changed() is None
    path.write_text('{"step": 1}')
    assert document.changed() == {"step": 1}
    assert document.changed() is None
    beside = tmp_path / "beside"
    beside.write_text(json.dumps({"step": 2}))
    os.replace(beside, path)
    assert document.changed() == {"step": 2}


def test_half_a_document_is_none_and_is_read_when_whole(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    document = JsonFile(path)
    path.write_text('{"step": ')
    assert document.changed() is None
    path.write_text('{"step": 7}')
    assert document.changed() == {"step": 7}
