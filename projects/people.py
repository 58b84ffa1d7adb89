"""People as the API names them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import User


def person(user: User | None) -> dict[str, str] | None:
    """`{"id", "name"}`: who has given no name goes by the address."""
    return {"id": str(user.pk), "name": user.name or user.email} if user else None


class PersonSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()

    def to_representation(self, instance: Any) -> Any:
        return person(instance) if isinstance(instance, User) else instance
