from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "hatang.pages"
    label = "pages"
    verbose_name = "Trang"
