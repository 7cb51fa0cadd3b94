from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "hatang.web"
    label = "web"
    verbose_name = "Trang chính"
