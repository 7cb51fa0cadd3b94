from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "hatang.exchange"
    label = "exchange"
    verbose_name = "Dịch vụ dữ liệu"

    def ready(self) -> None:
        """Have the worker's rounds send what waits and forget what is old."""
        from hatang.exchange.services import rounds  # noqa: F401
