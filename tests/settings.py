"""Settings for tests: a data directory of their own, jobs at once, fast hashes."""

import os
import tempfile

os.environ.setdefault("HATANG_DATA", tempfile.mkdtemp(prefix="hatang-test-"))

from hatang.config.settings import *  # noqa: F403
from hatang.config.settings import STORAGES as _STORAGES

TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = _STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
ALLOWED_HOSTS = ["*"]
