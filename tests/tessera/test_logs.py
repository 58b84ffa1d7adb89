"""Lines and log files."""

from __future__ import annotations

import io
from pathlib import Path

from tessera.supervisor.logs import MAX_LINE, Console, Lines, RotatedFile


def test_lines_come_whole() -> None:
    lines = Lines()
    assert lines.feed(b"one\ntw") == [b"one"]
    assert lines.feed(b"o\n") == [b"two"]
    assert lines.feed(b"rest") == []
    assert lines.flush() == [b"rest"]
    assert lines.flush() == []


def test_a_line_without_end_is_cut() -> None:
    assert Lines().feed(b"x" * (MAX_LINE + 1)) == [b"x" * (MAX_LINE + 1)]


def test_a_full_file_is_rotated(tmp_path: Path) -> None:
    log = RotatedFile(tmp_path / "web.log", max_bytes=10, kept=2)
    for number in range(5):
        log.write(b"line %d\n" % number)
    log.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["web.log", "web.log.1", "web.log.2"]
    assert (tmp_path / "web.log").read_text() == "line 4\n"
    assert (tmp_path / "web.log.2").read_text() == "line 2\n"


def test_the_console_names_who_speaks() -> None:
    out = io.StringIO()
    console = Console(out)
    console.line("web", "hello")
    console.say("ready")
    assert out.getvalue() == "web        | hello\ntessera    | ready\n"
