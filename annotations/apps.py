from importlib import import_module

from django.apps import AppConfig


class AnnotationsConfig(AppConfig):
    name = "annotations"

    def ready(self) -> None:
        # Connects the receiver that lets files go with their project.
        import_module("annotations.services.cleanup")
        # What keeps count of shapes and assets.
        import_module("annotations.services.tallies")
        # And what carries shapes along when their assets move.
        import_module("annotations.services.moving")
        # Registers who takes uploads that are to be imported.
        import_module("annotations.services.imports")
