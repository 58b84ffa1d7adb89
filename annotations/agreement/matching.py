"""Which object of one person is which of another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from pycocotools import mask as coco
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from annotations.agreement.rasters import Rle

LEAST_IOU = 0.5
_ROWS_AT_ONCE = 512


class Match(NamedTuple):
    first: int
    second: int
    iou: float


class Member(NamedTuple):
    person: int
    number: int


def match(first: Sequence[Rle], second: Sequence[Rle]) -> list[Match]:
    """Pairs of objects whose IoU is at least 0.5, no object twice, such that the sum of IoUs is the greatest
    (the Hungarian method: Kuhn 1955). In order of `first`."""
    edges = _near(first, second)
    if not edges:
        return []
    # Objects that no edge joins cannot take partners from each other: many small problems, not one large.
    rows, columns = (np.array(side) for side in zip(*((e.first, e.second) for e in edges), strict=True))
    size = len(first) + len(second)
    graph = coo_array((np.ones(len(edges)), (rows, columns + len(first))), shape=(size, size))
    _, group = connected_components(graph, directed=False)
    groups: dict[int, list[Match]] = {}
    for edge in edges:
        groups.setdefault(int(group[edge.first]), []).append(edge)
    return sorted(found for members in groups.values() for found in _best(members))


def _near(first: Sequence[Rle], second: Sequence[Rle]) -> list[Match]:
    if not first or not second:
        return []
    edges = []
    for start in range(0, len(first), _ROWS_AT_ONCE):
        block = first[start : start + _ROWS_AT_ONCE]
        ious = np.asarray(coco.iou(list(block), list(second), [0] * len(second)))
        for row, column in np.argwhere(ious >= LEAST_IOU).tolist():
            edges.append(Match(start + row, column, float(ious[row, column])))
    return edges


def _best(edges: list[Match]) -> list[Match]:
    if len(edges) == 1:
        return edges
    rows = sorted({edge.first for edge in edges})
    columns = sorted({edge.second for edge in edges})
    row_of = {number: place for place, number in enumerate(rows)}
    column_of = {number: place for place, number in enumerate(columns)}
    table = np.zeros((len(rows), len(columns)))
    for edge in edges:
        table[row_of[edge.first], column_of[edge.second]] = edge.iou
    chosen = zip(*linear_sum_assignment(table, maximize=True), strict=True)
    return [Match(rows[i], columns[j], float(table[i, j])) for i, j in chosen if table[i, j]]


def cluster(people: Sequence[Sequence[Rle]]) -> list[list[Member]]:
    """Objects of several people, those that are the same thing together; every object is in one cluster.

    Every two people's objects are matched; the matches join clusters, the greatest IoU first, unless that
    would put two objects of one person together. Deterministic; in the order of the first member.
    """
    edges: list[tuple[float, Member, Member]] = []
    for a, b in combinations(range(len(people)), 2):
        edges += [(-m.iou, Member(a, m.first), Member(b, m.second)) for m in match(people[a], people[b])]
    own = {Member(p, n): [Member(p, n)] for p, objects in enumerate(people) for n in range(len(objects))}
    for _, one, other in sorted(edges):
        left, right = own[one], own[other]
        if left is right or _people(left) & _people(right):
            continue
        left.extend(right)
        for member in right:
            own[member] = left
    unique: dict[int, Any] = {id(members): members for members in own.values()}
    return sorted(sorted(members) for members in unique.values())


def _people(members: list[Member]) -> set[int]:
    return {member.person for member in members}
