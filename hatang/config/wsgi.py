"""The application that the web server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hatang.config.settings")
application = get_wsgi_application()

from hatang.config.warming import warm  # noqa: E402 - it needs the application's settings

warm()
