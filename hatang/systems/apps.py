from django.apps import AppConfig


class SystemsConfig(AppConfig):
    name = "hatang.systems"
    label = "systems"
    verbose_name = "Hệ thống, trung tâm dữ liệu, đường truyền"

    def ready(self) -> None:
        """Let the worker know what each round does for findings."""
        from hatang.systems.services import findings, link_loads, probes  # noqa: F401
