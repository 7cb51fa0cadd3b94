from django.apps import AppConfig


class SampleConfig(AppConfig):
    name = "hatang.sample"
    label = "sample"
    verbose_name = "Dữ liệu mẫu"
