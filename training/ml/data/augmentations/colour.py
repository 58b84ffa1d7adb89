"""Colours and tones; the mask stays as it is."""

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from training.ml.data.augmentations.kinds import (
    Augmentation,
    Parameters,
    amount,
    chance,
    drawn,
    drawn_whole,
    span,
    to_either_side,
)
from training.ml.hyperparameters import Field
from training.ml.images import Pixels

GROUP = "Colour"

VALUES = np.arange(256)


def looked_up(image: Pixels, table: NDArray[np.generic]) -> Pixels:
    """Each value replaced by the table's, `[256]` or one a channel `[256, 3]`, rounded and cut to 0…255."""
    rounded = np.clip(np.rint(table.astype(np.float64)), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(image, rounded if table.ndim == 1 else rounded[None]), np.uint8)


def color_jitter(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    image = brightness_contrast(image, rng, given)
    saturation, hue = to_either_side(rng, given, "saturation"), to_either_side(rng, given, "hue")
    return recoloured(image, hue, saturation)


def hue_saturation(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    hue, saturation = to_either_side(rng, given, "hue"), to_either_side(rng, given, "saturation")
    return recoloured(image, hue, saturation)


def recoloured(image: Pixels, hue: float, saturation: float) -> Pixels:
    """The hue turned by a part of the circle, the saturation changed by a part of itself."""
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
    table = np.stack([np.mod(VALUES + round(hue * 180), 180), VALUES * (1 + saturation), VALUES], axis=-1)
    return np.asarray(cv2.cvtColor(looked_up(np.asarray(hsv, np.uint8), table), cv2.COLOR_HSV2RGB), np.uint8)


def brightness_contrast(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    shift, gain = to_either_side(rng, given, "brightness") * 255, 1 + to_either_side(rng, given, "contrast")
    return looked_up(image, (VALUES - 127.5) * gain + 127.5 + shift)


def gamma(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    return looked_up(image, 255 * (VALUES / 255) ** drawn(rng, given, "exponent"))


def grayscale(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    return np.asarray(cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), np.uint8)


def rgb_shift(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    shifts = rng.uniform(-1, 1, 3) * float(given["shift"]) * 255
    return looked_up(image, VALUES[:, None] + shifts[None])


def channel_shuffle(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    return np.ascontiguousarray(image[:, :, rng.permutation(3)])


def posterize(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    cut = 8 - drawn_whole(rng, given, "bits")
    return looked_up(image, VALUES >> cut << cut)


def solarize(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    bright = drawn(rng, given, "threshold") * 255 <= VALUES
    return looked_up(image, np.where(bright, 255 - VALUES, VALUES))


def invert(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    return np.asarray(cv2.bitwise_not(image), np.uint8)


def equalize(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    brightness, *colours = cv2.split(cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb))
    return np.asarray(
        cv2.cvtColor(cv2.merge([cv2.equalizeHist(brightness), *colours]), cv2.COLOR_YCrCb2RGB), np.uint8
    )


def clahe(image: Pixels, rng: Generator, given: Parameters) -> Pixels:
    """On the brightness of the Lab colours, so that the colours stay."""
    brightness, *colours = cv2.split(cv2.cvtColor(image, cv2.COLOR_RGB2LAB))
    levelled = cv2.createCLAHE(drawn(rng, given, "clip"), (given["tiles"], given["tiles"])).apply(brightness)
    return np.asarray(cv2.cvtColor(cv2.merge([levelled, *colours]), cv2.COLOR_LAB2RGB), np.uint8)


BRIGHTNESS = amount("brightness", 0.2, "Largest shift, as a part of the full range.")
CONTRAST = amount("contrast", 0.2, "Largest change of contrast.")
SATURATION = amount("saturation", 0.2, "Largest change of saturation.")


def hue(default: float) -> Field:
    """The largest turn of the hue."""
    return amount("hue", default, "Largest shift, as a part of the colour circle.", 0.5)


AUGMENTATIONS = (
    Augmentation(
        "color_jitter",
        "Colour jitter",
        "Brightness, contrast, saturation and hue.",
        (chance(0.8), BRIGHTNESS, CONTRAST, SATURATION, hue(0.02)),
        GROUP,
        colour=color_jitter,
    ),
    Augmentation(
        "brightness_contrast",
        "Brightness and contrast",
        "Light that changes.",
        (chance(0.5), BRIGHTNESS, CONTRAST),
        GROUP,
        colour=brightness_contrast,
    ),
    Augmentation(
        "hue_saturation",
        "Hue and saturation",
        "Other colours, more or less of them.",
        (chance(0.5), hue(0.05), SATURATION),
        GROUP,
        colour=hue_saturation,
    ),
    Augmentation(
        "rgb_shift",
        "Colour cast",
        "Red, green and blue brighter or darker by themselves.",
        (chance(0.3), amount("shift", 0.08, "Largest shift, as a part of the full range.")),
        GROUP,
        colour=rgb_shift,
    ),
    Augmentation(
        "gamma",
        "Gamma",
        "Darker or brighter mid-tones.",
        (chance(0.5), span("exponent", (0.7, 1.5), "Smallest and largest exponent.", 0.1, 10)),
        GROUP,
        colour=gamma,
    ),
    Augmentation("grayscale", "Grey", "Without colour.", (chance(0.1),), GROUP, colour=grayscale),
    Augmentation(
        "channel_shuffle",
        "Swap colours",
        "Red, green and blue change places.",
        (chance(0.1),),
        GROUP,
        colour=channel_shuffle,
    ),
    Augmentation(
        "clahe",
        "Local contrast (CLAHE)",
        "Brings out what lies in shade or haze.",
        (
            chance(0.2),
            span("clip", (1, 4), "Weakest and strongest contrast.", 0.1, 40),
            Field("tiles", "int", 8, "Tiles along each side.", min=1, max=64),
        ),
        GROUP,
        colour=clahe,
    ),
    Augmentation(
        "equalize",
        "Even out the tones",
        "Uses the whole range of brightness.",
        (chance(0.1),),
        GROUP,
        colour=equalize,
    ),
    Augmentation(
        "posterize",
        "Posterise",
        "Fewer tones.",
        (chance(0.1), span("bits", (4, 7), "Fewest and most bits of a colour.", 1, 8)),
        GROUP,
        colour=posterize,
    ),
    Augmentation(
        "solarize",
        "Solarise",
        "Turns bright tones dark.",
        (chance(0.1), span("threshold", (0.5, 1.0), "From which tone on, lowest and highest.", 0, 1)),
        GROUP,
        colour=solarize,
    ),
    Augmentation("invert", "Negative", "Dark for bright.", (chance(0.1),), GROUP, colour=invert),
)
