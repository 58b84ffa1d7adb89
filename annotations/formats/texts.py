"""The one place where texts of a file are made fit to be stored: names, labels and free attributes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from annotations.formats.records import Dataset, Record
from core.free_json import clean_text, clean_texts, json_problem
from core.notes import Notes


def cleaned(dataset: Dataset, notes: Notes) -> Dataset:
    """The dataset with U+FFFD for every NUL and lone surrogate; attributes no database holds are left out.

    Members of the archive keep their names: they are asked for by them.
    """

    def records() -> Iterator[Record]:
        for record in dataset.records():
            _clean(record, notes)
            yield record

    categories = [replace(each, name=clean_text(each.name)) for each in dataset.categories]
    names = {member: clean_text(name) for member, name in dataset.names.items()}
    return replace(dataset, categories=categories, records=records, names=names)


def _clean(record: Record, notes: Notes) -> None:
    record.image = clean_text(record.image)
    for shape in record.shapes:
        shape.label = clean_text(shape.label)
        shape.item = clean_text(shape.item)
        if not shape.attributes:
            continue
        shape.attributes = clean_texts(shape.attributes)
        if problem := json_problem(shape.attributes):
            shape.attributes = {}
            item = f"{shape.item} of {record.image}" if shape.item else record.image
            notes.add(item, f"its attributes were left out: one {problem}")
