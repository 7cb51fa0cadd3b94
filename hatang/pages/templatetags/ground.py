"""Where a map finds its ground."""

from __future__ import annotations

from django import template

from hatang.pages.ground import ground_url

register = template.Library()
register.simple_tag(ground_url, name="ground_url")
