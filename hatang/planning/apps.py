from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "hatang.planning"
    label = "planning"
    verbose_name = "Lập phương án"
