"""Versions know when they were last the current one."""

from typing import Any

from django.db import migrations, models


def served_since_made(apps: Any, schema_editor: Any) -> None:
    """Until now every version became the current one when it was made."""
    versions = apps.get_model("deployments", "DeploymentVersion")
    versions.objects.update(served_at=models.F("created_at"))


class Migration(migrations.Migration):
    dependencies = [("deployments", "0003_exports_limits_minutes_samples")]

    operations = [
        migrations.AddField(
            model_name="deploymentversion",
            name="served_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(served_since_made, migrations.RunPython.noop),
    ]
