from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "hatang.indicators"
    label = "indicators"
    verbose_name = "Chỉ tiêu"

    def ready(self) -> None:
        """Let the worker know what the clocks of returns are about, and what each round does for periods."""
        from hatang.indicators.services.periods import reminding, rounds  # noqa: F401
