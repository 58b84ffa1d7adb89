"""Secrets of others that are needed again: sealed with the platform's own, and opened where they are used."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from core.errors import Unusable


def seal(content: dict[str, Any]) -> str:
    """Text that tells nothing without the platform's secret key."""
    return _fernet().encrypt(json.dumps(content).encode()).decode()


def unseal(text: str) -> dict[str, Any]:
    """What was sealed. Raises Unusable where the secret key is another one by now."""
    try:
        content: dict[str, Any] = json.loads(_fernet().decrypt(text.encode()))
    except InvalidToken as error:
        raise Unusable("The platform's secret key has changed: give the credentials again.") from error
    return content


def _fernet() -> Fernet:
    digest = hashlib.sha256(f"sealed:{settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
