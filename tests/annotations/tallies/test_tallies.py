"""The numbers that projects and classes show are those of their rows, whatever happened to these."""

import pytest
from django.db import connection
from django.db.models import Sum

from annotations.models import Annotation
from annotations.services import tallies
from projects.models import Asset, LabelClass, Project, Tally
from projects.selectors import with_counts, with_shapes

pytestmark = pytest.mark.django_db


@pytest.fixture
def cat(project):
    return LabelClass.objects.create(project=project, name="cat", color="#000000", position=0)


@pytest.fixture
def dog(project):
    return LabelClass.objects.create(project=project, name="dog", color="#000000", position=1)


@pytest.fixture
def drawn(project, cat, dog):
    """Two assets: a cat and two dogs on one, a dog on the other."""
    made = [
        Asset.objects.create(project=project, name=name, width=9, height=9, annotation_count=count)
        for name, count in (("a", 3), ("b", 1))
    ]
    shapes = [(0, cat), (0, dog), (0, dog), (1, dog)]
    Annotation.objects.bulk_create(
        Annotation(asset=made[number], label_class=label, kind="bbox", geometry=[0, 0, 1, 1])
        for number, label in shapes
    )
    return made


def of(project):
    row = with_counts(Project.objects.filter(pk=project.pk)).get()
    shapes = {label.name: label.annotation_total for label in with_shapes(project.label_classes.all())}
    return row.asset_total, row.annotated_total, row.annotation_total, shapes


def test_what_came(project, drawn):
    assert of(project) == (2, 2, 4, {"cat": 1, "dog": 3})


def test_what_goes_to_the_trash_and_comes_back(project, drawn):
    Asset.objects.filter(pk=drawn[0].pk).update(deleted_at="2026-01-01T00:00:00Z")
    assert of(project) == (1, 1, 1, {"cat": 0, "dog": 1})

    Asset.everything.update(deleted_at=None)
    assert of(project) == (2, 2, 4, {"cat": 1, "dog": 3})


def test_what_changes_its_class(project, drawn, cat, dog):
    Annotation.objects.filter(label_class=dog).update(label_class=cat)

    assert of(project)[3] == {"cat": 4, "dog": 0}


def test_what_is_deleted_out_of_the_trash_counted_for_nothing(project, drawn):
    Asset.objects.filter(pk=drawn[0].pk).update(deleted_at="2026-01-01T00:00:00Z")
    Asset.everything.filter(pk=drawn[0].pk).delete()

    assert of(project) == (1, 1, 1, {"cat": 0, "dog": 1})


def test_what_moves_to_another_project(principal, workspace, project, drawn):
    from projects.services.projects import create_project

    other = create_project(principal, workspace, name="Other", task="semantic")
    Asset.objects.filter(pk=drawn[0].pk).update(project=other)

    assert of(project)[:3] == (1, 1, 1)
    assert of(other)[:3] == (1, 1, 3)


def test_a_project_that_goes_leaves_no_number(project, drawn):
    project.delete()
    tallies.add_up()

    assert Tally.objects.aggregate(sum=Sum("change"))["sum"] in (None, 0)


def test_added_up_they_are_the_same(project, drawn):
    before = of(project)
    tallies.add_up()

    assert of(project) == before
    if connection.vendor == "postgresql":
        assert Tally.objects.count() == 5


def test_counted_anew_they_are_the_same(project, drawn):
    before = of(project)
    tallies.recount()

    assert of(project) == before


def test_triggers_that_went_with_their_table_are_made_again(project, drawn):
    with connection.cursor() as cursor:
        on = " ON annotations_annotation" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER tally_shape_insert{on}")
    before = of(project)
    Annotation.objects.bulk_create(
        [Annotation(asset=drawn[1], label_class=LabelClass.objects.get(name="cat"), kind="bbox", geometry=[])]
    )
    assert of(project) == before

    tallies.keep_tallies()

    assert of(project)[3] == {"cat": 2, "dog": 3}
