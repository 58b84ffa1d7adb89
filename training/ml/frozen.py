"""Parts of a model that keep the weights they came with."""

from collections.abc import Mapping
from typing import Any

from torch import nn

from training.ml.models import Architecture


def freeze(model: nn.Module, family: Architecture, given: Mapping[str, Any]) -> None:
    """Let the frozen parts' parameters have no gradient."""
    if given.get("freeze_backbone"):
        model.get_submodule(family.backbone_prefix.rstrip(".")).requires_grad_(False)
    if given.get("classifier_only"):
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(is_classifier(name, family))


def training_mode(model: nn.Module, family: Architecture, given: Mapping[str, Any]) -> None:
    """Training mode for what is trained; what is frozen neither drops anything nor counts statistics."""
    model.train(not given.get("classifier_only"))
    if given.get("freeze_backbone"):
        model.get_submodule(family.backbone_prefix.rstrip(".")).eval()
    if given.get("classifier_only"):
        # The whole still gives what the criterion takes.
        model.training = True
        for name, module in model.named_modules():
            if name and is_classifier(f"{name}.", family):
                module.train()


def is_classifier(name: str, family: Architecture) -> bool:
    """Whether a parameter, or a module whose name has a dot at its end, is of what is made anew for another
    number of classes.
    """
    return name.startswith(family.classifier_prefix)
