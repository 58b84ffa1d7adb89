"""How uploads in pieces look in answers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from projects import spool
from projects.asset_serializers import UploadedSerializer
from projects.models import Upload
from projects.services.uploading import state_of


class ResumableUploadSerializer(serializers.ModelSerializer[Upload]):
    offset = serializers.SerializerMethodField()
    status = serializers.SerializerMethodField()
    results = UploadedSerializer(many=True, help_text="What became of the file, or of each in a ZIP")
    job = serializers.UUIDField(source="job_id", allow_null=True)
    error = serializers.CharField(allow_null=True)

    class Meta:
        model = Upload
        fields = [
            *("id", "project", "filename", "purpose", "offset", "length", "status", "results", "job"),
            *("error", "created_at", "updated_at"),
        ]
        read_only_fields = fields

    def get_offset(self, upload: Upload) -> int:
        """How many bytes have arrived."""
        if upload.state != Upload.State.RECEIVING:
            return upload.length or 0
        path = spool.path_of(upload.pk)
        return path.stat().st_size if path.exists() else 0

    def get_status(self, upload: Upload) -> str:
        return state_of(upload)

    def to_representation(self, upload: Upload) -> dict[str, Any]:
        shown = super().to_representation(upload)
        shown["error"] = shown["error"] or None
        return shown
