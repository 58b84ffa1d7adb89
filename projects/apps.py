from importlib import import_module

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "projects"

    def ready(self) -> None:
        import_module("projects.lookups")
        # Whoever cancels a job knows what becomes of its video.
        import_module("projects.tasks")
