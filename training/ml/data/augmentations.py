"""Augmentations of an image and its index mask. Geometry moves both and invents no label; colour moves the
image only.

Geometry runs first, in the order of the specification, on the image at its working size; then the pair is
stretched to the input size; then colour runs, in order, at that size. What comes from outside the image does
not count in the mask.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.random import Generator

from training.ml.data.example import Example, void_of
from training.ml.failures import Failure
from training.ml.hyperparameters import Field, fill
from training.ml.images import IndexMap, Pixels, resize_index, resize_rgb

Pair = tuple[Pixels, IndexMap]
Others = Callable[[Generator], Example]
Parameters = Mapping[str, Any]


def horizontal_flip(image: Pixels, mask: IndexMap, rng: Generator, given: Parameters) -> Pair:
    return image[:, ::-1], mask[:, ::-1]


def vertical_flip(image: Pixels, mask: IndexMap, rng: Generator, given: Parameters) -> Pair:
    return image[::-1], mask[::-1]


def rotate90(image: Pixels, mask: IndexMap, rng: Generator, given: Parameters) -> Pair:
    turns = int(rng.integers(1, 4))
    return np.rot90(image, turns), np.rot90(mask, turns)


def rotate(image: Pixels, mask: IndexMap, rng: Generator, given: Parameters) -> Pair:
    height, width = mask.shape
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), rng.uniform(*given["degrees"]), 1.0)
    size = (width, height)
    turned = cv2.warpAffine(
        image_of(image), matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )
    labels = cv2.warpAffine(
        contiguous(mask),
        matrix,
        size,
        flags=cv2.INTER_NEAREST,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=void_of(mask),
    )
    return np.asarray(turned, np.uint8), np.asarray(labels, mask.dtype)


def random_resized_crop(image: Pixels, mask: IndexMap, rng: Generator, given: Parameters) -> Pair:
    height, width = mask.shape
    area = height * width * rng.uniform(*given["scale"])
    low, high = np.log(given["ratio"][0]), np.log(given["ratio"][1])
    ratio = float(np.exp(rng.uniform(low, high))) * width / height
    rows = min(height, max(1, round((area / ratio) ** 0.5)))
    columns = min(width, max(1, round((area * ratio) ** 0.5)))
    top, left = int(rng.integers(0, height - rows + 1)), int(rng.integers(0, width - columns + 1))
    return image[top : top + rows, left : left + columns], mask[top : top + rows, left : left + columns]


def scale(image: Pixels, mask: IndexMap, rng: Generator, given: Parameters) -> Pair:
    height, width = mask.shape
    factor = rng.uniform(*given["factor"])
    rows, columns = max(1, round(height / factor)), max(1, round(width / factor))
    if factor >= 1:
        top, left = int(rng.integers(0, height - rows + 1)), int(rng.integers(0, width - columns + 1))
        return image[top : top + rows, left : left + columns], mask[top : top + rows, left : left + columns]
    top, left = int(rng.integers(0, rows - height + 1)), int(rng.integers(0, columns - width + 1))
    edges = (top, rows - height - top, left, columns - width - left)
    wide = cv2.copyMakeBorder(image_of(image), *edges, cv2.BORDER_CONSTANT, value=(124, 116, 104))
    labels = cv2.copyMakeBorder(contiguous(mask), *edges, cv2.BORDER_CONSTANT, value=void_of(mask))
    return np.asarray(wide, np.uint8), np.asarray(labels, mask.dtype)


def color_jitter(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    image = brightness_contrast(image, rng, given)
    saturation, hue = rng.uniform(-1, 1) * given["saturation"], rng.uniform(-1, 1) * given["hue"]
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
    values = np.arange(256)
    table = np.empty((1, 256, 3), np.uint8)
    table[0, :, 0] = np.mod(values + round(hue * 180), 180)
    table[0, :, 1] = np.clip(np.rint(values * (1 + saturation)), 0, 255)
    table[0, :, 2] = values
    return np.asarray(cv2.cvtColor(cv2.LUT(hsv, table), cv2.COLOR_HSV2RGB), np.uint8)


def brightness_contrast(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    shift, gain = rng.uniform(-1, 1) * given["brightness"] * 255, 1 + rng.uniform(-1, 1) * given["contrast"]
    table = np.clip(np.rint((np.arange(256) - 127.5) * gain + 127.5 + shift), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(image, table), np.uint8)


def gamma(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    table = np.rint(255 * (np.arange(256) / 255) ** rng.uniform(*given["exponent"])).astype(np.uint8)
    return np.asarray(cv2.LUT(image, table), np.uint8)


def grayscale(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    return np.asarray(cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), np.uint8)


def gaussian_blur(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), max(rng.uniform(*given["sigma"]), 1e-3)), np.uint8)


def gaussian_noise(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    noise = rng.standard_normal(image.shape, dtype=np.float32) * np.float32(rng.uniform(*given["std"]) * 255)
    return np.clip(np.rint(image + noise), 0, 255).astype(np.uint8)


def jpeg(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    quality = int(rng.integers(int(given["quality"][0]), int(given["quality"][1]) + 1))
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


@dataclass(frozen=True)
class Augmentation:
    """One kind of augmentation: what it is called, what it takes, and the function. `detail` says that it
    reads more of the image than the input size shows."""

    name: str
    title: str
    help: str
    parameters: tuple[Field, ...]
    geometry: Callable[[Pixels, IndexMap, Generator, Parameters], Pair] | None = None
    colour: Callable[[Pixels, Generator, Parameters], Pixels] | None = None
    detail: bool = False

    def record(self) -> dict[str, Any]:
        """JSON-ready, for the catalogue."""
        parameters = [field.record() for field in self.parameters]
        return {"name": self.name, "title": self.title, "help": self.help, "parameters": parameters}


def chance(default: float) -> Field:
    """The probability that every augmentation has."""
    return Field("p", "float", default, "Share of the images it touches.", min=0, max=1)


def amount(name: str, default: float, what: str, most: float = 1.0) -> Field:
    """A largest deviation to either side."""
    return Field(name, "float", default, what, min=0, max=most)


def span(name: str, default: tuple[float, float], what: str, low: float, high: float) -> Field:
    """Two numbers between which one is drawn."""
    return Field(name, "range", default, what, min=low, max=high)


BRIGHTNESS = amount("brightness", 0.2, "Largest shift, as a part of the full range.")
CONTRAST = amount("contrast", 0.2, "Largest change of contrast.")

AUGMENTATIONS = (
    Augmentation("horizontal_flip", "Flip left to right", "Mirror images.", (chance(0.5),), horizontal_flip),
    Augmentation(
        "vertical_flip", "Flip upside down", "For pictures without an up.", (chance(0.5),), vertical_flip
    ),
    Augmentation(
        "rotate90",
        "Quarter turns",
        "By 90, 180 or 270 degrees, without resampling.",
        (chance(0.5),),
        rotate90,
    ),
    Augmentation(
        "rotate",
        "Rotate",
        "By any angle about the centre; corners from outside are ignored.",
        (chance(0.5), span("degrees", (-15, 15), "Smallest and largest angle.", -180, 180)),
        rotate,
        detail=True,
    ),
    Augmentation(
        "random_resized_crop",
        "Random crop",
        "A part of the image, stretched to the input size.",
        (
            chance(1.0),
            span("scale", (0.5, 1.0), "Part of the area that is kept.", 0.01, 1),
            span("ratio", (0.75, 4 / 3), "Stretch of width against height.", 0.1, 10),
        ),
        random_resized_crop,
        detail=True,
    ),
    Augmentation(
        "scale",
        "Zoom",
        "In (a part of the image) or out (with an ignored border).",
        (chance(0.5), span("factor", (0.75, 1.25), "Smallest and largest zoom.", 0.1, 10)),
        scale,
        detail=True,
    ),
    Augmentation(
        "color_jitter",
        "Colour jitter",
        "Brightness, contrast, saturation and hue.",
        (
            chance(0.8),
            BRIGHTNESS,
            CONTRAST,
            amount("saturation", 0.2, "Largest change of saturation."),
            amount("hue", 0.02, "Largest shift, as a part of the colour circle.", 0.5),
        ),
        colour=color_jitter,
    ),
    Augmentation(
        "brightness_contrast",
        "Brightness and contrast",
        "Light that changes.",
        (chance(0.5), BRIGHTNESS, CONTRAST),
        colour=brightness_contrast,
    ),
    Augmentation(
        "gamma",
        "Gamma",
        "Darker or brighter mid-tones.",
        (chance(0.5), span("exponent", (0.7, 1.5), "Smallest and largest exponent.", 0.1, 10)),
        colour=gamma,
    ),
    Augmentation("grayscale", "Grey", "Without colour.", (chance(0.1),), colour=grayscale),
    Augmentation(
        "gaussian_blur",
        "Blur",
        "Out of focus.",
        (chance(0.2), span("sigma", (0.1, 2.0), "Radius in pixels of the input.", 0, 20)),
        colour=gaussian_blur,
    ),
    Augmentation(
        "gaussian_noise",
        "Noise",
        "Sensor noise.",
        (chance(0.2), span("std", (0.0, 0.05), "Standard deviation, as a part of the full range.", 0, 1)),
        colour=gaussian_noise,
    ),
    Augmentation(
        "jpeg",
        "JPEG",
        "Compression artefacts.",
        (chance(0.2), span("quality", (40, 95), "Lowest and highest quality.", 1, 100)),
        colour=jpeg,
    ),
)
KINDS = {item.name: item for item in AUGMENTATIONS}


class Augment:
    """The augmentations of a specification, as one function of an image, its mask and a generator."""

    def __init__(self, specification: Sequence[Mapping[str, Any]]) -> None:
        self.steps: list[tuple[Augmentation, dict[str, Any]]] = []
        for position, item in enumerate(specification):
            kind = KINDS.get(str(item.get("name")))
            if kind is None:
                known = f"Known are {', '.join(KINDS)}."
                raise Failure(
                    "Unknown augmentation", f"augmentations.{position} is {item.get('name')!r}.", known
                )
            given = {key: value for key, value in item.items() if key != "name"}
            self.steps.append((kind, fill(given, kind.parameters, f"augmentations.{position}")))

    @property
    def needs_detail(self) -> bool:
        """Whether an augmentation reads more of the image than the input size shows."""
        return any(kind.detail for kind, _ in self.steps)

    def __call__(
        self, example: Example, size: tuple[int, int], rng: Generator, others: Others | None = None
    ) -> Example:
        """Augment an example and stretch it to `size` (height, width). `others` draws another one of the set,
        for what mixes several.
        """
        image, mask = example.image, example.mask
        chosen = [(kind, given) for kind, given in self.steps if rng.random() < given["p"]]
        for kind, given in chosen:
            if kind.geometry is not None:
                image, mask = kind.geometry(image, mask, rng, given)
        image, mask = resize_rgb(image_of(image), size), resize_index(contiguous(mask), size)
        for kind, given in chosen:
            if kind.colour is not None:
                image = kind.colour(image, rng, given)
        return Example(image, mask, example.labels)


def image_of(view: Pixels) -> Pixels:
    """The array as OpenCV takes it: flips and turns are views until here."""
    return np.ascontiguousarray(view)


def contiguous(view: IndexMap) -> IndexMap:
    """As `image_of`, of a mask."""
    return np.ascontiguousarray(view)
