from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "hatang.indicators"
    label = "indicators"
    verbose_name = "Chỉ tiêu"
