"""The commands over REST, as a user types them, on real workers and a real inference server."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tessera.sample import dataset
from tests import stack as stacks
from tests.deployments.videos import video
from tests.projects.video.films import film

IMAGES = 8
Command = Callable[..., "tuple[int, str, str]"]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    dataset.write(folder, count=IMAGES)
    return folder


@pytest.fixture(scope="module")
def command(stack: stacks.Stack, owner: dict[str, str]) -> Command:
    """Run `tessera …` with the owner's key; answers (exit code, stdout, stderr)."""

    def run(*arguments: object, key: str = owner["api_key"]) -> tuple[int, str, str]:
        done = stack.tessera(*[str(argument) for argument in arguments], key=key)
        return done.returncode, done.stdout.strip(), done.stderr

    return run


@pytest.fixture(scope="module")
def project(stack: stacks.Stack, owner: dict[str, str], command: Command, sample: Path) -> str:
    """A project with the sample's images and labels; its name."""
    headers = {"Authorization": f"Bearer {owner['api_key']}"}
    body = {"workspace": owner["workspace"], "name": "Garden", "task": "semantic", "media": "image"}
    made = httpx.post(f"{stack.url}/api/v1/projects", json=body, headers=headers)
    assert made.status_code == 201, made.text
    code, out, err = command("upload", "Garden", sample / "images")
    assert (code, out) == (0, f"{IMAGES} of {IMAGES} files are in Garden"), err
    code, out, err = command("import", "Garden", sample / "annotations.json", "--format", "coco")
    assert code == 0, err
    assert json.loads(out)["annotations"] > IMAGES
    return "Garden"


