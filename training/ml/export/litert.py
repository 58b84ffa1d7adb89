"""LiteRT (TensorFlow Lite): a flat file for telephones, microcontrollers and browsers. One image of one size,
channels first as everywhere here.
"""

import warnings
from pathlib import Path

import torch
from torch import nn

from training.ml.export.plan import Plan


def write_litert(model: nn.Module, folder: Path, plan: Plan) -> None:
    """Write `model.tflite` into `folder`; in an interpreter that has the converter (see `environment`)."""
    import litert_torch

    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        converted = litert_torch.convert(model.eval(), (torch.zeros(1, 3, *plan.size),))
    converted.export(str(folder / "model.tflite"))
