"""Pictures of where an evaluated model is right, wrong and unsure in an image."""

from __future__ import annotations

import io
import uuid

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.errors import NotFound, Unusable
from core.storage import storage
from training import error_pictures
from training.models import Artifact, Evaluation
from training.services.evaluations import scores_of
from training.services.predictions import index_mask
from training.services.truths import truth_mask

Mask = NDArray[np.uint8]
CHANNELS = {"confidence": 0, "entropy": 1}


def truth(evaluation: Evaluation, asset_id: uuid.UUID) -> bytes:
    """The truth that the model was compared with, a palette PNG."""
    _evaluated(evaluation, asset_id)
    return error_pictures.truth_png(truth_mask(evaluation.snapshot, asset_id), evaluation.artifact.classes)


def errors(evaluation: Evaluation, asset_id: uuid.UUID) -> bytes:
    """Where the prediction is wrong, a palette PNG."""
    real, given = _both(evaluation, asset_id)
    return error_pictures.errors_png(real, given, evaluation.artifact.classes)


def cell(evaluation: Evaluation, asset_id: uuid.UUID, which: tuple[int, int]) -> bytes:
    """The pixels of a cell (truth, prediction) of the confusion matrix, a palette PNG."""
    real, given = _both(evaluation, asset_id)
    return error_pictures.cell_png(real, given, which)


def difference(artifact: Artifact, other: Artifact, asset_id: uuid.UUID) -> bytes:
    """What two artifacts see differently, a palette PNG."""
    mine, its = prediction(artifact, asset_id), prediction(other, asset_id)
    if mine.shape != its.shape:
        raise Unusable("The two artifacts predicted this image at different sizes.")
    if len(artifact.classes) + len(other.classes) > error_pictures.CLEAR:
        raise Unusable("The two artifacts have too many classes to be shown together.")
    return error_pictures.difference_png(mine, its, artifact.classes, other.classes)


def certainty(artifact: Artifact, asset_id: uuid.UUID, kind: str) -> bytes:
    """How sure the model is ("confidence", "entropy") at the grid of its logits: a grey PNG, white for 1.
    Raises NotFound.
    """
    try:
        with storage.open(artifact.certainty_key(asset_id)) as file, Image.open(file) as image:
            channel = np.asarray(image.convert("LA"), np.uint8)[:, :, CHANNELS[kind]]
    except NotFound:
        raise NotFound("The artifact was not evaluated on this image.") from None
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(channel), "L").save(out, "PNG")
    return out.getvalue()


def prediction(artifact: Artifact, asset_id: uuid.UUID) -> Mask:
    """The index mask that the artifact predicted; raises NotFound."""
    try:
        return index_mask(artifact, asset_id)
    except NotFound:
        raise NotFound(f"The artifact {artifact.name} was not evaluated on this image.") from None


def _evaluated(evaluation: Evaluation, asset_id: uuid.UUID) -> None:
    if str(asset_id) not in scores_of(evaluation).places:
        raise NotFound("The artifact was not evaluated on this image.")


def _both(evaluation: Evaluation, asset_id: uuid.UUID) -> tuple[Mask, Mask]:
    _evaluated(evaluation, asset_id)
    real = truth_mask(evaluation.snapshot, asset_id)
    given = prediction(evaluation.artifact, asset_id)
    if real.shape != given.shape:
        raise Unusable("The image changed its size since it was evaluated: evaluate the artifact again.")
    return real, given
