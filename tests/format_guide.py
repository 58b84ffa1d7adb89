"""The part of the guide to formats that is generated: `python -m tests.format_guide [--write]`.

Without `--write` it says whether the guide is as the code has it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from annotations.formats import FORMATS, Format

GUIDE = Path(__file__).resolve().parents[1] / "docs" / "guides" / "formats.md"
BEGIN, END = "<!-- formats: generated -->", "<!-- formats: end -->"
_TASKS = {"semantic", "instance", "panoptic"}


def table() -> str:
    """The formats at a glance, and what each keeps and loses."""
    lines = [
        "| name | title | files | in | out | lossless | videos | projects |",
        "|---|---|---|---|---|---|---|---|",
        *(_line(each) for each in FORMATS.values()),
        "",
    ]
    for each in FORMATS.values():
        lines += [
            f"### `{each.name}`: {each.title}",
            f"**Keeps** {_lowered(each.keeps)}",
            "",
            f"**Loses** {_lowered(each.loses)}",
            "",
        ]
    return "\n".join(lines)


def _line(each: Format) -> str:
    cells = [
        f"[`{each.name}`](#{each.name}-{_anchor(each.title)})",
        each.title,
        ", ".join(each.extensions),
        _yes(each.read is not None),
        _yes(each.write is not None),
        _yes(each.lossless),
        "as videos" if "video" in each.media else "as frames",
        "all" if set(each.tasks) == _TASKS else ", ".join(each.tasks),
    ]
    return f"| {' | '.join(cells)} |"


def _yes(good: bool) -> str:
    return "yes" if good else "–"


def _anchor(title: str) -> str:
    """As the usual readers of Markdown make an anchor of a heading."""
    kept = (letter for letter in title.lower() if letter.isalnum() or letter in " -_")
    return "".join(kept).replace(" ", "-")


def _lowered(text: str) -> str:
    """The beginning of a sentence as its continuation, unless it is a name."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def written(guide: str) -> str:
    """The guide with the generated part as the code has it."""
    before, _, rest = guide.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}{END}{after}"


def main() -> int:
    before = GUIDE.read_text(encoding="utf-8")
    after = written(before)
    if "--write" in sys.argv[1:]:
        GUIDE.write_text(after, encoding="utf-8")
        return 0
    if before != after:
        print(f"{GUIDE.name} is not what the code has: call `make formats`.")
    return int(before != after)


if __name__ == "__main__":
    sys.exit(main())
