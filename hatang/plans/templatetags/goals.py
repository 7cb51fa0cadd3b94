"""Where a page shows a target: the address that begins a scenario for it."""

from __future__ import annotations

from django import template
from django.utils import timezone

from hatang.plans.goals import goal_address
from hatang.plans.models import Target

register = template.Library()


@register.simple_tag
def goal_url(target: Target) -> str:
    """Give the address that begins a scenario for a target; empty where no scenario answers it."""
    return goal_address(target, today=timezone.localdate())
