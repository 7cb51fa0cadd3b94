"""An installation for one run of a benchmark: empty, on SQLite, in a folder that goes when the run ends."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

import django


def begin(settings: str = "hatang.config.settings") -> None:
    """Set Django up before any model is imported; a database that the environment names is left alone."""
    folder = tempfile.mkdtemp(prefix="hatang-benchmark-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["HATANG_DATA"] = folder
    os.environ.pop("HATANG_DATABASE_URL", None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings)
    django.setup()
