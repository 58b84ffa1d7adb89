"""EoMT: your ViT is secretly an image segmentation model (Kerssies et al., 2025, arXiv:2503.19108).

The function is that of `transformers.EomtForUniversalSegmentation`, at images of any size. Where the queries'
attention is masked, the mask has their rows alone: the patches' go through the kernel that knows none.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.ml.models.backbones.convnext import ChannelNorm
from training.ml.models.backbones.scaled import ScaledLinear
from training.ml.models.backbones.vit import Vit, initialise
from training.ml.models.prunable import Group, width_group
from training.ml.models.queries import Queries, read_queries

POWER = 0.9


@dataclass(frozen=True)
class EomtConfig:
    """Sizes of the transformer, named as in the hub's configuration files; `side` of the grid on which its
    positions were learned. `num_blocks` blocks, the last, see the queries.
    """

    num_labels: int
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    num_blocks: int
    queries: int
    side: int
    task: str = "semantic"
    patch_size: int = 16
    num_register_tokens: int = 4
    num_upscale_blocks: int = 2

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "EomtConfig":
        """The configuration in `values`."""
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)


class Upscale(nn.Module):
    """Twice as large: a 2x2 up-convolution, GELU, depth-wise 3x3, layer norm (appendix A)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1 = nn.ConvTranspose2d(width, width, 2, 2)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, groups=width, bias=False)
        self.layernorm2d = ChannelNorm(width)

    def forward(self, image: Tensor) -> Tensor:
        """`[b, width, h, w]` to `[b, width, 2 h, 2 w]`."""
        out: Tensor = self.layernorm2d(self.conv2(F.gelu(self.conv1(image))))
        return out


class UpscaleBlock(nn.Module):
    """From patches to a quarter of the image's size."""

    def __init__(self, width: int, count: int) -> None:
        super().__init__()
        self.block = nn.ModuleList(Upscale(width) for _ in range(count))

    def forward(self, image: Tensor) -> Tensor:
        """`[b, width, h, w]` to `[b, width, 2^count h, 2^count w]`."""
        for block in self.block:
            image = block(image)
        return image


