"""The images behind an evaluation's numbers: ordered, by cell, as pictures, step by step."""

from __future__ import annotations

import io
import uuid
from typing import Any

import numpy as np
import pytest
from PIL import Image

from annotations.manifest import line
from core.storage import storage
from tests.training.test_evaluations_api import make_assets
from training.error_pictures import CELL_COLOUR, EDGE_COLOUR
from training.ml.manifest import index_mask, read_manifest
from training.services.evaluations import scores_of
from training.services.truths import truth_mask


def png(array: np.ndarray, mode: str = "L") -> bytes:
    out = io.BytesIO()
    Image.fromarray(array, mode).save(out, "PNG")
    return out.getvalue()


def pixels(answer: Any) -> np.ndarray:
    assert answer.status_code == 200, answer.content
    return np.array(Image.open(io.BytesIO(answer.content)).convert("RGBA"))


@pytest.fixture
def artifact(make_artifact: Any) -> Any:
    return make_artifact()


@pytest.fixture
def evaluation(artifact: Any, make_evaluation: Any) -> Any:
    return make_evaluation(artifact, 6)


@pytest.fixture
def pictured(project: Any, artifact: Any, make_evaluation: Any) -> tuple[Any, str]:
    """An image of which the left half is a squirrel and the right quarter is void, and a prediction that is
    shifted to the right.
    """
    asset = str(uuid.UUID(int=1))
    snapshot = artifact.run.snapshot
    squirrel = artifact.classes[1]["id"]
    classes = [
        {"id": squirrel, "name": "squirrel", "color": "#ff8800", "ignore": False, "index": 1},
        {"id": "void", "name": "void", "color": "#000000", "ignore": True, "index": 2},
    ]
    header = {
        "format": "tessera-manifest/1",
        "task": "semantic",
        "unlabelled": "background",
        "classes": classes,
    }

    def box(x: int, width: int) -> list[dict[str, Any]]:
        return [{"exterior": [[x, 0], [x + width, 0], [x + width, 20], [x, 20]], "holes": []}]

    shapes = [
        {"id": "1", "class": squirrel, "polygons": box(0, 20), "z": 0},
        {"id": "2", "class": "void", "polygons": box(30, 10), "z": 1},
    ]
    image = {
        "asset": asset,
        "name": "a.png",
        "width": 40,
        "height": 20,
        "split": "val",
        "image": "assets/a",
        "annotations": shapes,
    }
    snapshot.storage_key = f"snapshots/{uuid.uuid4()}"
    snapshot.save()
    storage.put(snapshot.storage_key, line(header) + line({**image, "asset": "other"}) + line(image))
    given = np.zeros((20, 40), np.uint8)
    given[:, 5:25] = 1
    storage.put(artifact.prediction_key(asset), png(given))
    sure = np.dstack([np.full((5, 10), 204, np.uint8), np.full((5, 10), 51, np.uint8)])
    storage.put(artifact.certainty_key(asset), png(sure, "LA"))
    make_evaluation(artifact, [asset])
    return artifact, f"/api/v1/artifacts/{artifact.pk}/predictions/{asset}"


def rows_of(api: Any, artifact: Any, query: str) -> list[dict[str, Any]]:
    answer = api.get(f"/api/v1/artifacts/{artifact.pk}/evaluation/images?{query}")
    assert answer.status_code == 200, answer.content
    rows: list[dict[str, Any]] = answer.json()["results"]
    return rows


@pytest.mark.parametrize("order", ["miou", "loss", "entropy", "confidence", "name", "iou&label=1"])
def test_the_order_is_by_what_was_asked(api: Any, artifact: Any, evaluation: Any, order: str) -> None:
    name = order.split("&")[0]
    values = [row[name] for row in rows_of(api, artifact, f"order={order}")]
    assert values == sorted(values) and len(values) == 6
    back = [row[name] for row in rows_of(api, artifact, f"order=-{order}")]
    assert back == sorted(values, reverse=True)


