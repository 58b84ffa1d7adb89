"""The registry of architectures: one file each, found by name.

An architecture gives its variants, how a configuration and a model are built, how names of published weights
become its own, and which parameters are backbone, head and classifier. Everything else (training, bundles,
export) is the same for all.
"""

from training.ml.failures import Failure
from training.ml.models import (
    deeplabv3,
    dpt,
    eomt_published,
    fcn,
    mask2former_published,
    maskformer_published,
    segformer_published,
    unet,
    upernet,
    yolov8seg,
)
from training.ml.models.family import Architecture, Variant

__all__ = ["ARCHITECTURES", "Architecture", "Variant", "architecture"]

ARCHITECTURES: dict[str, Architecture] = {
    family.name: family
    for family in (
        segformer_published.FAMILY,
        upernet.FAMILY,
        dpt.FAMILY,
        eomt_published.FAMILY,
        mask2former_published.FAMILY,
        maskformer_published.FAMILY,
        unet.FAMILY,
        deeplabv3.FAMILY,
        fcn.FAMILY,
        yolov8seg.FAMILY,
    )
}


def architecture(name: str) -> Architecture:
    """The architecture called `name`. Raises `Failure`."""
    found = ARCHITECTURES.get(name)
    if found is None:
        raise Failure(
            "Unknown architecture",
            f"There is no architecture {name!r}.",
            f"Known: {', '.join(ARCHITECTURES)}.",
        )
    return found
