from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "hatang.network"
    label = "network"
    verbose_name = "Hạ tầng mạng"

    def ready(self) -> None:
        """Let the worker know what the clocks of requests and reports are about, and what each round does for them."""
        from hatang.network.services import report_answers, request_rounds, works  # noqa: F401
