from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Training"

    def ready(self) -> None:
        # Connects the receivers that let files go with their rows.
        from training.services import cleanup  # noqa: F401
