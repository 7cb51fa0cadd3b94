from django.apps import AppConfig


class CoverageConfig(AppConfig):
    name = "hatang.coverage"
    label = "coverage"
    verbose_name = "Vùng phủ sóng"
