"""A squirrel from the side: bushy tail, often curled so far that it encloses a piece of the background."""

from __future__ import annotations

import cv2
import numpy as np

from tessera.sample.canvas import Array, Canvas, Colour, fractal_noise, mix, smooth_path

SIZE = 384
# Back and belly.
COATS: tuple[tuple[Colour, Colour], ...] = (
    ((0.62, 0.29, 0.12), (0.93, 0.83, 0.70)),
    ((0.52, 0.36, 0.22), (0.90, 0.82, 0.71)),
    ((0.45, 0.44, 0.42), (0.88, 0.87, 0.84)),
    ((0.72, 0.40, 0.17), (0.96, 0.88, 0.76)),
    ((0.36, 0.25, 0.19), (0.80, 0.68, 0.55)),
)


def draw(rng: np.random.Generator) -> Canvas:
    """A squirrel that looks to the right, alone on its canvas."""
    canvas = Canvas(SIZE)
    back, belly = COATS[rng.integers(len(COATS))]
    fur = _fur(rng)
    coat = mix(np.asarray(back) * 0.62, np.minimum(np.asarray(back) * 1.32, 1), fur)
    pale = mix(np.asarray(belly) * 0.80, np.asarray(belly), fur)
    lean = rng.uniform(-0.02, 0.03)
    _tail(canvas, rng, coat, back)
    # The far ear and arm first, then body, head, and what is nearest.
    canvas.paint(canvas.ellipse(0.69 + lean, 0.225, 0.026, 0.062, 12), coat * 0.75)
    canvas.paint(
        canvas.stroke(_points((0.66, 0.53), (0.74, 0.56), (0.79, 0.52)), _widths(0.065, 0.045)), coat * 0.7
    )
    canvas.paint(canvas.ellipse(0.595, 0.545, 0.125, 0.215, 14), coat)
    canvas.tint(canvas.ellipse(0.685, 0.57, 0.07, 0.165, 10), pale, 0.95)
    canvas.paint(canvas.ellipse(0.53, 0.69, 0.165, 0.16, -8), coat)
    canvas.tint(canvas.ellipse(0.55, 0.71, 0.135, 0.13, -8), coat * 1.12, 0.5)
    canvas.paint(canvas.ellipse(0.62, 0.852, 0.115, 0.031, 2), coat * 0.86)
    head = np.maximum(
        canvas.ellipse(0.70 + lean, 0.335, 0.108, 0.094, -6),
        canvas.ellipse(0.785 + lean, 0.362, 0.056, 0.048, 12),
    )
    canvas.paint(head, coat * 1.04)
    canvas.tint(canvas.ellipse(0.765 + lean, 0.395, 0.07, 0.036, 10), pale, 0.9)
    canvas.paint(_ear(canvas, lean), coat)
    canvas.tint(canvas.ellipse(0.655 + lean, 0.225, 0.017, 0.045, -14), (0.86, 0.62, 0.52), 0.75)
    _face(canvas, lean)
    if rng.random() < 0.6:
        _acorn(canvas)
    canvas.paint(
        canvas.stroke(_points((0.625, 0.50), (0.69, 0.575), (0.775, 0.53)), _widths(0.075, 0.048)),
        coat * 1.02,
    )
    _light(canvas)
    return canvas


def _fur(rng: np.random.Generator) -> Array:
    fine = fractal_noise(rng, SIZE, SIZE, (9, 4), 3)
    broad = fractal_noise(rng, SIZE, SIZE, (90, 90), 2)
    fur: Array = 0.55 * fine + 0.45 * broad
    return fur


