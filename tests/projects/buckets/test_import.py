"""A prefix of a bucket comes into a project, goes on where it was stopped, and is not fetched twice."""

import pytest

from core import jobs
from core.errors import Unavailable
from core.models import Job
from projects.models import Asset, BucketImport
from projects.services import buckets
from tests.projects.pictures import png
from tests.s3 import KEYS

pytestmark = pytest.mark.django_db
SIGNED = {"access_key": KEYS["aws_access_key_id"], "secret_key": KEYS["aws_secret_access_key"]}


@pytest.fixture
def filled(bucket):
    client, name = bucket
    for number in range(6):
        client.put_object(Bucket=name, Key=f"street/{number}.png", Body=png(seed=number))
    client.put_object(Bucket=name, Key="street/again.png", Body=png(seed=0))
    client.put_object(Bucket=name, Key="street/broken.png", Body=b"hello")
    client.put_object(Bucket=name, Key="street/notes.txt", Body=b"hello")
    client.put_object(Bucket=name, Key="elsewhere/a.png", Body=png(seed=99))
    return name


@pytest.fixture
def begin(api, url, s3_url, filled):
    def post(**fields):
        body = {"url": f"s3://{filled}/street/", "endpoint": s3_url, **SIGNED, **fields}
        return api.post(url, body, format="json")

    return post


def test_everything_below_the_prefix(api, begin, run_jobs):
    made = begin()
    assert made.status_code == 202, made.content
    run_jobs()
    shown = api.get(f"/api/v1/bucket-imports/{made.json()['id']}").json()
    assert shown["job"]["status"] == "succeeded", shown["job"]
    assert shown["counts"] == {"assets": 6, "duplicates": 1, "known": 0, "ignored": 1, "refused": 1}
    (skipped,) = shown["job"]["result"]["skipped"]
    assert skipped["item"] == "street/broken.png" and "not an image" in skipped["reason"]
    assert sorted(Asset.objects.values_list("name", flat=True)) == [f"{number}.png" for number in range(6)]


def test_a_second_time_only_what_is_new_is_fetched(api, begin, run_jobs, bucket, monkeypatch):
    client, name = bucket
    made = begin().json()
    run_jobs()
    client.put_object(Bucket=name, Key="street/new.png", Body=png(seed=50))
    client.put_object(Bucket=name, Key="street/3.png", Body=png(seed=51))
    fetched = []
    real = buckets._fetched
    monkeypatch.setattr(buckets, "_fetched", lambda *a: fetched.append(a[2]["Key"]) or real(*a))
    assert api.post(f"/api/v1/bucket-imports/{made['id']}/resume").status_code == 202
    run_jobs()
    shown = api.get(f"/api/v1/bucket-imports/{made['id']}").json()
    assert shown["counts"] == {"assets": 2, "duplicates": 0, "known": 6, "ignored": 1, "refused": 1}
    assert sorted(fetched) == ["street/3.png", "street/broken.png", "street/new.png"]


def test_stopped_and_gone_on(api, begin, run_jobs, monkeypatch):
    made = begin().json()
    real, seen = buckets._take, []

    def stops_at_the_third(client, row, user, entry, known):
        if len(seen) == 3:
            api.post(f"/api/v1/jobs/{made['job']['id']}/cancel")
            raise jobs.Cancelled
        seen.append(entry["Key"])
        real(client, row, user, entry, known)

    monkeypatch.setattr(buckets, "_take", stops_at_the_third)
    run_jobs()
    stopped = api.get(f"/api/v1/bucket-imports/{made['id']}").json()
    assert (stopped["job"]["status"], stopped["last_key"]) == ("cancelled", "street/2.png")
    seen.clear()
    monkeypatch.setattr(buckets, "_take", lambda *a: seen.append(a[3]["Key"]) or real(*a))
    assert api.post(f"/api/v1/bucket-imports/{made['id']}/resume").status_code == 202
    run_jobs()
    shown = api.get(f"/api/v1/bucket-imports/{made['id']}").json()
    assert shown["job"]["status"] == "succeeded"
    assert "street/1.png" not in seen and seen[0] == "street/3.png"
    assert shown["counts"]["assets"] == 6 and Asset.objects.count() == 6


def test_a_dead_worker_or_a_broken_line_costs_what_was_under_way(begin, run_jobs, monkeypatch):
    made = begin().json()
    real, calls = buckets._fetched, []

    def breaks(*arguments):
        calls.append(1)
        if len(calls) == 4:
            raise Unavailable("The bucket cannot be reached: timed out")
        return real(*arguments)

    monkeypatch.setattr(buckets, "_fetched", breaks)
    run_jobs()
    row = BucketImport.objects.get()
    assert row.job.status == "failed" and "cannot be reached" in row.job.error["detail"]
    assert row.last_key == "street/2.png"
    Job.objects.update(status="queued", lease_token=None, lease_expires_at=None, error=None)
    jobs.run(made["job"]["id"])
    row.refresh_from_db()
    assert (row.counts["assets"], row.counts["duplicates"], Asset.objects.count()) == (6, 1, 6)


def test_only_names_that_match(begin, run_jobs):
    begin(include="[0-2].png")
    run_jobs()
    assert Asset.objects.count() == 3


def test_a_bucket_open_to_all_needs_no_keys(begin, run_jobs, bucket):
    client, name = bucket
    client.put_bucket_acl(Bucket=name, ACL="public-read")
    begin(access_key="", secret_key="")
    run_jobs()
    assert BucketImport.objects.get().credentials == ""


def test_keys_are_sealed_and_never_shown(api, begin, run_jobs, url):
    made = begin()
    run_jobs()
    row = BucketImport.objects.get()
    assert KEYS["aws_secret_access_key"] not in row.credentials
    answers = [made, api.get(url), api.get(f"/api/v1/bucket-imports/{row.pk}"), api.get("/api/v1/events")]
    assert all(KEYS["aws_secret_access_key"] not in answer.content.decode() for answer in answers)
    assert made.json()["signed"] is True


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"url": "https://example.com"}, "url"),
        ({"url": "s3://"}, "url"),
        ({"secret_key": ""}, "secret_key"),
        ({"access_key": ""}, "access_key"),
        ({"endpoint": "file:///etc"}, "endpoint"),
    ],
)
def test_what_is_refused(begin, fields, field):
    answer = begin(**fields)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_a_bucket_that_is_not_there_is_said(begin, run_jobs):
    begin(url="s3://no-such-bucket-anywhere/x")
    run_jobs()
    assert "no bucket of this name" in Job.objects.get().error["detail"]


def test_who_may(begin, client_for, other_api, api, url, s3_url, settings):
    made = begin().json()
    body = {"url": "s3://photos/x", "endpoint": s3_url}
    engineer = client_for("engineer")
    assert client_for("annotator").post(url, body, format="json").status_code == 403
    assert engineer.post(url, body, format="json").status_code == 403
    settings.TESSERA_BUCKET_ENDPOINTS = [s3_url]
    assert engineer.post(url, body, format="json").status_code == 202
    assert other_api.get(f"/api/v1/bucket-imports/{made['id']}").status_code == 404
    assert client_for("viewer").get(url).status_code == 403
    assert api.post(f"/api/v1/bucket-imports/{made['id']}/resume").status_code == 409
