from django.apps import AppConfig


class UtilitiesConfig(AppConfig):
    name = "hatang.utilities"
    label = "utilities"
    verbose_name = "Tiện ích số"

    def ready(self) -> None:
        """Let the worker know what the clocks of certificates are about."""
        from hatang.utilities.services import certificates  # noqa: F401
