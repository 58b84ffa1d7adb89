"""Answers and numbers while several requests run at the same time."""

import threading

import pytest
from django.db import connection

from annotations.models import Answer, AnswerPair
from tests.annotations.consensus.conftest import box

pytestmark = pytest.mark.django_db(transaction=True)


def together(*works):
    """Runs all of it in threads that start at the same moment; their results in order."""
    gate = threading.Barrier(len(works))
    results = [None] * len(works)

    def run(number, work):
        gate.wait()
        try:
            results[number] = work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_two_first_saves_one_lands(ann, give, classes, asset):
    shapes = [[box(classes["cat"], n, 0, 5, 5)] for n in range(4)]
    answers = together(*(lambda s=s: give(ann, s, done=False).status_code for s in shapes))
    assert sorted(answers) == [200, 412, 412, 412]
    answer = Answer.objects.get(asset=asset)
    assert (answer.revision, answer.shape_count) == (1, 1)


def test_people_who_hand_in_together_are_all_compared(ann, ben, cleo, rita, give, classes, asset):
    people = (ann, ben, cleo)
    codes = together(*(lambda w=w: give(w, [box(classes["cat"], 0, 0, 5, 5)]).status_code for w in people))
    assert codes == [200, 200, 200]
    body = rita.api.get(f"/api/v1/assets/{asset.pk}/agreement").json()
    assert len(body["pairs"]) == AnswerPair.objects.count() == 3
    assert body["score"] == 1.0


def test_rounds_that_start_together_ask_nobody_twice(ann, ben, rita, api, project, asset):
    url = f"/api/v1/projects/{project.pk}/consensus"
    body = {"people": [str(ann.user.pk), str(ben.user.pk)], "overlap": 2}
    answers = together(*(lambda c=c: c.post(url, body).json()["assigned"] for c in (rita.api, api)))
    assert sorted(answers) == [0, 2]
    assert Answer.objects.filter(asset=asset).count() == 2