@pytest.fixture(scope="module")
def run_id(command: Command, project: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A run of a few steps, watched to its end; its id."""
    spec = tmp_path_factory.mktemp("spec") / "spec.json"
    spec.write_text(json.dumps({"input_size": [64, 64], "evaluation": {"every": 2}}))
    options = ["--weights", "scratch", "--steps", "4", "--batch-size", "2", "--device", "cpu"]
    code, out, err = command("train", project, "--name", "tiny", "--spec", spec, *options)
    assert code == 0, err
    assert "succeeded at step 4" in err
    return out


@pytest.fixture(scope="module")
def deployment(stack: stacks.Stack, owner: dict[str, str], command: Command, run_id: str) -> str:
    headers = {"Authorization": f"Bearer {owner['api_key']}"}
    artifacts = httpx.get(f"{stack.url}/api/v1/runs/{run_id}/artifacts", headers=headers).json()["results"]
    best = next(artifact for artifact in artifacts if "best_metric" in artifact["strategies"])
    code, out, err = command("deploy", best["id"], "--name", "tiny", "--runtime", "onnxruntime")
    assert code == 0, err
    assert json.loads(out)["status"] == "ready"
    return str(json.loads(out)["id"])


def test_a_second_import_changes_nothing(command: Command, project: str, sample: Path) -> None:
    code, out, err = command("import", project, sample / "annotations.json", "--format", "coco")
    assert code == 0, err
    assert json.loads(out)["annotations"] == 0


def test_a_rejected_file_is_named_and_the_others_land(command: Command, project: str, tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    Image.new("RGB", (40, 30), "green").save(tmp_path / "fine.png")
    code, out, err = command("upload", project, tmp_path)
    assert code == 1
    assert out == "1 of 2 files are in Garden"
    assert "rejected broken.png:" in err


def test_videos_of_a_folder_go_where_videos_are_taken(
    stack: stacks.Stack, owner: dict[str, str], command: Command, tmp_path: Path
) -> None:
    headers = {"Authorization": f"Bearer {owner['api_key']}"}
    for name, media in (("Photos", "image"), ("Films and photos", "mixed")):
        body = {"workspace": owner["workspace"], "name": name, "task": "semantic", "media": media}
        assert httpx.post(f"{stack.url}/api/v1/projects", json=body, headers=headers).status_code == 201
    film(tmp_path / "walk.mp4", frames=10)
    Image.new("RGB", (40, 30), "green").save(tmp_path / "fine.png")

    assert command("upload", "Photos", tmp_path)[:2] == (0, "1 of 1 files are in Photos")
    assert command("upload", "Films and photos", tmp_path)[:2] == (0, "2 of 2 files are in Films and photos")
    code, _, err = command("upload", "Photos", tmp_path / "walk.mp4")
    assert code == 1 and "rejected walk.mp4:" in err


def test_exports_what_was_imported(command: Command, project: str, sample: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.zip"
    code, _, err = command("export", project, "--format", "coco", "--out", target)
    assert code == 0, err
    assert target.stat().st_size > 1000


def test_watching_a_run_that_has_ended_says_how(command: Command, run_id: str) -> None:
    code, _, err = command("watch", run_id)
    assert code == 0
    assert "succeeded at step 4" in err


def test_a_bad_value_is_refused_with_its_field(command: Command, project: str) -> None:
    code, out, err = command("train", project, "--weights", "scratch", "--batch-size", "0", "--detach")
    assert code == 1
    assert out == ""
    assert "hyperparameters.batch_size" in err


def test_predicts_as_json(command: Command, deployment: str, sample: Path) -> None:
    picture = sorted((sample / "try").glob("*.jpg"))[0]
    code, out, err = command("predict", deployment, picture)
    assert code == 0, err
    answer = json.loads(out)
    with Image.open(picture) as image:
        assert (answer["image"]["width"], answer["image"]["height"]) == image.size
    assert answer["deployment"]["id"] == deployment
    assert answer["timing_ms"]["total"] > 0


def test_predicts_into_files(command: Command, deployment: str, sample: Path, tmp_path: Path) -> None:
    pictures = sorted((sample / "try").glob("*.jpg"))
    code, out, err = command("predict", deployment, *pictures, "--out", tmp_path / "out")
    assert code == 0, err
    assert len(out.splitlines()) == len(pictures)
    for picture in pictures:
        assert json.loads((tmp_path / "out" / f"{picture.stem}.json").read_text())["predictions"] is not None
        with (
            Image.open(tmp_path / "out" / f"{picture.stem}.overlay.png") as drawn,
            Image.open(picture) as image,
        ):
            assert drawn.size == image.size


def test_predicts_a_folder_and_names_what_is_no_image(
    command: Command, deployment: str, sample: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.jpg").write_bytes(sorted((sample / "try").glob("*.jpg"))[0].read_bytes())
    (tmp_path / "b.jpg").write_bytes(b"a text that is called a picture")
    code, out, err = command("predict", deployment, tmp_path, "--tiles", "auto", "--augment", "flip")
    assert code == 1 and "b.jpg: " in err
    assert [json.loads(line)["deployment"]["id"] for line in out.splitlines()] == [deployment]
    code, _, err = command("predict", deployment, tmp_path, "--output", "drawing")
    assert code == 1 and "drawing" in err


def test_predicts_a_video(command: Command, deployment: str, tmp_path: Path) -> None:
    video(tmp_path / "walk.mp4", frames=6)
    code, out, err = command(
        "predict", deployment, tmp_path / "walk.mp4", "--every", 2, "--out", tmp_path / "out"
    )
    assert code == 0, err
    assert json.loads(out)["frames"] == 3
    assert (tmp_path / "out" / "walk" / "overlay.mp4").stat().st_size > 500
    assert len((tmp_path / "out" / "walk" / "predictions.jsonl").read_text().splitlines()) == 3


def test_an_unknown_project_names_the_ones_there_are(command: Command, project: str, sample: Path) -> None:
    code, _, err = command("upload", "Orchard", sample / "images")
    assert code == 1
    # Other tests have made others.
    _, _, named = " ".join(err.split()).partition("There are: ")
    assert "Garden" in named.removesuffix(".").split(", ")


def test_a_wrong_key_is_said_clearly(command: Command, project: str, sample: Path) -> None:
    code, _, err = command("upload", project, sample / "images", key="tsr_nobody")
    assert code == 1
    assert "(401)" in err


def test_without_a_key_it_says_how_to_get_one(command: Command, sample: Path) -> None:
    code, _, err = command("upload", "Garden", sample / "images", key="")
    assert code == 1
    assert "tessera init" in err


def test_without_a_platform_it_says_what_to_start(stack: stacks.Stack, sample: Path) -> None:
    nowhere = stacks.Stack("http://127.0.0.1:9", stack.data_dir, stack.process, stack.environment)
    done = nowhere.tessera("upload", "Garden", str(sample / "images"), key="tsr_any")
    assert done.returncode == 1
    assert "tessera up" in done.stderr
