"""The report as one HTML file without scripts, everything inside."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from django.template import Context, Engine
from django.utils.safestring import mark_safe

from training.reports import charts, words

TEMPLATE = Path(__file__).parent / "report.html"
CONTENTS = (
    ("summary", "Summary"),
    ("artifact", "The artifact"),
    ("data", "Data"),
    ("training", "Training"),
    ("classes", "By class"),
    ("matrix", "Confusion matrix"),
    ("calibration", "Calibration"),
    ("slices", "Where it is worse"),
    ("robustness", "Robustness"),
    ("images", "Images"),
    ("lineage", "Lineage"),
    ("definitions", "Definitions"),
)


def page(report: dict[str, Any], pictures: dict[str, list[bytes]]) -> bytes:
    """The HTML file; `pictures` are JPEGs by asset. Names of classes and files may hold anything: all but our
    own charts is escaped.
    """
    summary = report["evaluation"]
    values = {
        "report": report,
        "title": title(report),
        "made": report["created_at"][:16].replace("T", " "),
        "contents": [(key, name) for key, name in CONTENTS if key != "robustness" or report["robustness"]],
        "headline": words.headline(report),
        "facts": words.facts(report),
        "gates": words.gates(report),
        "data": words.data(report),
        "training": words.training(report),
        # Numbers only.
        "curves": [
            (name, mark_safe(charts.curve(name, points)))
            for name, points in report["training"]["curves"].items()
        ],
        "classes": words.classes(report),
        "matrix": matrix(summary["confusion_matrix"]),
        "reliability": mark_safe(charts.reliability(summary["calibration"]["bins"])),
        "slices": words.slices(report),
        "robustness": words.robustness(report),
        "card": report["robustness"],
        "samples": samples(report, pictures),
        "lineage": words.lineage(report),
    }
    template = Engine(autoescape=True).from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(Context(values)).encode()


def title(report: dict[str, Any]) -> str:
    """What the report is called."""
    artifact = report["artifact"]
    return f"{artifact['title']} {artifact['variant']}, step {artifact['step']}"


def matrix(found: dict[str, Any]) -> dict[str, Any]:
    """Labels, and of each row the share, the colour and the count of each cell."""
    rows = []
    for place, (label, counts) in enumerate(zip(found["labels"], found["counts"], strict=True)):
        total = sum(counts)
        cells = [
            (
                words.percent(count / total) if total else "–",
                charts.tint(count / total if total else 0, place == column),
                words.number(count),
            )
            for column, count in enumerate(counts)
        ]
        rows.append((label, cells))
    return {"labels": found["labels"], "rows": rows}


def samples(report: dict[str, Any], pictures: dict[str, list[bytes]]) -> list[tuple[str, list[Any]]]:
    """The best and the worst images with their pictures as data addresses."""
    return [
        (
            heading,
            [
                (
                    row["name"],
                    words.percent(row["miou"]),
                    [inline(one) for one in pictures.get(row["asset"], [])],
                )
                for row in report["images"][key]
            ],
        )
        for heading, key in (("Worst", "worst"), ("Best", "best"))
    ]


def inline(jpeg: bytes) -> str:
    """A JPEG as a data address."""
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode('ascii')}"
