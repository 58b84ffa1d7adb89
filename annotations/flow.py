"""How things move from one frame to the next, by dense optical flow (DIS: Kroeger et al. 2016).

Pure: NumPy and OpenCV. Flow is float32 [h, w, 2], (x, y) pixels from a pixel of one frame to where it is in
the other.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

Flow = npt.NDArray[np.float32]
Grey = npt.NDArray[np.uint8]
Region = npt.NDArray[np.bool_]
# x' = a x + b y + c, y' = d x + e y + f.
Affine = npt.NDArray[np.float64]

# There and back again may miss by this share of the way and so many pixels (Sundaram et al. 2010, eq. 5).
MISS_SHARE, MISS = 0.01, 0.5
POINTS = 600
# Fewer than that say where something has gone, not how it has turned.
LEAST_POINTS = 12
RANSAC_PIXELS = 1.0
# How far from a region's edge its flow is its own, by its size: a patch of flow is eight pixels long.
EDGE = (2, 6)


class Step(NamedTuple):
    """Two frames that follow each other: the flow there and back, and which pixels come back to where they
    were.
    """

    forward: Flow
    backward: Flow
    # Of the first frame, and of the second.
    sure: Region
    arrived: Region


def grey_of(frame: npt.NDArray[np.uint8]) -> Grey:
    """An RGB frame uint8 [h, w, 3] as flow looks at it."""
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), np.uint8)


def step_between(before: Grey, after: Grey) -> Step:
    """The flow between two frames [h, w] in both directions."""
    dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    # Down to the frame's own pixels: at half of them, what is small moves too little, frame for frame.
    dis.setFinestScale(0)
    forward = np.asarray(dis.calc(before, after, None), np.float32)  # type: ignore[call-overload]
    backward = np.asarray(dis.calc(after, before, None), np.float32)  # type: ignore[call-overload]
    return Step(forward, backward, _returns(forward, backward), _returns(backward, forward))


def _returns(there: Flow, back: Flow) -> Region:
    way = followed(back, there)
    miss = ((there + way) ** 2).sum(axis=-1)
    allowed = MISS_SHARE * ((there**2).sum(axis=-1) + (way**2).sum(axis=-1)) + MISS
    return np.asarray(miss <= allowed)


def followed(values: npt.NDArray[np.float32], flow: Flow) -> npt.NDArray[np.float32]:
    """What lies in `values` [h, w, …] where each pixel's flow leads."""
    height, width = flow.shape[:2]
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    x, y = columns + flow[..., 0], rows + flow[..., 1]
    found = cv2.remap(values, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32)


def identity(height: int, width: int) -> npt.NDArray[np.float32]:
    """Where each pixel comes from as long as nothing has moved: float32 [h, w, 2]."""
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.stack([columns, rows], axis=-1)


def quality(step: Step, region: Region) -> float:
    """Which share of a region of the second frame came there in a way that leads back; 0 of an empty one."""
    area = int(region.sum())
    return float(step.arrived[region].mean()) if area else 0.0


def motion(step: Step, region: Region, turns: bool) -> Affine | None:
    """How a region [h, w] of the first frame moves as one thing: an affine map by RANSAC over its sure
    pixels, of scale and place alone unless it `turns`; None where nothing is known of it.
    """
    rows, columns = np.nonzero(inner(region, step.sure))
    if not len(rows):
        return None
    picked = slice(None, None, max(1, len(rows) // POINTS))
    rows, columns = rows[picked], columns[picked]
    start = np.stack([columns, rows], axis=-1).astype(np.float32)
    end = start + step.forward[rows, columns]
    moved = np.median(end - start, axis=0)
    place = np.array([[1, 0, moved[0]], [0, 1, moved[1]]], np.float64)
    if len(rows) < LEAST_POINTS:
        return place
    # The same points give the same map.
    cv2.setRNGSeed(0)
    fit = cv2.estimateAffine2D if turns else cv2.estimateAffinePartial2D
    found, _ = fit(start, end, method=cv2.RANSAC, ransacReprojThreshold=RANSAC_PIXELS)
    if found is None or not np.isfinite(found).all():
        return place
    affine = np.asarray(found, np.float64)
    if not turns:
        affine = _upright(affine, start)
    determinant = affine[0, 0] * affine[1, 1] - affine[0, 1] * affine[1, 0]
    # From one frame to the next nothing doubles: such a map has fitted noise.
    return affine if 0.5 < determinant < 2 else place


def inner(region: Region, sure: Region) -> Region:
    """The sure pixels of a region [h, w] that lie off its edge, where flow is that of what is behind it as
    often as its own; all the sure ones where these are too few.
    """
    edge = int(np.clip(np.sqrt(region.sum()) / 10, *EDGE))
    core = cv2.erode(region.astype(np.uint8), np.ones((2 * edge + 1,) * 2, np.uint8)) != 0
    found = np.asarray(core & sure)
    return found if found.sum() >= LEAST_POINTS else region & sure


def spread(flow: Flow, where: Region) -> Flow:
    """The flow of the pixels where it is known to be a thing's own, taken on over its edge: a mean weighted
    by nearness (normalised convolution, Knutsson & Westin 1993), far away that of all. There are some.
    """
    weight = where.astype(np.float32)
    sigma = max(1.5, float(np.sqrt(weight.sum())) / 12)
    near = cv2.GaussianBlur(weight, (0, 0), sigma)
    total = cv2.GaussianBlur(flow * weight[..., None], (0, 0), sigma)
    mean = flow[where].mean(axis=0)
    known = near[..., None] > 1e-3
    return np.asarray(np.where(known, total / np.maximum(near[..., None], 1e-3), mean), np.float32)


def _upright(affine: Affine, start: npt.NDArray[np.float32]) -> Affine:
    """The same scale and the same way of the points' middle, without the turn."""
    scale = float(np.hypot(affine[0, 0], affine[1, 0]))
    middle = start.mean(axis=0).astype(np.float64)
    moved = affine[:, :2] @ middle + affine[:, 2]
    return np.array([[scale, 0, moved[0] - scale * middle[0]], [0, scale, moved[1] - scale * middle[1]]])


def joined(first: Affine, then: Affine) -> Affine:
    """One map after the other."""
    return np.hstack([then[:, :2] @ first[:, :2], (then[:, :2] @ first[:, 2] + then[:, 2])[:, None]])
