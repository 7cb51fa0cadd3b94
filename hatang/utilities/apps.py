from django.apps import AppConfig


class UtilitiesConfig(AppConfig):
    name = "hatang.utilities"
    label = "utilities"
    verbose_name = "Tiện ích số"

    def ready(self) -> None:
        """Let the worker know what the clocks of certificates are about, and checks what is warned of."""
        from hatang.utilities import checks  # noqa: F401
        from hatang.utilities.services import certificates  # noqa: F401
