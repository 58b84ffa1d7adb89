"""Every export of an artifact is a point, and those that no other dominates are marked."""

from __future__ import annotations

import uuid
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from deployments.models import Export
from deployments.services.tradeoffs import pareto

COSTS = st.lists(st.tuples(*[st.integers(0, 4)] * 3), max_size=12)


def report(miou: float, milliseconds: float, size: int, agrees: bool = True) -> dict[str, Any]:
    latency = {"milliseconds": milliseconds}
    return {"miou": miou, "latency": latency, "size": size, "memory_mb": 90.5, "agrees": agrees}


def export(artifact: Any, form: str, quantization: str, **figures: Any) -> Export:
    return Export.objects.create(
        id=uuid.uuid4(),
        artifact=artifact,
        format=form,
        quantization=quantization,
        report=report(**figures),
        storage_prefix="exports/none",
    )


def test_points_come_by_latency_with_the_front_marked(api: Any, artifact: Any) -> None:
    plain = export(artifact, "torch", "none", miou=0.8, milliseconds=100, size=1000)
    quick = export(artifact, "openvino", "int8", miou=0.795, milliseconds=20, size=300, agrees=False)
    beaten = export(artifact, "onnx", "none", miou=0.79, milliseconds=110, size=1000)
    edge = export(artifact, "litert", "none", miou=0.8, milliseconds=90, size=1001)
    answer = api.get(f"/api/v1/artifacts/{artifact.pk}/tradeoffs")
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body["metric"] == "miou"
    points = {point["export"]: point for point in body["points"]}
    assert [point["export"] for point in body["points"]] == [str(e.pk) for e in (quick, edge, plain, beaten)]
    assert [points[str(each.pk)]["pareto"] for each in (plain, quick, beaten, edge)] == [
        True,
        True,
        False,
        True,
    ]
    assert points[str(quick.pk)]["runtime"] == "openvino" and points[str(quick.pk)]["agrees"] is False
    assert points[str(edge.pk)]["runtime"] is None and not points[str(edge.pk)]["deployable"]
    assert (points[str(plain.pk)]["miou"], points[str(plain.pk)]["memory_mb"]) == (0.8, 90.5)


def test_an_artifact_without_exports_has_no_points(api: Any, other_api: Any, artifact: Any) -> None:
    assert api.get(f"/api/v1/artifacts/{artifact.pk}/tradeoffs").json() == {"metric": "miou", "points": []}
    assert other_api.get(f"/api/v1/artifacts/{artifact.pk}/tradeoffs").status_code == 404


@given(COSTS)
def test_who_is_off_the_front_is_beaten_by_one_on_it(costs: list[tuple[int, ...]]) -> None:
    front = pareto(costs)
    best = [cost for cost, on in zip(costs, front, strict=True) if on]
    for cost, on in zip(costs, front, strict=True):
        beaten = any(o != cost and all(a <= b for a, b in zip(o, cost, strict=True)) for o in best)
        assert on is not beaten
