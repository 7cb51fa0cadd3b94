from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "hatang.plans"
    label = "plans"
    verbose_name = "Kế hoạch"
