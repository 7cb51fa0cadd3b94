from django.apps import AppConfig


class UtilitiesConfig(AppConfig):
    name = "hatang.utilities"
    label = "utilities"
    verbose_name = "Tiện ích số"