class MaskHead(nn.Module):
    """Three linear layers with GELU between them, from a query to its mask's vector."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.fc1, self.fc2, self.fc3 = (nn.Linear(width, width) for _ in range(3))

    def forward(self, queries: Tensor) -> Tensor:
        """`[b, q, width]` to the same shape."""
        out: Tensor = self.fc3(F.gelu(self.fc2(F.gelu(self.fc1(queries)))))
        return out

    def prunable(self) -> list[Group]:
        """The widths between the layers."""
        return [
            width_group(self, "first", ["fc1"], "fc2"),
            width_group(self, "second", ["fc2"], "fc3"),
        ]


class Eomt(nn.Module):
    """Image `[b, 3, h, w]` float32, normalised, its sides multiples of the patch's, to what `outputs` gives
    in training and what `read` makes of it in eval mode.

    Section 3.3: in training each query attends, in each of the last blocks, to the patches of its mask so
    far; block after block this is annealed away, until the masks are needed no more. `progress`, from 0 to 1,
    says how much of the run has passed; `masking` keeps which blocks still mask, also for evaluation.
    """

    masking: Tensor

    def __init__(self, config: EomtConfig) -> None:
        super().__init__()
        self.config = config
        width = config.hidden_size
        self.progress = 0.0
        self.backbone = Vit(
            width,
            config.num_hidden_layers,
            config.num_attention_heads,
            config.side,
            config.patch_size,
            config.num_register_tokens,
            epsilon=1e-6,
            scaled=True,
        )
        self.layernorm = nn.LayerNorm(width, eps=1e-6)
        self.query = nn.Embedding(config.queries, width)
        self.upscale_block = UpscaleBlock(width, config.num_upscale_blocks)
        self.mask_head = MaskHead(width)
        self.class_predictor = nn.Linear(width, config.num_labels + 1)
        self.register_buffer("masking", torch.ones(config.num_blocks, dtype=torch.bool))
        self.class_predictor.apply(initialise)

    @torch.compiler.disable
    def shares(self) -> tuple[list[bool], list[Tensor | None]]:
        """For each of the last blocks, whether it masks attention, and, where not of all queries, of which
        part of them: a tensor, for a number would be compiled anew at each step.
        """
        count = self.config.num_blocks
        if self.masking.is_meta:
            return [False] * count, [None] * count
        still: list[bool] = self.masking.tolist()
        if not self.training:
            return still, [None] * count
        found = [masked_share(self.progress, block, count) * still[block] for block in range(count)]
        self.masking.copy_(torch.tensor([share > 0 for share in found]))
        parts = [
            self.masking.new_tensor(share, dtype=torch.float32) if share < 1 else None for share in found
        ]
        return [share > 0 for share in found], parts

    def predictions(self, image: Tensor) -> Queries:
        """What each of the last blocks is given, where its attention is masked or the model trains, and what
        comes out of the last.
        """
        tokens, rows, columns = self.backbone.embed(image)
        queries, prefix = self.config.queries, self.backbone.prefix
        first = self.config.num_hidden_layers - self.config.num_blocks
        masking, parts = self.shares()
        classes, masks = [], []
        for index, layer in enumerate(self.backbone.layers):
            if index == first:
                start = self.query.weight.expand(tokens.shape[0], -1, -1)
                tokens = torch.cat([start.to(tokens.dtype), tokens], 1)
            seen: Tensor | None = None
            if index >= first and (self.training or masking[index - first]):
                found = self.predict(tokens, rows, columns)
                classes.append(found[0])
                masks.append(found[1])
                if masking[index - first]:
                    seen = visible(found[1], parts[index - first], (rows, columns), queries + prefix)
            tokens = layer(tokens, seen)
        found = self.predict(tokens, rows, columns)
        return Queries([*classes, found[0]], [*masks, found[1]])

    def predict(self, tokens: Tensor, rows: int, columns: int) -> tuple[Tensor, Tensor]:
        """Class logits `[b, q, num_labels + 1]` and mask logits `[b, q, h / 4, w / 4]` of tokens."""
        tokens = self.layernorm(tokens)
        queries = tokens[:, : self.config.queries]
        patches = tokens[:, self.config.queries + self.backbone.prefix :]
        image = patches.reshape(-1, rows, columns, patches.shape[2]).permute(0, 3, 1, 2)
        pixels = self.upscale_block(image)
        masks = torch.matmul(self.mask_head(queries), pixels.flatten(2))
        factor = 2**self.config.num_upscale_blocks
        return self.class_predictor(queries), masks.reshape(
            -1, self.config.queries, factor * rows, factor * columns
        )

    def outputs(self, image: Tensor) -> Queries:
        """The queries before each of the last blocks and after the last; masks at a quarter of the image's
        size.
        """
        return self.predictions(image)

    def read(self, raw: Queries) -> Tensor | tuple[Tensor, Tensor]:
        """See `read_queries`."""
        return read_queries(raw, self.config.task)

    def forward(self, image: Tensor) -> Queries | Tensor | tuple[Tensor, Tensor]:
        """See the class."""
        raw = self.outputs(image)
        return raw if self.training else self.read(raw)

    def fold(self) -> "Eomt":
        """Itself in eval mode with the layer scales multiplied into weights, for inference only; the outputs
        agree to rounding.
        """
        self.eval().requires_grad_(False)
        for module in self.modules():
            if isinstance(module, ScaledLinear):
                module.fold()
        return self


def masked_share(progress: float, block: int, blocks: int) -> float:
    """The part of the queries whose attention block `block` of `blocks` masks when `progress` of the run has
    passed. It falls over a sixth of the run, in the first block from a sixth on and in the last from two
    thirds on (appendix B, and the authors' configurations).
    """
    start = 1 / 6 + block / (2 * max(blocks - 1, 1))
    passed = 6 * (progress - start)
    return float((1 - min(max(passed, 0.0), 1.0)) ** POWER)


@torch.no_grad()
def visible(masks: Tensor, share: Tensor | None, grid: tuple[int, int], before: int) -> Tensor:
    """What each query may attend to, bool `[b, q, before + n]`: the tokens before the patches, and of those
    the ones where its mask logits `[b, q, h, w]` are positive; for the part 1 - `share` of the queries, drawn
    at random, everything.
    """
    small = F.interpolate(masks, size=grid, mode="bilinear", align_corners=False).flatten(2)
    inside = small > 0
    if share is not None:
        inside = inside | (torch.rand(*masks.shape[:2], 1, device=masks.device) > share)
    return torch.cat([torch.ones_like(inside[:, :, :1]).expand(-1, -1, before), inside], 2)