def test_a_cell_lists_its_images_with_most_of_its_pixels_first(
    api: Any, artifact: Any, evaluation: Any
) -> None:
    scores = scores_of(evaluation)
    rows = rows_of(api, artifact, "cell=1,0")
    assert sum(row["pixels"] for row in rows) == scores.matrix()[1, 0]
    counts = [row["pixels"] for row in rows]
    assert counts == sorted(counts, reverse=True) and min(counts) > 0
    first = scores.matrix(scores.rows([rows[0]["asset"]]))
    assert rows[0]["share"] == pytest.approx(first[1, 0] / first[1].sum())


def test_pages_go_through_all_and_count(api: Any, artifact: Any, evaluation: Any) -> None:
    url: str | None = f"/api/v1/artifacts/{artifact.pk}/evaluation/images?limit=4"
    seen = []
    while url:
        page = api.get(url).json()
        assert page["count"] == 6
        seen += [row["asset"] for row in page["results"]]
        url = page["next"]
    assert len(seen) == len(set(seen)) == 6


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("order=size", "order"),
        ("order=iou", "label"),
        ("order=pixels", "cell"),
        ("order=disagreement", "against"),
        ("label=2", "label"),
        ("cell=0", "cell"),
        ("cell=0,9", "cell"),
        ("against=me", "against"),
        ("limit=x", "limit"),
    ],
)
def test_bad_questions_are_named(api: Any, artifact: Any, evaluation: Any, query: str, field: str) -> None:
    answer = api.get(f"/api/v1/artifacts/{artifact.pk}/evaluation/images?{query}")
    assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == field


def test_the_truth_is_the_one_of_training(pictured: tuple[Any, str], tmp_path: Any) -> None:
    snapshot = pictured[0].run.snapshot
    file = tmp_path / "manifest.jsonl"
    file.write_bytes(storage.read(snapshot.storage_key))
    manifest = read_manifest(file)
    expected = index_mask(manifest.samples[1], manifest.fill)
    assert (truth_mask(snapshot, uuid.UUID(int=1)) == expected).all()
    assert (expected == 255).sum() == 200 and (expected == 1).sum() == 400


def test_errors_show_wrong_pixels_only(api: Any, pictured: tuple[Any, str]) -> None:
    shown = pixels(api.get(f"{pictured[1]}/errors.png"))
    assert (shown[:, 5:20, 3] == 0).all() and (shown[:, 25:30, 3] == 0).all()
    assert (shown[:, 0:5, 3] > 0).all() and (shown[:, 20:25, 3] > 0).all()
    colours = {tuple(colour) for colour in shown[:, 20:25, :3].reshape(-1, 3).tolist()}
    assert colours == {(0xFF, 0x88, 0x00), (0, 0, 0)}
    assert 0 < shown[0, 35, 3] < 100


def test_the_truth_is_drawn_in_its_colours(api: Any, pictured: tuple[Any, str]) -> None:
    shown = pixels(api.get(f"{pictured[1]}/truth.png"))
    assert tuple(shown[3, 3][:3]) == (0xFF, 0x88, 0x00) and shown[3, 25, 3] == 0


def test_a_cell_is_tinted_and_outlined(api: Any, pictured: tuple[Any, str]) -> None:
    shown = pixels(api.get(f"{pictured[1]}/cell.png?cell=1,0"))
    assert "#{:02x}{:02x}{:02x}".format(*tuple(shown[4, 2, :3])) == CELL_COLOUR
    assert "#{:02x}{:02x}{:02x}".format(*tuple(shown[4, 5, :3])) == EDGE_COLOUR and shown[4, 8, 3] == 0
    assert shown[4, 2, 3] < 128 and shown[4, 4, 3] == 255
    assert api.get(f"{pictured[1]}/cell.png").json()["errors"][0]["field"] == "cell"


def test_certainty_comes_as_values(api: Any, pictured: tuple[Any, str]) -> None:
    sure = Image.open(io.BytesIO(api.get(f"{pictured[1]}/confidence.png").content))
    assert sure.mode == "L" and sure.size == (10, 5) and sure.getpixel((0, 0)) == 204
    assert Image.open(io.BytesIO(api.get(f"{pictured[1]}/entropy.png").content)).getpixel((3, 3)) == 51


