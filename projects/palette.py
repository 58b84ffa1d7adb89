"""Colours for classes that come without one: told apart on photographs and by colour-blind people."""

from __future__ import annotations

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


def color_at(position: int) -> str:
    """The colour of the class at a position, as `#rrggbb`."""
    return COLORS[position % len(COLORS)]
