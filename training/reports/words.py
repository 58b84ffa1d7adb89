"""Numbers and rows of a report as people read them: the same in HTML and PDF."""

from __future__ import annotations

import json
from typing import Any

Rows = list[list[str]]
HEADLINE = (
    ("pq", "Panoptic quality"),
    ("map", "Mask AP"),
    ("map50", "Mask AP at IoU 0.5"),
    ("miou", "Mean IoU"),
    ("f1", "F1 (Dice)"),
    ("precision", "Precision"),
    ("recall", "Recall"),
    ("pixel_accuracy", "Pixel accuracy"),
    ("frequency_weighted_iou", "Frequency-weighted IoU"),
    ("boundary_f1", "Boundary F1"),
)


def percent(value: float | None) -> str:
    """A share with one decimal; a dash for none."""
    return "–" if value is None else f"{100 * value:.1f} %"


def interval(pair: list[float] | None) -> str:
    """The ends of an interval."""
    return "–" if not pair else f"{100 * pair[0]:.1f}–{100 * pair[1]:.1f} %"


def number(value: float | None) -> str:
    """A whole number with thousands apart."""
    return "–" if value is None else f"{value:,.0f}".replace(",", "\u202f")


def duration(seconds: float | None) -> str:
    """Hours, minutes and seconds."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"


def headline(report: dict[str, Any]) -> Rows:
    """Metric, value, interval."""
    summary = report["evaluation"]
    intervals = summary.get("intervals") or {}
    rows = [
        [title, percent(summary[name]), interval(intervals.get(name))]
        for name, title in HEADLINE
        if name in summary
    ]
    ece = (summary.get("calibration") or {}).get("ece")
    return [*rows, ["Expected calibration error", percent(ece), interval(intervals.get("ece"))]]


def classes(report: dict[str, Any]) -> Rows:
    """Class, IoU, its interval, precision, recall, F1, boundary F1, pixels of the truth."""
    summary = report["evaluation"]
    intervals = (summary.get("intervals") or {}).get("per_class_iou") or {}
    return [
        [
            row["name"],
            percent(row["iou"]),
            interval(intervals.get(row["name"])),
            *(percent(row[name]) for name in ("precision", "recall", "f1", "boundary_f1")),
            number(row["support"]),
        ]
        for row in summary["classes"]
    ]


def facts(report: dict[str, Any]) -> Rows:
    """What the artifact is."""
    artifact, training = report["artifact"], report["training"]
    rows = [
        ["Project", report["project"]["name"]],
        ["Artifact", f"{artifact['name']} of the run {training['run']}"],
        ["Role", artifact["role"] or "none"],
        ["Architecture", f"{artifact['title']} {artifact['variant']}"],
        ["Parameters, of the variant", number(artifact["parameters"])],
        ["Input size", " x ".join(str(side) for side in artifact["input_size"])],
        ["Size", f"{artifact['size'] / 1e6:.1f} MB"],
        ["Made", (artifact["created_at"] or "")[:19].replace("T", " ")],
        ["Identity", artifact["id"]],
    ]
    return rows + ([["Note", artifact["note"]]] if artifact["note"] else [])


def data(report: dict[str, Any]) -> Rows:
    """What it was trained and measured on."""
    found = report["data"]
    counts = found["counts"]
    return [
        ["Task", found["task"]],
        ["Snapshot", found["digest"]],
        ["Frozen", (found["created_at"] or "")[:19].replace("T", " ")],
        *(
            [split, f"{number(counts[split])} images"]
            for split in ("train", "val", "test")
            if split in counts
        ),
        ["Annotations", number(counts.get("annotations"))],
        ["Measured on", f"{number(found['images'])} images of {found['measured_on']}"],
        ["Unlabelled pixels", found["unlabelled"]],
        ["Classes", ", ".join(each["name"] for each in found["classes"])],
        ["Pictures like one that was trained on", f"{report['slices']['leaks']} groups"],
    ]


def training(report: dict[str, Any]) -> Rows:
    """How it was trained."""
    found = report["training"]
    spec = found["specification"]
    given = spec.get("hyperparameters") or {}
    rows = [
        ["Steps", f"{number(found['steps'])} ({found['epochs']:.1f} epochs)"],
        ["Took", duration(found["seconds"])],
        ["Device", found["device"] or "–"],
        ["Weights", str(spec.get("weights", "–"))],
        ["Augmentations", ", ".join(each["name"] for each in spec.get("augmentations") or []) or "none"],
    ]
    return rows + [[name, plain(value)] for name, value in sorted(given.items())]


def lineage(report: dict[str, Any]) -> Rows:
    """Where it comes from."""
    return [[name, plain(value)] for name, value in sorted(report["lineage"].items())]


def plain(value: Any) -> str:
    """Any JSON value on one line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def slices(report: dict[str, Any]) -> Rows:
    """What is worse than the rest beyond chance."""
    return [
        [
            one["dimension"],
            one["title"],
            number(one["count"]),
            percent(one["metric"]),
            f"{100 * one['difference']:+.1f}",
            f"{one['p']:.3f}",
        ]
        for one in report["slices"]["significant"]
    ]


def gates(report: dict[str, Any]) -> Rows:
    """Gate, what is required, what is reached, and the verdict."""
    words = {True: "passed", False: "failed", None: "not evaluated"}
    return [
        [one["name"], percent(one["minimum"]), percent(one["value"]), words[one["passed"]]]
        for one in report["gates"]
    ]


def robustness(report: dict[str, Any]) -> Rows:
    """Corruption and the metric at rising severity."""
    card = report["robustness"]
    if not card:
        return []
    rows = [["none", percent(card["clean"]), *["" for _ in card["severities"][1:]]]]
    return rows + [
        [one["title"], *(percent(value) for value in one["values"])] for one in card["corruptions"]
    ]
