from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "hatang.network"
    label = "network"
    verbose_name = "Hạ tầng mạng"
