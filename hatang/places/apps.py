from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "hatang.places"
    label = "places"
    verbose_name = "Địa bàn"
