"""Which evaluation a request asks for, and which of its images."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from numpy import intp
from numpy.typing import NDArray
from rest_framework.request import Request

from accounts.principals import principal_of
from core.errors import BadInput, FieldError
from projects.views.parameters import FILTERS
from training import selectors
from training.models import Evaluation
from training.scores.store import Scores
from training.services import evaluations

# What names the evaluation, or says how an answer is shown, and is no filter of assets.
OWN = (
    "snapshot",
    "split",
    "order",
    "label",
    "cell",
    "against",
    "limit",
    "cursor",
    "skip",
)
WHICH = [
    OpenApiParameter("snapshot", OpenApiTypes.UUID, description="By default the snapshot of its run"),
    OpenApiParameter("split", enum=list(evaluations.SPLITS), default="val"),
]
PARAMETERS = [*WHICH, *(each for each in FILTERS if each.name not in OWN)]


@dataclass(frozen=True)
class Asked:
    """An evaluation, its counts, and the rows asked for: None where no filter is set."""

    evaluation: Evaluation
    scores: Scores
    rows: NDArray[intp] | None


def evaluation_asked(request: Request, artifact_id: uuid.UUID) -> Evaluation:
    """The evaluation that `?snapshot=&split=` name; raises NotFound, Forbidden, BadInput."""
    artifact = selectors.get_artifact(principal_of(request), artifact_id)
    return evaluations.find(artifact, snapshot_asked(request), split_asked(request))


def asked(request: Request, artifact_id: uuid.UUID) -> Asked:
    """The evaluation with its counts, and the rows that the filters of the list of assets leave. Raises
    NotFound, Forbidden, BadInput.
    """
    evaluation = evaluation_asked(request, artifact_id)
    scores = evaluations.scores_of(evaluation)
    filters = {name: value for name, value in request.query_params.dict().items() if name not in OWN}
    rows = evaluations.chosen(principal_of(request), evaluation, scores, filters)
    return Asked(evaluation, scores, rows)


def split_asked(request: Request) -> str:
    """`?split=`, val by default; raises BadInput."""
    split = request.query_params.get("split") or "val"
    if split not in evaluations.SPLITS:
        message = f"choose one of {', '.join(evaluations.SPLITS)}"
        raise BadInput(f"split: {message}.", [FieldError("split", message)])
    return split


def snapshot_asked(request: Request) -> uuid.UUID | None:
    """`?snapshot=`; raises BadInput."""
    value = request.query_params.get("snapshot")
    if not value:
        return None
    try:
        return uuid.UUID(value)
    except ValueError as error:
        raise BadInput("snapshot is not an id.", [FieldError("snapshot", f"{value!r} is no id")]) from error
