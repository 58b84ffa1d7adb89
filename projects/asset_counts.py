"""How many assets pass the list's filters, counted no further than anybody needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.db.models import Sum

from accounts.models import User
from projects.asset_selectors import SHOWN, found
from projects.models import Project, Tally

MOST = 100_000


class Counted(NamedTuple):
    """The number, and whether there are more than that."""

    number: int
    is_capped: bool


def count(project: Project, filters: Mapping[str, str], me: User | None = None) -> Counted:
    """Exact up to 100,000, and always where nothing is filtered. Raises as the list does."""
    rows = found(project, filters, me).order_by().select_related(None)
    if not any(value for name, value in filters.items() if name not in SHOWN):
        kept = Tally.objects.filter(subject=project.pk, name="assets").aggregate(sum=Sum("change"))
        return Counted(kept["sum"] or 0, False)
    number = rows[: MOST + 1].count()
    return Counted(min(number, MOST), number > MOST)
