"""Two people who take one name at the same moment."""

import threading

import pytest
from django.db import connection

from core.errors import Conflict
from projects.models import Asset
from projects.services import assets


@pytest.mark.django_db(transaction=True)
def test_one_gets_it_and_the_other_a_conflict(principal, project):
    both = [Asset.objects.create(project=project, name=name) for name in ("a.png", "b.png")]
    together = threading.Barrier(2)
    answers = []

    def rename(asset: Asset) -> None:
        together.wait(5)
        try:
            assets.update_asset(principal, asset, name="c.png")
            answers.append("renamed")
        except Conflict as error:
            answers.append(error.errors[0].field)
        connection.close()

    threads = [threading.Thread(target=rename, args=(asset,)) for asset in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["name", "renamed"]
