"""Slices and thresholds over the API."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from accounts.models import AuditEntry
from annotations.manifest import line
from core.storage import storage
from projects.models import Asset
from tests.training.test_evaluations_api import make_assets
from training.services.slicing import escaped


@pytest.fixture
def measured(project: Any, make_artifact: Any, make_evaluation: Any) -> tuple[Any, list[str], str]:
    artifact = make_artifact()
    assets = make_assets(project, 24)
    for number, asset in enumerate(assets):
        Asset.objects.filter(pk=asset).update(
            brightness=number / 24, sharpness=float(number), phash=number * 7919, metadata={"camera": "K1000"}
        )
    snapshot = artifact.run.snapshot
    snapshot.storage_key = "snapshots/sliced"
    snapshot.save()
    header = {"format": "tessera-manifest/1"}
    storage.put(
        snapshot.storage_key,
        line(header) + b"".join(line({"asset": asset, "split": "val"}) for asset in assets),
    )
    make_evaluation(artifact, assets)
    return artifact, assets, f"/api/v1/artifacts/{artifact.pk}"


def dimensions(api: Any, url: str) -> dict[str, Any]:
    answer = api.get(url)
    assert answer.status_code == 200, answer.content
    return {each["name"]: each for each in answer.json()["dimensions"]}


def test_images_are_sliced_by_what_is_known_of_them(api: Any, measured: tuple[Any, list[str], str]) -> None:
    found = dimensions(api, f"{measured[2]}/evaluation/slices")
    assert {"tag", "brightness", "blur", "position"} <= set(found)
    # What is the same of all is no slice.
    assert not {"camera", "image_size", "object_size"} & set(found)
    night, without = found["tag"]["slices"]
    assert (night["value"], night["count"], night["filters"]) == ("night", 12, {"tag": "night"})
    assert without["count"] == 12 and without["filters"] is None
    alone = api.get(f"{measured[2]}/evaluation?tag=night").json()
    assert night["metric"] == pytest.approx(alone["miou"])
    assert [one["count"] for one in found["brightness"]["slices"]] == [6, 6, 6, 6]


def test_a_filter_leaves_its_images(api: Any, measured: tuple[Any, list[str], str]) -> None:
    found = dimensions(api, f"{measured[2]}/evaluation/slices?tag=night")
    assert sum(one["count"] for one in found["objects"]["slices"]) == 12
    assert "tag" not in found


def test_pictures_that_were_trained_on_are_told(api: Any, project: Any, measured: Any) -> None:
    artifact, assets, url = measured
    Asset.objects.filter(pk__in=assets[:2]).update(phash=12345)
    snapshot = artifact.run.snapshot
    lines = [line({"asset": asset, "split": "train" if asset == assets[0] else "val"}) for asset in assets]
    storage.put("snapshots/leaking", line({"format": "tessera-manifest/1"}) + b"".join(lines))
    snapshot.storage_key = "snapshots/leaking"
    snapshot.save()
    leaks = api.get(f"{url}/evaluation/slices").json()["leaks"]
    assert leaks["groups"] == 1
    assert [each["split"] for each in leaks["results"][0]["assets"]] == ["val", "train"]


def test_values_with_commas_are_filters_still(
    api: Any, project: Any, measured: tuple[Any, list[str], str]
) -> None:
    Asset.objects.filter(pk__in=measured[1][:6]).update(tags=["-a, b"])
    found = dimensions(api, f"{measured[2]}/evaluation/slices")
    one = next(each for each in found["tag"]["slices"] if each["value"] == "-a, b")
    assert one["filters"] == {"tag": escaped("-a, b")}
    assert api.get(f"{measured[2]}/evaluation", one["filters"]).json()["images"] == one["count"] == 6


def test_thresholds_are_kept_with_the_bundle(api: Any, measured: tuple[Any, list[str], str]) -> None:
    artifact, _, url = measured
    squirrel = artifact.classes[1]["id"]
    shown = api.get(f"{url}/evaluation/thresholds").json()
    (curve,) = shown["classes"]
    assert (curve["id"], curve["chosen"], len(curve["points"])) == (squirrel, None, 129)
    answer = api.put(f"{url}/thresholds", {"thresholds": {squirrel: 0.35}})
    assert answer.status_code == 200, answer.content
    assert answer.json()["thresholds"] == {squirrel: 0.35} and "restart" in answer.json()["detail"]
    assert json.loads(storage.read(f"{artifact.bundle_prefix}/thresholds.json")) == {squirrel: 0.35}
    assert api.get(f"{url}/evaluation/thresholds").json()["classes"][0]["chosen"] == 0.35
    assert AuditEntry.objects.filter(action="artifact.thresholds").count() == 1
    api.put(f"{url}/thresholds", {"thresholds": {squirrel: None}})
    assert not storage.exists(f"{artifact.bundle_prefix}/thresholds.json")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"thresholds": {"nobody": 0.5}}, "thresholds.nobody"),
        ({"thresholds": {"nobody": 2}}, "thresholds"),
        ({}, "thresholds"),
    ],
)
def test_bad_thresholds_are_named(api: Any, measured: Any, body: dict[str, Any], field: str) -> None:
    answer = api.put(f"{measured[2]}/thresholds", body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].startswith(field)


def test_a_bundle_goes_by_its_thresholds(tmp_path: Any) -> None:
    from training.ml.bundle import read_bundle, save_random_bundle
    from training.ml.predictor import Predictor

    bundle = save_random_bundle(tmp_path / "bundle")
    image = np.random.default_rng(0).integers(0, 256, (48, 64, 3)).astype(np.uint8)
    before, _ = Predictor(bundle.folder).predict(image)
    (bundle.folder / "thresholds.json").write_text(json.dumps({"class-1": 1.0, "class-2": 0.0}))
    assert read_bundle(bundle.folder).by_label == {1: 1.0, 2: 0.0}
    predictor = Predictor(bundle.folder)
    after, _ = predictor.predict(image)
    assert set(np.unique(before)) != {2} and set(np.unique(after)) == {2}
    # A request's own threshold goes before them.
    outputs = predictor.forward(predictor.preprocess(image)[None])
    asked, _ = predictor.answer(tuple(item[0] for item in outputs), 48, 64, threshold=0.0)
    assert (asked == before).all()
