"""Hash, brightness and sharpness of a picture."""

import io

import numpy as np
from PIL import Image, ImageFilter

from projects.media.images import read
from projects.media.looks import measure
from tests.projects.pictures import encoded
from tests.shared import shared


def looks(image: Image.Image):
    return measure(image)


def distance(one: int, other: int) -> int:
    return ((one ^ other) & (2**64 - 1)).bit_count()


def photo(name: str = "dog.jpg", side: int = 320) -> Image.Image:
    image = read(shared("clicks", name).open("rb"), at_least=side).upright
    image.thumbnail((side, side))
    return image


def test_the_hash_by_hand():
    """Eight rows, darker to the right but in the last, where it is brighter."""
    cells = np.tile(np.arange(90, 0, -10, dtype=np.uint8), (8, 1))
    cells[7] = cells[7, ::-1]
    assert looks(Image.fromarray(cells)).phash == 0xFF
    cells[0] = cells[7]
    assert looks(Image.fromarray(cells)).phash == 0xFF0000000000_00FF - (1 << 64)


def test_the_same_motif_scaled_and_compressed_is_near_and_another_is_far():
    image = photo()
    again = Image.open(io.BytesIO(encoded(image.resize((200, 150)), "JPEG", quality=40)))
    one, other = looks(image).phash, looks(photo("truck.jpg")).phash
    assert distance(one, looks(again).phash) <= 4
    assert distance(one, other) > 12


def test_brightness_and_sharpness():
    image = photo()
    assert looks(Image.new("RGB", (50, 50), "white"))[1:] == (1.0, 0.0)
    assert looks(Image.new("L", (50, 50), 51)).brightness == 0.2
    assert looks(image.filter(ImageFilter.GaussianBlur(3))).sharpness < looks(image).sharpness / 10
    assert looks(Image.new("RGBA", (9, 9), (0, 0, 0, 0))).brightness == 1.0
    assert looks(Image.new("L", (1, 1), 5)).sharpness == 0.0
