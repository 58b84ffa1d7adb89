"""Gathering an export's package: files, descriptions, a test image and the answer to it."""

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from training.ml.bundle import THRESHOLDS, Bundle
from training.ml.failures import Failure
from training.ml.files import new_folder, write_json
from training.ml.images import Pixels, load_rgb
from training.ml.judge import read_record
from training.ml.package.card import card

SCRIPT = Path(__file__).parent / "predict.py"
LONGEST_SIDE = 1024
QUALITY = 92
# How far an answer may be from the expected one on another processor: scores, and IoU of each mask.
TOLERANCE = {"none": {"score": 0.01, "iou": 0.99}}
ROUGHER = {"score": 0.1, "iou": 0.9}
TRIAL_SECONDS = 900

Report = Callable[[float, str], None]


def pack(
    bundle: Bundle, model: Path, report: dict[str, Any], data: Path | None, out: Path, tell: Report
) -> None:
    """Write the ZIP of the export in the folder `model`, of a bundle and with the judge's report.

    The test image is the validation image of the manifest `data` with the most annotations.
    Raises `Failure` where the model does not run.
    """
    record = read_record(model)
    with new_folder(out.with_suffix(".unpacked")) as folder:
        tell(0.1, "Gathering the files")
        _copy_model(bundle, model, record, folder)
        _describe(bundle, record, report, folder)
        shutil.copyfile(SCRIPT, folder / "predict.py")
        tell(0.3, "Taking a test image")
        _test_image(data, folder, bundle)
        tell(0.4, "Running the model on it")
        _expect(record, folder)
        tell(0.9, "Packing")
        writing = out.with_suffix(".writing")
        with zipfile.ZipFile(writing, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for file in sorted(path for path in folder.rglob("*") if path.is_file()):
                archive.write(file, file.relative_to(folder).as_posix())
        writing.replace(out)
    shutil.rmtree(out.with_suffix(".unpacked"), ignore_errors=True)


def _copy_model(bundle: Bundle, model: Path, record: dict[str, Any], folder: Path) -> None:
    shutil.copyfile(bundle.folder / "bundle.json", folder / "bundle.json")
    if (bundle.folder / THRESHOLDS).is_file():
        shutil.copyfile(bundle.folder / THRESHOLDS, folder / THRESHOLDS)
    if record["format"] == "torch":
        shutil.copyfile(bundle.weights, folder / bundle.weights.name)
        return
    for file in sorted(path for path in model.rglob("*") if path.is_file()):
        target = folder / file.relative_to(model)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)


def _describe(bundle: Bundle, record: dict[str, Any], report: dict[str, Any], folder: Path) -> None:
    about = {name: record[name] for name in ("format", "quantization")}
    write_json(folder / "package.json", {"package": "tessera-package/1", **about})
    write_json(folder / "labels.json", [asdict(label) for label in bundle.labels])
    write_json(folder / "preprocessing.json", asdict(bundle.preprocessing))
    write_json(folder / "lineage.json", bundle.lineage)
    write_json(folder / "parity.json", report)
    (folder / "README.md").write_text(card(bundle, record, report), encoding="utf-8")


def _test_image(data: Path | None, folder: Path, bundle: Bundle) -> None:
    """A photograph of at most 1024 pixels a side as a JPEG, or where there is no data soft noise."""
    pixels = _photograph(data) if data is not None else None
    if pixels is None:
        height, width = bundle.preprocessing.size
        noise = np.random.default_rng(0).integers(0, 256, (height, width, 3)).astype(np.uint8)
        pixels = np.asarray(cv2.GaussianBlur(noise, (0, 0), max(height, width) / 32), np.uint8)
        pixels = np.asarray(cv2.normalize(pixels, pixels.copy(), 0, 255, cv2.NORM_MINMAX), np.uint8)
    factor = min(1.0, LONGEST_SIDE / max(pixels.shape[:2]))
    if factor < 1:
        pixels = np.asarray(
            cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8
        )
    done, encoded = cv2.imencode(".jpg", pixels[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not done:
        raise Failure("No test image", "The image could not be written as JPEG.")
    (folder / "test.jpg").write_bytes(encoded.tobytes())


def _photograph(data: Path) -> Pixels | None:
    """The validation image with the most annotations, so that there is something to see."""
    best, most = None, -1
    with data.open(encoding="utf-8") as lines:
        next(lines, None)
        for line in lines:
            asset = json.loads(line)
            if asset.get("split") == "val" and len(asset["annotations"]) > most:
                best, most = asset["image"], len(asset["annotations"])
    return load_rgb(best) if best is not None else None


def _expect(record: dict[str, Any], folder: Path) -> None:
    """Run the script's own steps in a process that has nothing but them loaded: its answer is what is
    expected, its modules are the sources that go along, its packages are the requirements.
    """
    command = [sys.executable, "-m", "training.ml.package.trial", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TRIAL_SECONDS)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise Failure("The packed model does not run", last)
    answer = json.loads(done.stdout.strip().splitlines()[-1])
    tolerance = TOLERANCE.get(record["quantization"], ROUGHER)
    write_json(folder / "expected.json", {**answer["found"], "tolerance": tolerance})
    (folder / "requirements.txt").write_text("\n".join(answer["requirements"]) + "\n", encoding="utf-8")
    for name, source in answer["sources"].items():
        target = folder / "lib" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
