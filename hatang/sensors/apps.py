from django.apps import AppConfig


class SensorsConfig(AppConfig):
    name = "hatang.sensors"
    label = "sensors"
    verbose_name = "Cảm biến và IoT"

    def ready(self) -> None:
        """Let the worker know what each round does for thresholds."""
        from hatang.sensors.services import watching  # noqa: F401
