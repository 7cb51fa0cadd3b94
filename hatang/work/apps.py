from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "hatang.work"
    label = "work"
    verbose_name = "Công việc"
