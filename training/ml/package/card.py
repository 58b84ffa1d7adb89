"""The README of a packed model."""

import json
from pathlib import Path
from typing import Any

from training.ml.bundle import Bundle

CATALOGUE = Path(__file__).parents[2] / "catalogue.json"

RUN = """## Run it
Python 3.11 or newer:
```sh
python -m venv environment
environment/bin/pip install -r requirements.txt
environment/bin/python predict.py photo.jpg
environment/bin/python predict.py --check
```
The last line runs the model on `test.jpg` and compares with `expected.json`.
"""


def card(bundle: Bundle, record: dict[str, Any], report: dict[str, Any]) -> str:
    """What the model is, what it was trained on, how well it and this export of it do, how to run it."""
    height, width = bundle.preprocessing.size
    latency, metric = report["latency"], "map" if report.get("map") is not None else "miou"
    lines = [
        f"# {bundle.architecture} {bundle.variant}, {bundle.task} segmentation, {record['format']}",
        "",
        f"{bundle.parameters:,} parameters, input {width} x {height}, labels: "
        + ", ".join(label.name for label in bundle.labels)
        + f". Unlabelled pixels were trained as {bundle.unlabelled}.",
        f"Numbers: {record['quantization']}; computed in {report.get('precision', 'float32')}."
        + _rounded(record),
        "",
        RUN,
        "## Does it agree with the model it came from?",
        _verdict(report),
        "",
        f"| over {report['images']} validation images | this export | the model |",
        "| --- | --- | --- |",
        f"| {metric} | {report[metric]:.4f} | {report[f'{metric}_of_model']:.4f} |",
        f"| pixels with the same label | {report['agreement']:.4%} | |",
        f"| largest, mean difference of an output | {_figures(report['logits'])} | |",
        "",
        f"One image takes {latency['milliseconds']} ms (median) on {latency.get('threads')} cores; "
        f"the process needs {report['memory_mb']:.0f} MB, the model's files {report['size'] / 1e6:.1f} MB.",
        "",
        "## Metrics of the training run on the validation split",
        *([f"- {name}: {value:.4f}" for name, value in bundle.metrics.items()] or ["- none recorded"]),
        "",
        "## Lineage",
        *([f"- {name}: {value}" for name, value in bundle.lineage.items()] or ["- none recorded"]),
        "",
        "## Licence",
        licence_of(bundle.architecture),
        "",
        "## Input and output",
        "`preprocessing.json`: stretch an upright RGB image to the size, then (value * scale - mean) / std a "
        "channel, as float32 [n, 3, height, width]. `labels.json`: the outputs in order.",
        "",
    ]
    return "\n".join(lines)


def licence_of(architecture: str) -> str:
    """What the architecture's code and published weights may be used for."""
    entries = json.loads(CATALOGUE.read_text(encoding="utf-8"))["architectures"]
    return str(next(entry["licence"] for entry in entries if entry["name"] == architecture))


def _verdict(report: dict[str, Any]) -> str:
    if report["agrees"]:
        return "Yes."
    return "Not as it should:\n" + "\n".join(f"- {reason}" for reason in report["why"])


def _rounded(record: dict[str, Any]) -> str:
    layers = record.get("layers")
    return f" {layers['int8']} of {layers['all']} layers compute in int8." if layers else ""


def _figures(logits: dict[str, Any]) -> str:
    if logits["largest"] is None:
        return "not all are numbers"
    return f"{logits['largest']:.3g}, {logits['mean']:.3g}"
