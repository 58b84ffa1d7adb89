"""The first visit, signing in and out, and the CSRF check."""

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser():
    cache.clear()
    return APIClient(enforce_csrf_checks=True)


def token(browser):
    return {"HTTP_X_CSRFTOKEN": browser.get("/api/v1/session").json()["csrf_token"]}


def test_first_visit_makes_the_owner_once(browser):
    assert browser.get("/api/v1/session").json()["setup_required"] is True
    body = {"email": "Me@Example.com", "password": "correct horse", "workspace": "Lab"}
    made = browser.post("/api/v1/setup", body, **token(browser))
    assert made.status_code == 201
    assert made.json()["user"]["email"] == "me@example.com"
    assert made.json()["workspaces"][0]["role"] == "owner"
    session = browser.get("/api/v1/session").json()
    assert session["user"] and session["setup_required"] is False
    assert browser.post("/api/v1/setup", body, **token(browser)).status_code == 409


def test_weak_password_is_refused_by_field(browser):
    body = {"email": "me@example.com", "password": "password", "workspace": "Lab"}
    answer = browser.post("/api/v1/setup", body, **token(browser))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "password"
    assert browser.get("/api/v1/session").json()["setup_required"] is True


def test_sign_in_and_out(browser, owner, workspace):
    wrong = {"email": owner.email, "password": "wrong"}
    assert browser.post("/api/v1/session", wrong, **token(browser)).status_code == 403
    right = {"email": owner.email.upper(), "password": "correct horse"}
    assert browser.post("/api/v1/session", right, **token(browser)).status_code == 200
    assert browser.get("/api/v1/workspaces").status_code == 200
    assert browser.delete("/api/v1/session", **token(browser)).json()["user"] is None
    assert browser.get("/api/v1/workspaces").status_code == 401


def test_csrf_is_checked_before_and_after_signing_in(browser, owner, workspace):
    right = {"email": owner.email, "password": "correct horse"}
    assert browser.post("/api/v1/session", right).status_code == 403
    browser.post("/api/v1/session", right, **token(browser))
    assert browser.post("/api/v1/workspaces", {"name": "Two"}).status_code == 403
    assert browser.post("/api/v1/workspaces", {"name": "Two"}, **token(browser)).status_code == 201


def test_guessing_from_many_addresses_is_slowed_down(browser, owner):
    csrf = token(browser)
    wrong = {"email": owner.email, "password": "wrong"}
    answers = [
        browser.post("/api/v1/session", wrong, REMOTE_ADDR=f"10.0.0.{n}", HTTP_X_FORWARDED_FOR=str(n), **csrf)
        for n in range(25)
    ]
    assert answers[-1].status_code == 429


def test_guessing_is_slowed_down(browser, owner):
    csrf = token(browser)
    wrong = {"email": owner.email, "password": "wrong"}
    answers = [browser.post("/api/v1/session", wrong, **csrf) for _ in range(25)]
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) > 0
