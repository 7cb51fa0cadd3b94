"""Done before anybody waits: what the first request of each worker would otherwise load while people look on."""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse


def warm() -> int:
    """Load every page's code and parse every template of ours; give how many. The database is not asked.

    Half of the people who open their pages together right after a start would wait for it.
    """
    reverse("web:home")
    names = own_templates()
    for name in names:
        get_template(name)
    return len(names)


def own_templates() -> list[str]:
    """Name the templates of our own packages."""
    folders = [Path(app.path) / "templates" for app in apps.get_app_configs()]
    ours = [folder for folder in folders if folder.is_relative_to(settings.ROOT / "hatang")]
    return sorted(str(path.relative_to(folder)) for folder in ours for path in folder.rglob("*.html"))
