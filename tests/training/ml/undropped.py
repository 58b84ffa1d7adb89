"""The training child with nothing drawn at random inside the model, which ranks cannot draw as one does."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from torch import nn

from training.ml import train
from training.ml.models import ARCHITECTURES
from training.ml.processes import die_with_launcher

STILL = {"drop_path_rate": 0.0, "classifier_dropout_prob": 0.0}


def without_dropout() -> None:
    """Let SegFormer be built without dropout and stochastic depth."""
    known = ARCHITECTURES["segformer"]

    def build(config: Mapping[str, Any]) -> nn.Module:
        return known.build({**config, **STILL})

    ARCHITECTURES["segformer"] = replace(known, build=build)


if __name__ == "__main__":
    train.leave_on_sigterm()
    die_with_launcher()
    without_dropout()
    sys.exit(train.main(Path(sys.argv[1]).resolve()))