def _tail(canvas: Canvas, rng: np.random.Generator, coat: Array, back: Colour) -> None:
    curl = rng.uniform(0.0, 1.0)
    # With much curl the tip comes down to the neck and closes the ring.
    tip_x, tip_y = 0.40 + 0.15 * curl, 0.13 + 0.27 * curl
    path = smooth_path(
        [
            (0.46, 0.80),
            (0.30, 0.83),
            (0.15, 0.68),
            (0.13, 0.45),
            (0.17, 0.24),
            (0.30, 0.13),
            (0.42 + 0.02 * curl, 0.14 + 0.06 * curl),
            (tip_x, tip_y),
        ]
    )
    t = np.linspace(0, 1, len(path), dtype=np.float32)
    widths = (0.075 + 0.105 * np.clip(np.sin(np.pi * t**0.8), 0, 1) ** 0.8).astype(np.float32)
    edge = canvas.stroke(path, widths)
    # Single hairs make the outline shaggy.
    normals = np.gradient(path, axis=0)[:, ::-1] * np.array([-1, 1], np.float32)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True) + 1e-6
    along = np.gradient(path, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-6
    for _ in range(150):
        at = int(rng.integers(8, len(path)))
        side = rng.choice((-1.0, 1.0))
        start = path[at] + normals[at] * side * widths[at] * 0.40
        end = start + (normals[at] * side * 0.6 + along[at] * 0.8) * widths[at] * rng.uniform(0.15, 0.30)
        edge = np.maximum(edge, canvas.line(np.stack([start, end]), 0.008))
    canvas.paint(edge, coat * 0.92)
    core = canvas.stroke(path, widths * 0.45)
    canvas.tint(cv2.GaussianBlur(core, (0, 0), SIZE * 0.015), np.asarray(back) * 0.55, 0.55)
    rim = edge - canvas.stroke(path, widths * 0.86)
    canvas.tint(np.clip(rim, 0, 1), np.minimum(np.asarray(back) * 1.5 + 0.12, 1), 0.45)


def _ear(canvas: Canvas, lean: float) -> Array:
    outer = canvas.ellipse(0.655 + lean, 0.235, 0.032, 0.07, -14)
    tuft = canvas.polygon([(0.625 + lean, 0.20), (0.622 + lean, 0.115), (0.665 + lean, 0.185)])
    return np.maximum(outer, tuft)


def _face(canvas: Canvas, lean: float) -> None:
    canvas.paint(canvas.ellipse(0.735 + lean, 0.318, 0.027, 0.030), (0.95, 0.88, 0.78))
    canvas.paint(canvas.ellipse(0.738 + lean, 0.319, 0.021, 0.024), (0.06, 0.04, 0.04))
    canvas.paint(canvas.ellipse(0.745 + lean, 0.310, 0.007, 0.007), (1.0, 1.0, 1.0))
    canvas.paint(canvas.ellipse(0.836 + lean, 0.352, 0.013, 0.011), (0.12, 0.07, 0.07))


def _acorn(canvas: Canvas) -> None:
    canvas.paint(canvas.ellipse(0.80, 0.515, 0.040, 0.050, 8), (0.70, 0.47, 0.20))
    canvas.tint(canvas.ellipse(0.81, 0.505, 0.012, 0.030, 8), (0.93, 0.75, 0.45), 0.7)
    canvas.paint(canvas.ellipse(0.797, 0.482, 0.044, 0.024, 8), (0.36, 0.24, 0.13))


def _light(canvas: Canvas) -> None:
    """Brighter from above, darker along the lower edges: a round body instead of a paper cut."""
    inside = cv2.GaussianBlur(canvas.alpha, (0, 0), SIZE * 0.03)
    below = np.clip(np.roll(inside, -round(SIZE * 0.03), axis=0) - inside, -1, 1)
    height = np.linspace(1.10, 0.86, SIZE, dtype=np.float32)[:, None]
    canvas.colour = np.clip(canvas.colour * (height + 0.55 * below)[..., None], 0, 1)


def _points(*points: tuple[float, float]) -> Array:
    return smooth_path(points, 40)


def _widths(first: float, last: float) -> Array:
    return np.linspace(first, last, 40, dtype=np.float32)