def test_two_artifacts_are_held_against_each_other(
    api: Any, pictured: tuple[Any, str], make_artifact: Any
) -> None:
    artifact, url = pictured
    other = make_artifact(run=artifact.run, name="other", step=8)
    asset = str(uuid.UUID(int=1))
    given = np.zeros((20, 40), np.uint8)
    given[:, 5:30] = 1
    storage.put(other.prediction_key(asset), png(given))
    shown = pixels(api.get(f"{url}/difference.png?against={other.pk}"))
    assert (shown[:, 25:30, 3] > 0).all() and (shown[:, :25, 3] == 0).all()
    (row,) = rows_of(api, artifact, f"against={other.pk}&order=-disagreement")
    assert row["disagreement"] == pytest.approx(1 - (20 / 25 + 15 / 20) / 2)
    assert api.get(f"{url}/difference.png").status_code == 400


def test_pictures_are_not_sent_twice(api: Any, pictured: tuple[Any, str]) -> None:
    first = api.get(f"{pictured[1]}/errors.png")
    again = api.get(f"{pictured[1]}/errors.png", HTTP_IF_NONE_MATCH=first["ETag"])
    assert again.status_code == 304


def test_what_was_not_evaluated_has_no_pictures(
    api: Any, other_api: Any, pictured: tuple[Any, str], make_artifact: Any
) -> None:
    artifact, url = pictured
    nobody = url.replace(str(uuid.UUID(int=1)), str(uuid.UUID(int=9)))
    for kind in ("truth.png", "errors.png", "confidence.png", "cell.png?cell=0,0"):
        assert api.get(f"{nobody}/{kind}").status_code == 404
        assert other_api.get(f"{url}/{kind}").status_code == 404


def test_a_run_is_followed_step_by_step(
    api: Any, make_run: Any, make_artifact: Any, make_evaluation: Any
) -> None:
    asset = str(uuid.UUID(int=1))
    sample = {"asset": asset, "name": "0.png", "miou": 0.2}
    run = make_run(
        status="succeeded",
        samples=[
            {"step": 2, "epoch": 0.5, "samples": [sample]},
            {"step": 4, "epoch": 1.0, "samples": [sample]},
        ],
    )
    artifact = make_artifact(run=run, step=4)
    scores = scores_of(make_evaluation(artifact, 2))
    steps = api.get(f"/api/v1/runs/{run.pk}/images/{asset}").json()["steps"]
    assert [(step["step"], step["artifact"]) for step in steps] == [(2, None), (4, str(artifact.pk))]
    assert steps[1]["miou"] == pytest.approx(scores.miou[0]) and "samples/2" in steps[0]["overlay_url"]
    followed = api.get(f"/api/v1/runs/{run.pk}/images").json()
    assert followed["results"] == [{"asset": asset, "name": "0.png", "steps": 2}] and followed["count"] == 1


def test_an_evaluation_whose_counts_are_gone_hides_no_other_step(
    api: Any, make_run: Any, make_artifact: Any, make_evaluation: Any
) -> None:
    run = make_run(status="succeeded")
    first, second = (make_artifact(run=run, name=f"step {step}", step=step) for step in (2, 4))
    lost, _ = make_evaluation(first, 2), make_evaluation(second, 2)
    storage.delete(lost.scores_key)
    steps = api.get(f"/api/v1/runs/{run.pk}/images/{uuid.UUID(int=1)}").json()["steps"]
    assert [step["artifact"] for step in steps] == [str(second.pk)]


def test_a_filter_of_assets_leaves_its_images(
    api: Any, project: Any, artifact: Any, make_evaluation: Any
) -> None:
    assets = make_assets(project, 6)
    scores = scores_of(make_evaluation(artifact, assets))
    url = f"/api/v1/artifacts/{artifact.pk}/evaluation/images"
    night = api.get(f"{url}?tag=night&cell=1,0").json()
    expected = [assets[k] for k in (1, 3, 5) if scores.pixels(1, 0)[k]]
    assert {row["asset"] for row in night["results"]} == set(expected) and night["count"] == len(expected)
    assert api.get(f"{url}?tag=fog").json()["count"] == 0
