"""What a project's assets and shapes are like, counted by the database: classes, sizes, splits, places.

Kept for every state of a project: whatever changes in it has a number in its stream of events.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
from django.core.cache import cache
from django.db.models import Case, Count, F, FloatField, IntegerField, QuerySet, Sum, Value, When
from django.db.models.functions import Floor, Ln

from accounts.models import User
from annotations.models import Annotation
from core import events
from projects.asset_selectors import found
from projects.models import Asset, Project

# Below 32×32 pixels small, below 96×96 medium, else large: as COCO's evaluation has it.
SMALL, MEDIUM = 32**2, 96**2
# Areas by powers of two, up to 134 megapixels; 96×96 is none, and divides a bin.
BOUNDS = sorted({*(float(2**power) for power in range(1, 28)), float(MEDIUM)})
ASPECTS = (0.25, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.45, 1.6, 1.8, 2.0, 2.5, 4.0)
MAX_SIZES = 50
BRIGHTNESS_BINS = 20
GRID = 32
# Where shapes lie shows in so many as well as in all of them.
MAX_PLACED = 10_000
KEEP_SECONDS = 3600
# By split and class.
Images = Counter[tuple[str | None, str]]


def statistics(project: Project, filters: Mapping[str, str], me: User | None = None) -> dict[str, Any]:
    """Of the assets that pass the filters. Raises BadInput naming a filter that cannot be read."""
    assets = found(project, filters, me).order_by().select_related(None)
    asked = json.dumps([sorted(filters.items()), str(me.pk) if me else None])
    head = events.head(f"project:{project.pk}")
    key = f"statistics:{project.pk}:{head}:{hashlib.sha256(asked.encode()).hexdigest()}"
    kept: dict[str, Any] | None = cache.get(key)
    if kept is None:
        kept = _counted(project, assets)
        cache.set(key, kept, KEEP_SECONDS)
    return kept


def _counted(project: Project, assets: QuerySet[Asset]) -> dict[str, Any]:
    images = _images_by_class(assets)
    groups = list(
        assets.values_list("split", "review", "media").annotate(
            count=Count("pk"),
            annotated=Count(Case(When(annotation_count__gt=0, then=1))),
            shapes=Sum("annotation_count"),
        )
    )
    shapes = _shapes(assets)
    total = sum(row[5] for row in groups)
    return {
        "assets": sum(row[3] for row in groups),
        "annotated": sum(row[4] for row in groups),
        "annotations": total,
        "media": _summed(groups, 2, Asset.Media.values),
        "reviews": _summed(groups, 1, Asset.Review.values),
        "classes": _classes(project, images, shapes),
        "splits": _splits(images, groups, shapes),
        "object_sizes": _object_sizes(shapes),
        "image_sizes": _image_sizes(assets),
        "positions": _positions(assets, sum(row[4] for row in groups), total),
        "brightness": _brightness(assets),
        "sharpness": _sharpness(assets),
    }


def _summed(groups: list[Any], place: int, names: list[str]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for row in groups:
        counts[row[place]] += row[3]
    return {name: counts[name] for name in names}


def _shapes(assets: QuerySet[Asset]) -> list[tuple[str | None, str, int, int, float]]:
    """(split, class, area bin, how many, pixels): all that is said of shapes is sums of these."""
    cases = [When(annotations__area__lt=bound, then=Value(number)) for number, bound in enumerate(BOUNDS)]
    area_bin = Case(*cases, default=Value(len(BOUNDS)), output_field=IntegerField())
    # From the assets, and without naming the shapes' ids: so everything comes out of one index.
    rows = assets.filter(annotations__label_class__isnull=False).annotate(bin=area_bin)
    grouped = rows.values_list("split", "annotations__label_class_id", "bin")
    summed = grouped.annotate(count=Count("*"), pixels=Sum("annotations__area"))
    return [
        (split, str(label), number, count, pixels or 0.0) for split, label, number, count, pixels in summed
    ]


def _classes(project: Project, images: Images, shapes: list[Any]) -> list[dict[str, Any]]:
    counts: Counter[str] = Counter()
    pixels: Counter[str] = Counter()
    for _, label, _, count, area in shapes:
        counts[label] += count
        pixels[label] += area
    occurring: Counter[str] = Counter()
    for (_, label), count in images.items():
        occurring[label] += count
    return [
        {
            "class": str(label.pk),
            "name": label.name,
            "color": label.color,
            "shapes": counts[str(label.pk)],
            "images": occurring[str(label.pk)],
            "pixels": round(pixels[str(label.pk)]),
        }
        for label in project.label_classes.order_by("position", "created_at")
    ]


def _images_by_class(assets: QuerySet[Asset]) -> Images:
    """On how many assets each class occurs, by split: there are few combinations of classes."""
    found_on: Images = Counter()
    for split, labels, count in assets.values_list("split", "class_ids").annotate(count=Count("pk")):
        for label in labels:
            found_on[split, label] += count
    return found_on


def _splits(images: Images, groups: list[Any], shapes: list[Any]) -> list[dict[str, Any]]:
    rows = []
    for split in (*Asset.Split.values, None):
        mine = [row for row in groups if row[0] == split]
        counts: Counter[str] = Counter()
        for where, label, _, count, _ in shapes:
            if where == split:
                counts[label] += count
        rows.append(
            {
                "split": split,
                "assets": sum(row[3] for row in mine),
                "annotated": sum(row[4] for row in mine),
                "classes": [
                    {"class": label, "shapes": counts[label], "images": images[split, label]}
                    for label in sorted(counts)
                ],
            }
        )
    return rows


def _object_sizes(shapes: list[Any]) -> dict[str, Any]:
    counts: Counter[int] = Counter()
    for _, _, number, count, _ in shapes:
        counts[number] += count
    lows = [0.0, *BOUNDS]
    by_name = {"small": 0, "medium": 0, "large": 0}
    for number, count in counts.items():
        low = lows[number]
        by_name["small" if low < SMALL else "medium" if low < MEDIUM else "large"] += count
    filled = [number for number in range(len(lows)) if counts[number]]
    shown = range(filled[0], filled[-1] + 1) if filled else range(0)
    bins = [
        {"from": lows[n], "to": BOUNDS[n] if n < len(BOUNDS) else None, "count": counts[n]} for n in shown
    ]
    return {**by_name, "bins": bins}


def _image_sizes(assets: QuerySet[Asset]) -> dict[str, Any]:
    known = assets.filter(width__gt=0, height__gt=0)
    rows = list(known.values_list("width", "height").annotate(count=Count("pk")))
    rows.sort(key=lambda row: (-row[2], row[:2]))
    table = np.array(rows, dtype=np.float64).reshape(-1, 3)
    edges = np.array([0, *ASPECTS, np.inf])
    aspects, _ = np.histogram(table[:, 0] / table[:, 1], edges, weights=table[:, 2])
    return {
        "common": [{"width": row[0], "height": row[1], "count": row[2]} for row in rows[:MAX_SIZES]],
        "different": len(rows),
        "aspects": [
            {"from": float(low), "to": None if np.isinf(high) else float(high), "count": int(count)}
            for low, high, count in zip(edges[:-1], edges[1:], aspects, strict=True)
        ],
    }


def _positions(assets: QuerySet[Asset], annotated: int, total: int) -> dict[str, Any]:
    """How many shapes' boxes have their middle in each cell of a grid laid over the picture, row by row from
    the top. Assets have random ids: the first ones by id are a fair sample.
    """
    enough = annotated if total <= MAX_PLACED else max(annotated * MAX_PLACED // total, 1)
    drawn_on = assets.filter(annotation_count__gt=0, width__gt=0, height__gt=0).order_by("pk")
    sizes = {key: size for key, *size in drawn_on.values_list("pk", "width", "height")[:enough]}
    rows = Annotation.objects.filter(asset__in=sizes).order_by().values_list("asset_id", "bbox")
    table = np.array(
        [(*box, *sizes[key]) for key, box in rows.iterator() if len(box) == 4], dtype=np.float64
    ).reshape(-1, 6)
    x = (table[:, 0] + table[:, 2] / 2) / table[:, 4]
    y = (table[:, 1] + table[:, 3] / 2) / table[:, 5]
    counts, _, _ = np.histogram2d(np.clip(y, 0, 1), np.clip(x, 0, 1), GRID, ((0, 1), (0, 1)))
    return {"counts": counts.astype(int).tolist(), "shapes": len(table), "sampled": total > MAX_PLACED}


def _brightness(assets: QuerySet[Asset]) -> list[dict[str, Any]] | None:
    scaled = Floor(F("brightness") * Value(float(BRIGHTNESS_BINS)), output_field=FloatField())
    counts = _binned(assets.filter(brightness__isnull=False), scaled)
    if not counts:
        return None
    found_in = {min(int(number), BRIGHTNESS_BINS - 1): 0 for number in counts}
    for number, count in counts.items():
        found_in[min(int(number), BRIGHTNESS_BINS - 1)] += count
    step = 1 / BRIGHTNESS_BINS
    return [
        {"from": round(n * step, 3), "to": round((n + 1) * step, 3), "count": found_in.get(n, 0)}
        for n in range(BRIGHTNESS_BINS)
    ]


def _sharpness(assets: QuerySet[Asset]) -> list[dict[str, Any]] | None:
    """By powers of two."""
    doubled = Floor(Ln(F("sharpness") + Value(1.0)) / Value(float(np.log(2))), output_field=FloatField())
    counts = _binned(assets.filter(sharpness__isnull=False), doubled)
    if not counts:
        return None
    last = int(max(counts))
    return [
        {"from": float(2**n - 1), "to": float(2 ** (n + 1) - 1), "count": counts.get(n, 0)}
        for n in range(last + 1)
    ]


def _binned(assets: QuerySet[Asset], place: Floor) -> dict[float, int]:
    rows = assets.annotate(place=place).values_list("place").annotate(count=Count("pk"))
    return dict(rows)
