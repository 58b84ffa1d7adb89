"""Colours for classes that come without one: told apart on photographs and by colour-blind people."""

from __future__ import annotations

import colorsys
from collections.abc import Collection

# Okabe and Ito's palette (Color Universal Design, 2008) first, then further steps round the colour circle.
COLORS = (
    "#e69f00",
    "#56b4e9",
    "#009e73",
    "#f0e442",
    "#0072b2",
    "#d55e00",
    "#cc79a7",
    "#8dd3c7",
    "#bebada",
    "#fb8072",
    "#80b1d3",
    "#b3de69",
    "#fccde5",
    "#bc80bd",
    "#ffed6f",
    "#7f7f7f",
)


def free_color(taken: Collection[str]) -> str:
    """The first colour that no class has, as `#rrggbb`; then one of a fixed sequence of hues."""
    for color in COLORS:
        if color not in taken:
            return color
    for number in range(len(taken) + 1):
        # Steps of the golden angle never come back to a hue.
        red, green, blue = colorsys.hls_to_rgb(number * 0.381966 % 1.0, 0.45 + 0.1 * (number % 3), 0.65)
        color = f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"
        if color not in taken:
            return color
    raise ValueError("more colours taken than there are")
