from django.apps import AppConfig


class OpendataConfig(AppConfig):
    name = "hatang.opendata"
    label = "opendata"
    verbose_name = "Dữ liệu mở"

    def ready(self) -> None:
        """Let each round look whether what is public has changed."""
        from hatang.opendata.services.versions import refresh_catalogue
        from hatang.work.services import each_round

        each_round(refresh_catalogue)
