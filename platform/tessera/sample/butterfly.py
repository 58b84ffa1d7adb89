"""A butterfly from above: patterned wings, with the gaps between fore and hind wing open."""

from __future__ import annotations

import cv2
import numpy as np

from tessera.sample.canvas import Array, Canvas, Colour, fractal_noise, mix, smooth_path

SIZE = 320
# Ground, towards the edge, border, spots.
PATTERNS: tuple[tuple[Colour, Colour, Colour, Colour], ...] = (
    ((0.96, 0.55, 0.10), (0.85, 0.33, 0.05), (0.10, 0.06, 0.05), (0.98, 0.95, 0.88)),
    ((0.20, 0.45, 0.86), (0.38, 0.70, 0.96), (0.06, 0.08, 0.16), (0.93, 0.97, 1.00)),
    ((0.97, 0.90, 0.45), (0.95, 0.78, 0.20), (0.12, 0.12, 0.14), (0.85, 0.30, 0.15)),
    ((0.95, 0.94, 0.90), (0.85, 0.86, 0.82), (0.20, 0.19, 0.20), (0.93, 0.60, 0.15)),
    ((0.62, 0.20, 0.16), (0.80, 0.33, 0.15), (0.14, 0.07, 0.07), (0.45, 0.65, 0.95)),
    ((0.50, 0.28, 0.62), (0.70, 0.48, 0.80), (0.13, 0.07, 0.17), (0.98, 0.86, 0.55)),
)
# The right half, as offsets from the body's line in the unit square.
FOREWING = [
    (0.015, 0.44),
    (0.10, 0.27),
    (0.25, 0.155),
    (0.40, 0.13),
    (0.445, 0.19),
    (0.41, 0.33),
    (0.33, 0.455),
    (0.20, 0.515),
    (0.09, 0.50),
]
HINDWING = [
    (0.015, 0.515),
    (0.08, 0.575),
    (0.19, 0.53),
    (0.32, 0.50),
    (0.37, 0.60),
    (0.32, 0.75),
    (0.23, 0.83),
    (0.13, 0.78),
    (0.055, 0.66),
]


def draw(rng: np.random.Generator) -> Canvas:
    """A butterfly that looks up, alone on its canvas."""
    canvas = Canvas(SIZE)
    pattern = PATTERNS[rng.integers(len(PATTERNS))]
    # Seen at an angle one pair looks narrower than the other.
    open_left, open_right = rng.uniform(0.55, 1.0), rng.uniform(0.55, 1.0)
    seed = int(rng.integers(1 << 31))
    tailed = rng.random() < 0.4
    for side, opening in ((-1.0, open_left), (1.0, open_right)):
        # The same generator for both sides: wings mirror each other.
        same = np.random.default_rng(seed)
        _wing(canvas, same, HINDWING, side * opening, pattern, tail=tailed)
        _wing(canvas, same, FOREWING, side * opening, pattern)
    _body(canvas, rng)
    return canvas


def _wing(
    canvas: Canvas,
    rng: np.random.Generator,
    outline: list[tuple[float, float]],
    stretch: float,
    pattern: tuple[Colour, Colour, Colour, Colour],
    tail: bool = False,
) -> None:
    ground, outer, border, spots = pattern
    offsets = np.asarray(outline, np.float32)
    points = offsets.copy()
    points[:, 0] = 0.5 + offsets[:, 0] * stretch
    closed = smooth_path([tuple(p) for p in [*points, points[0]]], 90)
    shape = canvas.polygon(closed)
    if tail:
        root, tip = (0.5 + 0.22 * stretch, 0.80), (0.5 + 0.27 * stretch, 0.93)
        shape = np.maximum(shape, canvas.stroke(smooth_path([root, tip], 20), np.full(20, 0.03, np.float32)))
    across = np.abs(np.linspace(0, 1, SIZE, dtype=np.float32) - 0.5)[None, :] / (0.45 * abs(stretch))
    grain = fractal_noise(rng, SIZE, SIZE, (40, 40), 3)
    surface = mix(
        ground, outer, np.clip(np.broadcast_to(across, grain.shape) * 0.9 + grain * 0.3 - 0.1, 0, 1)
    )
    canvas.paint(shape, surface * (0.85 + 0.3 * grain[..., None]))
    edge = np.clip(shape - cv2.erode(shape, _disc(round(SIZE * 0.026))), 0, 1)
    canvas.tint(edge, border, 0.95)
    root = points[0]
    for target in closed[12:78:8]:
        vein = canvas.line(
            smooth_path([tuple(root), tuple((root + target) / 2 + 0.01), tuple(target)], 20), 0.006
        )
        canvas.tint(vein * shape, border, 0.7)
    _spots(canvas, rng, closed, root, shape, border, spots)


def _spots(
    canvas: Canvas,
    rng: np.random.Generator,
    outline: Array,
    root: Array,
    shape: Array,
    border: Colour,
    colour: Colour,
) -> None:
    for at in range(26, 74, 6):
        x, y = outline[at] + (root - outline[at]) * 0.075
        canvas.tint(canvas.ellipse(x, y, 0.011, 0.011) * shape, colour, 0.95)
    x, y = outline[40] + (root - outline[40]) * rng.uniform(0.30, 0.45)
    radius = rng.uniform(0.030, 0.048)
    canvas.tint(canvas.ellipse(x, y, radius, radius) * shape, border, 0.95)
    canvas.tint(canvas.ellipse(x, y, radius * 0.55, radius * 0.55) * shape, colour, 0.95)


def _body(canvas: Canvas, rng: np.random.Generator) -> None:
    dark: Colour = (0.13, 0.10, 0.09)
    for side in (-1.0, 1.0):
        feeler = smooth_path([(0.5, 0.39), (0.5 + side * 0.035, 0.27), (0.5 + side * 0.10, 0.18)], 30)
        canvas.paint(canvas.stroke(feeler, np.full(30, 0.012, np.float32)), dark)
        canvas.paint(canvas.ellipse(float(feeler[-1, 0]), float(feeler[-1, 1]), 0.014, 0.014), dark)
    canvas.paint(canvas.ellipse(0.5, 0.62, 0.024, 0.15), (0.20, 0.15, 0.12))
    canvas.paint(canvas.ellipse(0.5, 0.475, 0.032, 0.075), (0.26, 0.20, 0.16))
    canvas.paint(canvas.ellipse(0.5, 0.395, 0.026, 0.026), dark)
    for ring in np.linspace(0.55, 0.74, 6):
        canvas.tint(canvas.ellipse(0.5, float(ring), 0.022, 0.006), (0.55, 0.45, 0.32), 0.6)


def _disc(radius: int) -> np.ndarray:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
