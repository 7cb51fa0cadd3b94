from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "hatang.accounts"
    label = "accounts"
    verbose_name = "Người dùng"
