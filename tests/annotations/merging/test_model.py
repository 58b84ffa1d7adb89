"""Any mix of operations agrees with a few lines of plain Python that say what merging means."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as rules
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from annotations.models import Annotation, AnnotationRevision
from annotations.selectors import annotations_of, as_dict
from annotations.services import merging, restoring

pytestmark = pytest.mark.django_db
CHOICES: dict[str, Any] = {
    "bbox": st.sampled_from([[1.0, 1.0, 5.0, 5.0], [2.0, 2.0, 9.0, 9.0], [0.0, 0.0, 3.0, 3.0]]),
    "z": st.integers(0, 2),
    "class": st.sampled_from(["cat", "dog"]),
    "score": st.sampled_from([None, 0.5]),
}
FIELDS = st.fixed_dictionaries({}, optional=CHOICES)


class Merging(RuleBasedStateMachine):
    """`here` is what must be there: by id the fields, and by field the revision that changed it last."""

    keys = Bundle("keys")
    asset: Any
    principal: Any
    labels: dict[str, uuid.UUID]

    def __init__(self) -> None:
        super().__init__()
        Annotation.objects.filter(asset=self.asset).delete()
        AnnotationRevision.objects.filter(asset=self.asset).delete()
        self.asset.empty_operations.all().delete()
        type(self.asset).objects.filter(pk=self.asset.pk).update(revision=0, annotation_count=0)
        self.revision = 0
        self.here: dict[uuid.UUID, dict[str, Any]] = {}
        self.written: dict[uuid.UUID, dict[str, int]] = {}
        self.past: list[dict[uuid.UUID, dict[str, Any]]] = [{}]
        self.sent: list[tuple[tuple[Any, ...], Any]] = []

    @initialize(target=keys)
    def first(self) -> uuid.UUID:
        return uuid.uuid4()

    @rule(target=keys)
    def new_key(self) -> uuid.UUID:
        return uuid.uuid4()

    @rule(key=keys, given=FIELDS, bbox=CHOICES["bbox"], label=CHOICES["class"])
    def create(self, key: uuid.UUID, given: dict[str, Any], bbox: Any, label: str) -> None:
        body = {"class": label, "bbox": bbox, **given}
        reasons = self.send(create=[{"id": key, **body}])
        if key in self.here:
            assert reasons == {key: "taken"}
            return
        assert reasons == {}
        self.here[key] = {"z": 0, "score": None, **body}
        self.stamp(key, CHOICES)

    @rule(key=keys, given=FIELDS, age=st.integers(0, 4))
    def update(self, key: uuid.UUID, given: dict[str, Any], age: int) -> None:
        base = max(0, self.revision - age)
        reasons = self.send(update=[{"id": key, "base": base, **given}])
        self.update_model(key, given, base, reasons)

    @rule(key=keys, age=st.integers(0, 4))
    def delete(self, key: uuid.UUID, age: int) -> None:
        base = max(0, self.revision - age)
        reasons = self.send(delete=[{"id": key, "base": base}])
        if key not in self.here:
            assert reasons == {key: "gone"}
        elif any(revision > base for revision in self.written[key].values()):
            assert reasons == {key: "changed"}
        else:
            assert reasons == {}
            del self.here[key], self.written[key]
            self.land()

    def update_model(self, key: Any, given: dict[str, Any], base: int, reasons: Any) -> None:
        if key not in self.here:
            assert reasons == {key: "gone"}
            return
        if any(self.written[key][name] > base for name in given):
            assert reasons == {key: "changed"}
            return
        assert reasons == {}
        differing = [name for name in given if self.here[key][name] != given[name]]
        self.here[key] |= given
        if differing:
            self.stamp(key, differing)

    @rule(data=st.data())
    def send_again(self, data: Any) -> None:
        if self.sent:
            arguments, answer = data.draw(st.sampled_from(self.sent))
            assert merging.merge(self.principal, self.asset, *arguments) == answer

    @rule(data=st.data())
    def go_back(self, data: Any) -> None:
        target = data.draw(st.integers(0, self.revision))
        before = dict(self.here)
        restoring.restore(self.principal, self.asset, self.revision, target)
        then = {key: dict(fields) for key, fields in self.past[target].items()}
        if then == before:
            return
        self.here = then
        for key, fields in then.items():
            old = before.get(key)
            names = CHOICES if old is None else [name for name in fields if old[name] != fields[name]]
            if names:
                self.stamp(key, names, land=False)
        self.written = {key: self.written[key] for key in then}
        self.land()

    def send(self, create: Any = (), update: Any = (), delete: Any = ()) -> dict[uuid.UUID, str]:
        def named(body: dict[str, Any]) -> dict[str, Any]:
            return {**body, "class": self.labels[body["class"]]} if "class" in body else body

        arguments = (
            uuid.uuid4(),
            [named(each) for each in create],
            [named(each) for each in update],
            list(delete),
        )
        answer = merging.merge(self.principal, self.asset, *arguments)
        self.sent.append((arguments, answer))
        return {uuid.UUID(item["id"]): item["reason"] for item in answer["refused"]}

    def stamp(self, key: uuid.UUID, names: Any, land: bool = True) -> None:
        self.written.setdefault(key, {}).update(dict.fromkeys(names, self.revision + 1))
        if land:
            self.land()

    def land(self) -> None:
        self.revision += 1
        self.past.append({key: dict(fields) for key, fields in self.here.items()})

    def check_invariants(self, *unused: Any, **more: Any) -> None:
        names = {str(key): name for name, key in self.labels.items()}
        self.asset.refresh_from_db()
        assert self.asset.revision == self.revision
        assert self.asset.annotation_count == len(self.here)
        found = {}
        for shape in map(as_dict, annotations_of(self.asset)):
            key = uuid.UUID(shape["id"])
            found[key] = {name: shape[name] for name in ("bbox", "z", "score")}
            found[key]["class"] = names[shape["class"]]
            assert shape["revision"] == max(self.written[key].values())
        assert found == self.here
        assert self.asset.revisions.count() == self.revision


def test_operations_agree_with_the_model(asset: Any, principal: Any, classes: Any) -> None:
    machine = type("Machine", (Merging,), {})
    machine.asset, machine.principal = asset, principal
    machine.labels = {name: uuid.UUID(key) for name, key in classes.items()}
    run_state_machine_as_test(
        machine,
        settings=rules(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
