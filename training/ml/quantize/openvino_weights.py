"""Weights in int8 in OpenVINO's representation, by NNCF: a quarter of the size, the arithmetic of floats."""

import logging
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import nncf
import openvino

from training.ml.quantize.openvino_layers import module_of


def compress(folder: Path) -> dict[str, Any]:
    """Rewrite `model.xml` and `model.bin` of the folder with a scale for each output channel; what
    `export.json` says of it.
    """
    nncf.set_log_level(logging.ERROR)
    core = openvino.Core()
    file, fresh = folder / "model.xml", folder / "fresh.xml"
    model, kept = compressed(core, file, []), []
    try:
        core.compile_model(model, "CPU")
    except RuntimeError:
        # Some 1 x 1 convolutions of a single position cannot be compiled with scaled weights.
        kept = pointwise(model)
        model = compressed(core, file, kept)
    openvino.save_model(model, str(fresh), compress_to_fp16=False)
    del model  # it maps the old files
    os.replace(fresh, file)
    os.replace(fresh.with_suffix(".bin"), file.with_suffix(".bin"))
    return {"kept_in_float": [module_of(name) for name in kept]}


def compressed(core: openvino.Core, file: Path, kept: list[str]) -> openvino.Model:
    """The model with the weights of all but the operations `kept` in int8."""
    with redirect_stdout(sys.stderr):  # NNCF draws progress bars
        return nncf.compress_weights(
            core.read_model(str(file)),
            mode=nncf.CompressWeightsMode.INT8_SYM,
            ignored_scope=nncf.IgnoredScope(names=kept, validate=False),
        )


def pointwise(model: openvino.Model) -> list[str]:
    """The names of the 1 x 1 convolutions."""
    found = [op for op in model.get_ordered_ops() if op.get_type_name() == "Convolution"]
    return [op.get_friendly_name() for op in found if list(op.input(1).get_shape())[2:] == [1, 1]]
