from django.apps import AppConfig


class CoverageConfig(AppConfig):
    name = "hatang.coverage"
    label = "coverage"
    verbose_name = "Vùng phủ sóng"

    def ready(self) -> None:
        """Let the worker know what the clocks of challenges are about, and what each round does for evidence."""
        from hatang.coverage.services.evidence import rounds  # noqa: F401
