"""Weights in int8 in OpenVINO's representation, by NNCF: a quarter of the size, the arithmetic of floats."""

import logging
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path

import nncf
import openvino


def compress(folder: Path) -> None:
    """Rewrite `model.xml` and `model.bin` of the folder with a scale for each output channel."""
    nncf.set_log_level(logging.ERROR)
    file, fresh = folder / "model.xml", folder / "fresh.xml"
    with redirect_stdout(sys.stderr):  # NNCF draws progress bars
        model = nncf.compress_weights(
            openvino.Core().read_model(str(file)), mode=nncf.CompressWeightsMode.INT8_SYM
        )
    # The model read from the old files still maps them.
    openvino.save_model(model, str(fresh), compress_to_fp16=False)
    del model
    os.replace(fresh, file)
    os.replace(fresh.with_suffix(".bin"), file.with_suffix(".bin"))
