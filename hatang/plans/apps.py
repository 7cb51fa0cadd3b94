from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "hatang.plans"
    label = "plans"
    verbose_name = "Kế hoạch"

    def ready(self) -> None:
        """Let the worker's rounds open what bodies owe, and know whom to remind of it."""
        from hatang.plans.services import obligations  # noqa: F401
