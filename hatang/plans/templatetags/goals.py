"""Where a page shows a target: the address that begins a scenario for it."""

from __future__ import annotations

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hatang.plans.goals import goal_address
from hatang.plans.models import Target
from hatang.plans.services.foresight import WORDS
from hatang.plans.states import FORESEEN_MET, FORESEEN_MISSED, FORESEEN_UNSURE, NOT_FORESEEN

register = template.Library()

FORESEEN = {
    FORESEEN_MET: ("on_track", "▲"),
    FORESEEN_UNSURE: ("at_risk", "!"),
    FORESEEN_MISSED: ("missed", "✕"),
    NOT_FORESEEN: ("not_measured", "?"),
}
"""How what is foreseen looks: as the state of a target that it speaks of, always with its own words."""


@register.simple_tag
def goal_url(target: Target) -> str:
    """Give the address that begins a scenario for a target; empty where no scenario answers it."""
    return goal_address(target, today=timezone.localdate())


@register.simple_tag
def foreseen_mark(state: str) -> SafeString:
    """Show what is foreseen of a target by colour, shape and word together."""
    look, shape = FORESEEN[state]
    return format_html(
        '<span class="state state--{}"><span class="state__shape" aria-hidden="true">{}</span> {}</span>',
        look,
        shape,
        WORDS[state],
    )
