from django.apps import AppConfig


class DeploymentsConfig(AppConfig):
    name = "deployments"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Deployments"

    def ready(self) -> None:
        # Connects the receivers that let files go with their rows.
        from deployments.services import cleanup  # noqa: F401
