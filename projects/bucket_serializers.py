"""How imports from buckets look in requests and answers."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.serializers import JobSerializer
from core import jobs
from projects.models import BucketImport


class NewBucketImportSerializer(serializers.Serializer[Any]):
    url = serializers.CharField(max_length=1300, help_text="`s3://bucket/prefix`")
    endpoint = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=500, help_text="Of servers beside Amazon's"
    )
    region = serializers.CharField(required=False, allow_blank=True, default="", max_length=64)
    access_key = serializers.CharField(required=False, allow_blank=True, default="", max_length=256)
    secret_key = serializers.CharField(required=False, allow_blank=True, default="", max_length=256)
    include = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=255,
        help_text="Only names below the prefix that match, such as `*/left/*.jpg`",
    )


class BucketCountsSerializer(serializers.Serializer[Any]):
    assets = serializers.IntegerField(default=0, help_text="New ones")
    duplicates = serializers.IntegerField(default=0, help_text="Files whose content was here already")
    known = serializers.IntegerField(default=0, help_text="Objects that an earlier import took in")
    ignored = serializers.IntegerField(default=0, help_text="No pictures by their names, or not included")
    refused = serializers.IntegerField(default=0, help_text="Named in the job's result with the reason")


class BucketImportSerializer(serializers.ModelSerializer[BucketImport]):
    """Keys are never shown; `signed` says whether there are any."""

    url = serializers.SerializerMethodField()
    signed = serializers.SerializerMethodField()
    counts = BucketCountsSerializer()
    job = serializers.SerializerMethodField()

    class Meta:
        model = BucketImport
        fields = [
            *("id", "project", "url", "endpoint", "region", "include", "signed", "last_key", "counts"),
            *("job", "created_at", "updated_at"),
        ]
        read_only_fields = fields

    def get_url(self, row: BucketImport) -> str:
        return f"s3://{row.bucket}/{row.prefix}"

    def get_signed(self, row: BucketImport) -> bool:
        return bool(row.credentials)

    @extend_schema_field(JobSerializer(allow_null=True))
    def get_job(self, row: BucketImport) -> dict[str, Any] | None:
        return jobs.as_dict(row.job) if row.job else None
