"""Random secrets that are shown once and stored hashed."""

from __future__ import annotations

import hashlib
import secrets

KEY_PREFIX = "tsr_"


def new_token(prefix: str = KEY_PREFIX) -> str:
    """256 random bits behind a prefix that secret scanners can recognise."""
    return prefix + secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """SHA-256 as 64 hex digits."""
    return hashlib.sha256(token.encode()).hexdigest()
