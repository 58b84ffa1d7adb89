"""What lists of assets are asked by, as the API's description tells it."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from projects import asset_selectors as selectors
from projects.models import Asset

ANY = "several by comma mean any of them"
ORDERS = [sign + column for column in selectors.ORDERS for sign in ("", "-")]
ORDER = OpenApiParameter("order", enum=ORDERS, default=selectors.DEFAULT_ORDER)

SKIP = OpenApiParameter("skip", int, description="Rows to pass over behind the cursor: a jump")


def _several(name: str, values: list[str]) -> OpenApiParameter:
    return OpenApiParameter(name, description=f"{', '.join(f'`{value}`' for value in values)}; {ANY}")


FILTERS = [
    _several("status", list(Asset.Status.values)),
    _several("review", list(Asset.Review.values)),
    _several("media", list(Asset.Media.values)),
    OpenApiParameter("video", OpenApiTypes.UUID, description="Only images taken out of this video"),
    _several("split", [*Asset.Split.values, "none"]),
    OpenApiParameter("class", description=f"Ids of classes that occur; {ANY}; `-id`: does not occur"),
    OpenApiParameter("tag", description=f"Only assets with exactly this tag; {ANY}; `-tag`: without it"),
    OpenApiParameter("name", description="Only assets whose name contains this"),
    OpenApiParameter("annotated", bool),
    OpenApiParameter("assignee", description=f"`me`, `none` or the id of who annotates; {ANY}"),
    OpenApiParameter("reviewer", description=f"`me`, `none` or the id of who reviews; {ANY}"),
    OpenApiParameter("comments", enum=["open"], description="Only assets with comments nobody has settled"),
    OpenApiParameter("proposals", bool, description="Only assets with, or without, undecided proposals"),
    *(OpenApiParameter(f"{end}_{side}", int) for side in ("width", "height") for end in ("min", "max")),
    *(OpenApiParameter(f"{end}_size", int, description="Of the file, in bytes") for end in ("min", "max")),
    OpenApiParameter("created_after", description="A date or a time: from it on"),
    OpenApiParameter("created_before", description="A date or a time: before it"),
    OpenApiParameter("duplicates", enum=["true"], description="Only pictures that another one looks like"),
    OpenApiParameter("deleted", bool, description="`true`: what lies in the trash"),
]
