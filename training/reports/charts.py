"""Charts of the HTML report as SVG: no script, and they print."""

from __future__ import annotations

from typing import Any

from django.utils.html import escape

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 520, 190, 46, 26, 10
INK, LINE, GOOD, FIRST, SECOND = "#1c2826", "#c9d3d0", "#0c8f7d", "#0c6f8f", "#b4552d"


def curve(title: str, points: list[list[float]]) -> str:
    """A line over steps."""
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    low, high = min(ys), max(ys)
    room = (high - low) * 0.06 or 0.5
    low, high = low - room, high + room
    across = (xs[-1] - xs[0]) or 1
    wide, tall = WIDTH - LEFT - 8, HEIGHT - BOTTOM - TOP

    def place(x: float, y: float) -> str:
        return f"{LEFT + (x - xs[0]) / across * wide:.1f},{TOP + (high - y) / (high - low) * tall:.1f}"

    ticks = [low + (high - low) * share for share in (0.1, 0.5, 0.9)]
    lines = "".join(
        f'<line x1="{LEFT}" x2="{WIDTH - 8}" y1="{at:.1f}" y2="{at:.1f}" stroke="{LINE}"/>'
        f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{y:.3g}</text>'
        for y, at in ((y, TOP + (high - y) / (high - low) * tall) for y in ticks)
    )
    path = " ".join(place(x, y) for x, y in points)
    return _svg(
        HEIGHT,
        f"{title} over steps",
        f'{lines}<polyline points="{path}" fill="none" stroke="{FIRST}" stroke-width="2"/>'
        f'<text x="{LEFT}" y="{HEIGHT - 8}">step {xs[0]:g}</text>'
        f'<text x="{WIDTH - 8}" y="{HEIGHT - 8}" text-anchor="end">{xs[-1]:g}</text>',
    )


def reliability(bins: list[dict[str, Any]]) -> str:
    """Accuracy by confidence beside the diagonal on which both are equal."""
    side, base = 200, 216
    bars = "".join(
        f'<rect x="{LEFT + each["low"] * side:.1f}" width="{(each["high"] - each["low"]) * side - 1:.1f}" '
        f'y="{TOP + (1 - each["accuracy"]) * side:.1f}" height="{each["accuracy"] * side:.1f}" '
        f'fill="{GOOD}"/>'
        for each in bins
        if each["accuracy"] is not None
    )
    diagonal = (
        f'<line x1="{LEFT}" y1="{TOP + side}" x2="{LEFT + side}" y2="{TOP}" stroke="{SECOND}" '
        'stroke-width="2" stroke-dasharray="5 4"/>'
    )
    frame = f'<rect x="{LEFT}" y="{TOP}" width="{side}" height="{side}" fill="none" stroke="{LINE}"/>'
    words = (
        f'<text x="{LEFT}" y="{base + 12}">0 confidence</text>'
        f'<text x="{LEFT + side}" y="{base + 12}" text-anchor="end">1</text>'
        f'<text x="{LEFT - 6}" y="{TOP + 10}" text-anchor="end">1</text>'
        f'<text x="{LEFT - 6}" y="{TOP + side}" text-anchor="end">right</text>'
    )
    return _svg(base + 20, "Accuracy over confidence", frame + bars + diagonal + words, LEFT + side + 20)


def tint(share: float, right: bool) -> str:
    """The background of a cell of the matrix; blue where it is right, orange where not (Wong 2011)."""
    hue = (0, 114, 178) if right else (213, 94, 0)
    red, green, blue = (round(255 - (255 - channel) * min(share, 1) * 0.75) for channel in hue)
    return f"#{red:02x}{green:02x}{blue:02x}"


def _svg(height: int, label: str, inner: str, width: int = WIDTH) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(label)}" font-size="11" fill="{INK}">{inner}</svg>'
    )
