"""Where the files made of a version's content lie until the version is withdrawn; they can be made again."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from hatang.opendata.models import DatasetVersion

FOLDER = "du-lieu-mo"


def folder_of(version: DatasetVersion) -> Path:
    """Give the folder of a version's files."""
    return Path(settings.DATA) / FOLDER / f"{version.pk}-{version.sha256[:16]}"
