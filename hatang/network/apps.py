from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "hatang.network"
    label = "network"
    verbose_name = "Hạ tầng mạng"

    def ready(self) -> None:
        """Let the worker know what clocks of sharing requests are about, and what each round does for them."""
        from hatang.network.services import request_rounds  # noqa: F401
