from django.apps import AppConfig


class TesseraConfig(AppConfig):
    name = "tessera"

    def ready(self) -> None:
        # Every thread that sends work must find this Celery application, not a bare one.
        from tessera.celery import app

        app.set_default()
