from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "hatang.quality"
    label = "quality"
    verbose_name = "Chất lượng dịch vụ"

    def ready(self) -> None:
        """Let each round hear of silent beacons, put kept tests into the table, then work statistics out anew."""
        from hatang.quality.services import beacons, kept_test_rounds  # noqa: F401
        from hatang.quality.services.statistics import refresh_statistics
        from hatang.work.services import each_round

        each_round(refresh_statistics)
