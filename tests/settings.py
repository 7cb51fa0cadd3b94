"""Settings for tests: a data directory of their own in each process, jobs at once, fast hashes."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("HATANG_DATA", tempfile.mkdtemp(prefix="hatang-test-"))
if _worker := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["HATANG_DATA"] = str(Path(os.environ["HATANG_DATA"]) / _worker)

from hatang.config.settings import *  # noqa: F403
from hatang.config.settings import DATABASE_URL as _DATABASE_URL
from hatang.config.settings import DATABASES as _DATABASES
from hatang.config.settings import INSTALLED_APPS as _INSTALLED_APPS
from hatang.config.settings import STORAGES as _STORAGES

INSTALLED_APPS = ["tests.migrated", *_INSTALLED_APPS]
if not _DATABASE_URL:
    _DATABASES["default"]["TEST"] = {"NAME": ":memory:"}
else:
    _DATABASES["default"]["TEST"] = {"TEMPLATE": os.environ.get("HATANG_TEST_TEMPLATE")}
    _DATABASES["default"]["OPTIONS"] = {"options": "-c statement_timeout=60s -c synchronous_commit=off -c jit=off"}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": []}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = _STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
ALLOWED_HOSTS = ["*"]
