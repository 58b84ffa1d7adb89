"""SAM, SAM 2 and SAM-HQ of transformers: an image is embedded once, clicks go through the decoder alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from training.ml.assist.engine import Answer, Box, Pixels, Point
from training.ml.assist.sam_folders import FAMILIES
from training.ml.assist.sam_images import preparation_of
from training.ml.failures import Failure

# What is measured to choose the encoder's precision: a product of square matrices of this size.
TRIAL = 768
# The decoder's masks stay within these bounds when they are fed to it again, as the reference code has it.
MOST_LOGIT = 32.0


@dataclass(frozen=True)
class Embedded:
    """The embeddings of an image of `height` × `width`: what the decoder takes, by its parameters' names."""

    height: int
    width: int
    given: dict[str, Any]

    @property
    def nbytes(self) -> int:
        return sum(each.nbytes for value in self.given.values() for each in _tensors(value))


class Sam:
    """A model from a folder in the hub's layout, or from the hub. Raises Failure where it does not load."""

    def __init__(self, source: str, threads: int) -> None:
        torch.set_num_threads(threads)
        folder = Path(source) if Path(source).is_dir() else None
        self._model, self._kind = load(source)
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._model.to(self._device)
        side = int(self._model.config.prompt_encoder_config.image_size)
        self.preparation = preparation_of(folder, self._kind, side)
        self.bf16 = faster_in_bf16(self._device)

    @torch.inference_mode()
    def prepare(self, image: Pixels) -> Embedded:
        pixels = self.preparation.tensor(image).to(self._device)
        with self._precision():
            embeddings: Any = self._model.get_image_embeddings(pixels)
        height, width = image.shape[:2]
        if self._kind == "sam_hq":
            image_embeddings, intermediate = embeddings
            given = {"image_embeddings": image_embeddings, "intermediate_embeddings": intermediate}
        else:
            given = {"image_embeddings": embeddings}
        return Embedded(height, width, {name: _floats(value) for name, value in given.items()})

    @torch.inference_mode()
    def segment(
        self, state: Embedded, points: Sequence[Point], box: Box | None = None, previous: Tensor | None = None
    ) -> Answer:
        prompt: dict[str, Tensor] = {}
        if points:
            places, labels = self.preparation.points(list(points), state.height, state.width)
            prompt |= {"input_points": places, "input_labels": labels}
        if box is not None:
            prompt["input_boxes"] = self.preparation.box(box, state.height, state.width)
        if previous is not None:
            prompt["input_masks"] = previous.float()
        # One click may mean a part, a thing or several: of three answers the surest. More say which.
        several = len(points) == 1 and box is None and previous is None
        moved = {name: value.to(self._device) for name, value in prompt.items()}
        output = self._model(**state.given, **moved, multimask_output=several)
        scores, masks = output.iou_scores[0, 0].float(), output.pred_masks[0, 0]
        number = int(scores.argmax())
        logits = masks[number].float()
        mask = self.preparation.mask(logits, state.height, state.width)
        kept = logits.clamp(-MOST_LOGIT, MOST_LOGIT).half().cpu()[None, None]
        return Answer(mask, float(scores[number].clamp(0, 1)), kept)

    def _precision(self) -> AbstractContextManager[Any]:
        return torch.autocast(self._device.type, torch.bfloat16) if self.bf16 else nullcontext()


def load(source: str) -> tuple[Any, str]:
    """The model in a folder or of a hub id, and its family; safetensors alone are read. Raises Failure."""
    from transformers import AutoConfig, Sam2Model, SamHQModel, SamModel

    kinds: dict[str, Any] = {"sam": SamModel, "sam2": Sam2Model, "sam_hq": SamHQModel}
    advice = "Give a folder in the hub's layout with config.json and model.safetensors."
    try:
        config = AutoConfig.from_pretrained(source, trust_remote_code=False)
        family = FAMILIES.get(config.model_type, "")
        if family not in kinds:
            detail = f"{source} is a {config.model_type}; these run: {', '.join(FAMILIES)}."
            raise Failure("Not a model of the SAM family", detail, advice)
        model, report = kinds[family].from_pretrained(
            source, use_safetensors=True, dtype=torch.float32, output_loading_info=True
        )
    except Failure:
        raise
    except Exception as error:  # transformers and the hub's client raise anything
        told = str(error).strip().splitlines() or [type(error).__name__]
        raise Failure("The model does not load", f"{source}: {told[0]}", advice) from error
    if lacking := sorted(report["missing_keys"]) + [str(each[0]) for each in report["mismatched_keys"]]:
        detail = f"{source} has no weights for {', '.join(lacking[:3])}{' …' if len(lacking) > 3 else ''}."
        raise Failure("Weights are missing", detail, advice)
    return model.eval(), family


def faster_in_bf16(device: torch.device) -> bool:
    """Whether products of matrices take clearly less time in bfloat16 here."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())

    def seconds(kind: torch.dtype) -> float:
        matrix = torch.ones(TRIAL, TRIAL, dtype=kind)
        return min(_timed(lambda: matrix @ matrix) for _ in range(4))

    return seconds(torch.bfloat16) < 0.75 * seconds(torch.float32)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _floats(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.float()
    return type(value)(each.float() for each in value)


def _tensors(value: Any) -> list[Tensor]:
    return [value] if isinstance(value, Tensor) else list(value)
