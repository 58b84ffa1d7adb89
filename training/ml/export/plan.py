"""What the writers of all formats need to know of a model."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """The input's height and width, the outputs by name with the axes that vary besides the batch, the
    quantization, and whether images of other sizes go in.
    """

    size: tuple[int, int]
    outputs: Mapping[str, Mapping[int, str]]
    quantization: str
    dynamic_size: bool

    @property
    def half(self) -> bool:
        """Whether weights are stored in two bytes."""
        return self.quantization in ("fp16", "bf16")
