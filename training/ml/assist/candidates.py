"""What clicks may mean: in every window the areas nearest to them, up to one distance and the next, and what
tells the good ones among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from training.ml.assist.engine import Point
from training.ml.assist.superpixels import Areas, Floats
from training.ml.assist.windows import Window

Flags = npt.NDArray[np.bool_]

# How many distances are tried in a window.
LEVELS = 28
# What a step costs where nothing separates two areas, and how much the colour's distance to that of the
# click counts besides the border's strength.
STEP = 0.5
COLOURS = (0.0, 0.5)
FEATURES = 26
# How much of a window's edge inside the image an object may touch: more of it is seen in the next window.
MOST_RIM = 0.25


@dataclass(frozen=True)
class Before:
    """What was meant before the last click: its share of each pixel of a window, and how sure that was."""

    shares: Floats
    score: float


@dataclass(frozen=True)
class Candidates:
    """`chosen` [n, areas] of one window, with what tells of each, float32 [n, FEATURES].

    Where the window is about an edit, `grown` [n, areas] is what the last click adds to what was meant
    before, or takes from it; the rest of the image stays.
    """

    window: Window
    chosen: Flags
    features: Floats
    grown: Flags | None = None


def edits(window: Window, points: Sequence[Point], before: Before) -> Candidates | None:
    """What was meant before with what is near to the last click, or without it."""
    areas = window.areas
    x, y, belongs = points[-1]
    source = window.area_at(x, y)
    if source < 0:
        return None
    held = _shares(areas, before.shares)
    base = held > 0.5 * areas.size
    others = [window.area_at(x, y) for x, y, other in points[:-1] if other != belongs]
    against = sorted({area for area in others if area >= 0} - {source})
    found = []
    for weight in COLOURS:
        near, away = _distances(areas, [source], against, weight)
        allowed = near < away
        allowed[source] = True
        grown = _levels(areas, near, allowed)
        chosen = base | grown if belongs else base & ~grown
        kept = chosen.any(axis=1)
        grown, chosen = grown[kept], chosen[kept]
        if not len(chosen):
            continue
        sign = 1.0 if belongs else -1.0
        share = (chosen != base) @ areas.size / max(1.0, float(base @ areas.size))
        features = _features(window, chosen, near, points, (held, before.score), weight)
        features[:, -3] = sign
        features[:, -2] = np.log(share + 0.01) / 3
        found.append((chosen, features, grown))
    if not found:
        return None
    parts = [np.concatenate(each) for each in zip(*found, strict=True)]
    return Candidates(window, parts[0], parts[1], parts[2])


def candidates(
    window: Window,
    points: Sequence[Point],
    image_size: tuple[int, int],
    outside: Sequence[int] = (),
    before: Before | None = None,
) -> Candidates | None:
    """The candidates of a window; areas `outside` are not meant, as little as the negative clicks are. None
    where no click on the object is in it, or no object ends in it.
    """
    areas = window.areas
    inside, far = _places(window, points, outside)
    if not inside:
        return None
    held = None if before is None else (_shares(areas, before.shares), before.score)
    found = []
    for weight in COLOURS:
        near, away = _distances(areas, inside, far, weight)
        allowed = near < away
        allowed[inside] = True
        chosen = _levels(areas, near, allowed)
        chosen = chosen[_ends(window, chosen, image_size)]
        if len(chosen):
            found.append((chosen, _features(window, chosen, near, points, held, weight)))
    if not found:
        return None
    chosen = np.concatenate([each for each, _ in found])
    return Candidates(window, chosen, np.concatenate([each for _, each in found]))


def _ends(window: Window, chosen: Flags, image_size: tuple[int, int]) -> Flags:
    """Which candidates end in the window, as far as the image goes on beyond it."""
    height, width = image_size
    labels = window.areas.labels
    edges = [
        labels[0] if window.top > 0 else None,
        labels[-1] if window.bottom < height else None,
        labels[:, 0] if window.left > 0 else None,
        labels[:, -1] if window.right < width else None,
    ]
    inner = [edge for edge in edges if edge is not None]
    if not inner:
        return np.ones(len(chosen), bool)
    return np.asarray(chosen[:, np.concatenate(inner)].mean(axis=1) <= MOST_RIM)


def _places(window: Window, points: Sequence[Point], outside: Sequence[int]) -> tuple[list[int], list[int]]:
    """The areas of clicks on the object, and those of what is not."""
    placed = [(window.area_at(x, y), belongs) for x, y, belongs in points]
    inside = sorted({area for area, belongs in placed if belongs and area >= 0})
    against = {area for area, belongs in placed if not belongs and area >= 0}
    return inside, sorted((against | set(outside)) - set(inside))


def _distances(areas: Areas, inside: list[int], far: list[int], weight: float) -> tuple[Floats, Floats]:
    first, second = areas.pairs.T
    count = len(areas.size)

    def distances(sources: list[int]) -> Floats:
        cost = STEP + areas.strength
        if weight:
            apart = areas.colour[:, None] - areas.colour[None, sources[:8]]
            unlike = np.sqrt((apart**2).sum(axis=2)).min(axis=1)
            cost = cost + weight * np.maximum(unlike[first], unlike[second])
        graph = csr_array((cost, (first, second)), shape=(count, count))
        return np.asarray(dijkstra(graph, directed=False, indices=sources, min_only=True), np.float32)

    return distances(inside), distances(far) if far else np.full(count, np.inf, np.float32)


def _levels(areas: Areas, near: Floats, allowed: Flags) -> Flags:
    """The areas up to some distances, which are chosen so that the sizes grow evenly."""
    reach = np.where(allowed, near, np.inf)
    order = np.argsort(reach, kind="stable")[: int(allowed.sum())]
    grown = np.cumsum(areas.size[order])
    wanted = np.geomspace(grown[0], grown[-1], LEVELS)
    last = np.unique(np.searchsorted(grown, wanted * (1 - 1e-6)).clip(0, len(order) - 1))
    rank = np.full(len(near), len(near))
    rank[order] = np.arange(len(order))
    return np.asarray(rank[None, :] <= last[:, None])


def _features(
    window: Window,
    chosen: Flags,
    near: Floats,
    points: Sequence[Point],
    before: tuple[Floats, float] | None,
    weight: float,
) -> Floats:
    """Numbers of about 1 that tell how good each candidate is."""
    areas = window.areas
    inner = chosen.astype(np.float32)
    total = float(areas.size.sum())
    size = inner @ areas.size
    first, second = areas.pairs.T
    crossing = chosen[:, first] != chosen[:, second]
    within = chosen[:, first] & chosen[:, second]
    outline = np.maximum(crossing @ areas.length, 1)
    strong = crossing @ (areas.length * areas.strength) / outline
    inside = within @ (areas.length * areas.strength) / np.maximum(within @ areas.length, 1)
    clear = (crossing & (areas.strength > 2 * inside[:, None] + 3)) @ areas.length / outline
    weak = (crossing & (areas.strength < inside[:, None] + 1.5)) @ areas.length / outline
    colour = (inner * areas.size) @ areas.colour / size[:, None]
    spread = np.sqrt(np.maximum((inner * areas.size) @ areas.square / size - (colour**2).sum(1), 0))
    outer = np.zeros_like(inner)
    for one, other in ((first, second), (second, first)):
        leaving = crossing & chosen[:, one]
        np.add.at(outer.T, other, (leaving * areas.length).T)
    beside = outer @ areas.colour / np.maximum(outer.sum(1), 1)[:, None]
    apart = np.linalg.norm(colour - beside, axis=1)
    radius = np.sqrt(size / np.pi)
    centre = (inner * areas.size) @ areas.centre / size[:, None]
    clicks = np.array(
        [((x - window.left) * window.scale, (y - window.top) * window.scale, b) for x, y, b in points]
    )
    on = clicks[clicks[:, 2] == 1, :2]
    if not len(on):
        on = clicks[:1, :2]
    away = np.linalg.norm(areas.centre - on[0], axis=1)
    depth = np.where(chosen, np.inf, away[None]).min(axis=1)
    depth = np.minimum(depth, 2 * radius)
    rim = inner @ areas.rim / max(1.0, float(areas.rim.sum()))
    level = np.where(chosen, near[None], 0).max(axis=1)
    stable = np.gradient(np.log(size), level + 1e-3 * np.arange(len(level))) if len(level) > 1 else size * 0
    lows, highs = _extent(areas, chosen)
    box = np.maximum((highs - lows + areas.size.mean() ** 0.5).prod(axis=1), 1)
    same: npt.NDArray[Any] = np.zeros(len(size))
    part = same
    if before is not None:
        held = float(before[0].sum())
        both = inner @ before[0]
        same, part = both / np.maximum(size + held - both, 1), both / max(held, 1.0)
    columns = [
        strong / 10,
        inside / 5,
        strong / (inside + 2) / 3,
        clear,
        weak,
        spread / 15,
        apart / 20,
        apart / (spread + 3),
        rim * 4,
        np.log(size / total) / 2,
        np.log(outline**2 / (4 * np.pi * size)),
        depth / radius,
        np.linalg.norm(centre - on.mean(axis=0), axis=1) / radius,
        np.log1p(np.maximum(stable, 0) * 20) / 2,
        size / box,
        level / (strong + 1) / 5,
        np.full(len(size), len(on) / 3),
        np.full(len(size), (len(clicks) - len(on)) / 3),
        same,
        part,
        np.full(len(size), float(before is not None)),
        np.full(len(size), weight * 2),
        np.full(len(size), before[1] if before else 0.0),
        np.zeros(len(size)),
        np.zeros(len(size)),
        np.full(len(size), float(len(window.areas.size)) / 500),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _extent(areas: Areas, chosen: Flags) -> tuple[Floats, Floats]:
    """The corners of each candidate's box."""
    places = areas.centre[None]
    lows = np.where(chosen[:, :, None], places, np.inf).min(axis=1)
    highs = np.where(chosen[:, :, None], places, -np.inf).max(axis=1)
    return lows, highs


def _shares(areas: Areas, mask: Floats) -> Floats:
    """How many pixels of each area a mask of the window covers."""
    count = len(areas.size)
    return np.asarray(np.bincount(areas.labels.ravel(), mask.ravel(), count), np.float32)
