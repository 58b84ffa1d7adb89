"""Every row once, whatever the order, however many are alike, forwards and backwards."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from core.errors import BadInput
from core.http.pagination import CursorPages, EmptyLast
from core.models import Job

pytestmark = pytest.mark.django_db
# Not nullable and nullable, of every kind that lists are ordered by.
ORDERS = [
    *itertools.product(("", "-"), ("created_at", "status", "progress", "finished_at")),
]


def page(url: str, ordering: tuple[str, ...]) -> tuple[list[Any], str | None, str | None]:
    pages = CursorPages()
    pages.ordering = ordering
    rows = pages.paginate_queryset(Job.objects.all(), Request(APIRequestFactory().get(url)))
    return [row.pk for row in rows], pages.get_next_link(), pages.get_previous_link()


def walk(url: str | None, ordering: tuple[str, ...], backwards: bool = False) -> tuple[list[list[Any]], str]:
    """The pages from one on, in the order they were met, and the address of the last."""
    met: list[list[Any]] = []
    last = ""
    while url:
        assert len(met) < 200, "the list does not end"
        last = url
        rows, following, previous = page(url, ordering)
        met.append(rows)
        url = previous if backwards else following
    return met, last


def fill(rows: int, ties: int, rng: random.Random) -> set[Any]:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    jobs = [
        Job(
            kind="k",
            status=rng.choice(["queued", "running"]),
            progress=rng.randrange(ties) / ties,
            finished_at=rng.choice([None, start + timedelta(microseconds=rng.randrange(ties))]),
        )
        for _ in range(rows)
    ]
    Job.objects.bulk_create(jobs)
    for job in jobs:
        job.created_at = start + timedelta(microseconds=rng.randrange(ties))
    Job.objects.bulk_update(jobs, ["created_at"], batch_size=200)
    return {job.pk for job in jobs}


@pytest.mark.parametrize(("sign", "column"), ORDERS)
@pytest.mark.parametrize(("rows", "ties", "limit"), [(53, 1, 7), (53, 3, 10), (40, 40, 8), (5, 2, 50)])
def test_every_row_once_both_ways(sign: str, column: str, rows: int, ties: int, limit: int) -> None:
    everything = fill(rows, ties, random.Random(f"{sign}{column}{rows}{ties}"))
    for ordering in ((sign + column,), (sign + column, "-id"), (sign + column, "-finished_at", "id")):
        there, last = walk(f"/?limit={limit}", ordering)
        flat = [pk for rows_ in there for pk in rows_]
        assert len(flat) == len(everything) and set(flat) == everything
        back, _ = walk(last, ordering, backwards=True)
        assert [pk for rows_ in reversed(back) for pk in rows_] == flat
    if column != "finished_at":
        read = dict(Job.objects.values_list("pk", column))
        values = [read[pk] for pk in flat]
        assert values == sorted(values, reverse=sign == "-")


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize(("rows", "ties", "limit"), [(53, 1, 7), (53, 3, 10), (40, 40, 8)])
def test_what_is_empty_comes_last_where_it_is_to(sign: str, rows: int, ties: int, limit: int) -> None:
    everything = fill(rows, ties, random.Random(f"{sign}{rows}{ties}"))
    read = dict(Job.objects.values_list("pk", "finished_at"))
    for ordering in (
        (EmptyLast(f"{sign}finished_at"), f"{sign}id"),
        ("status", EmptyLast(f"{sign}finished_at"), "-id"),
    ):
        there, last = walk(f"/?limit={limit}", ordering)
        flat = [pk for rows_ in there for pk in rows_]
        assert len(flat) == len(everything) and set(flat) == everything
        back, _ = walk(last, ordering, backwards=True)
        assert [pk for rows_ in reversed(back) for pk in rows_] == flat
        if ordering[0] != "status":
            values = [read[pk] for pk in flat]
            known = [value for value in values if value is not None]
            assert values == [*sorted(known, reverse=sign == "-"), *[None] * (rows - len(known))]


def test_more_rows_alike_than_a_thousand() -> None:
    everything = fill(1300, 1, random.Random(0))
    there, _ = walk("/?limit=500", ("progress", "id"))
    assert [len(rows) for rows in there] == [500, 500, 300]
    assert set(itertools.chain(*there)) == everything


def test_a_row_that_is_gone_loses_no_other() -> None:
    fill(30, 3, random.Random(1))
    rows, following, _ = page("/?limit=10", ("progress", "id"))
    assert following
    Job.objects.filter(pk__in=rows).delete()
    second, _, previous = page(following, ("progress", "id"))
    assert len(second) == 10 and previous
    nothing, after, before = page(previous, ("progress", "id"))
    assert (nothing, before) == ([], None)
    assert after and page(after, ("progress", "id"))[0] == second


def test_a_list_that_was_emptied_behind_still_leads_back() -> None:
    fill(20, 3, random.Random(2))
    rows, following, _ = page("/?limit=10", ("progress", "id"))
    Job.objects.exclude(pk__in=rows).delete()
    assert following
    nothing, after, before = page(following, ("progress", "id"))
    assert (nothing, after) == ([], None)
    assert before and page(before, ("progress", "id"))[0] == rows


def test_cursors_cannot_be_made_up_or_carried_to_another_order() -> None:
    fill(20, 3, random.Random(3))
    _, following, _ = page("/?limit=5", ("progress", "id"))
    assert following
    tampered = following.replace("cursor=", "cursor=A")
    wrong = ["/?cursor=x", "/?cursor=cD0x", "/?cursor=%C3%BC:%00", tampered]
    for url, ordering in [*((url, ("progress", "id")) for url in wrong), (following, ("-progress", "id"))]:
        with pytest.raises(BadInput) as raised:
            page(url, ordering)
        assert raised.value.errors[0].field == "cursor"


@pytest.mark.parametrize("ordering", [("created_at",), ("-finished_at",)])
def test_a_jump_lands_where_a_walk_would(ordering: tuple[str, ...]) -> None:
    fill(40, ties=5, rng=random.Random(4))
    whole, _, _ = page("/jobs?limit=40", ordering)
    rows, following, previous = page("/jobs?limit=7&skip=20", ordering)
    assert rows == whole[20:27]
    assert following and "skip" not in following
    assert page(following, ordering)[0] == whole[27:34]
    assert previous and page(previous, ordering)[0] == whole[13:20]
    assert page(f"{following}&skip=3", ordering)[0] == whole[30:37]


def test_behind_the_end_there_is_nothing() -> None:
    fill(3, ties=2, rng=random.Random(5))
    rows, following, previous = page("/jobs?skip=3", ("created_at",))
    assert (rows, following) == ([], None)
    assert previous and len(page(previous, ("created_at",))[0]) == 3


@pytest.mark.parametrize("skip", ["-1", "x", "1e3", "1000001", "99999999999999999999", "²"])
def test_a_jump_is_a_whole_number(skip: str) -> None:
    with pytest.raises(BadInput) as refused:
        page(f"/jobs?skip={skip}", ("created_at",))
    assert refused.value.errors[0].field == "skip"
