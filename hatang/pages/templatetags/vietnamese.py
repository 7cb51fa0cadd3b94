"""Numbers, dates, states and marks in templates: one look for each, everywhere."""

from __future__ import annotations

from datetime import date

from django import template
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hatang.core import vietnamese
from hatang.core.plan_reader.section_words import section_in_words

register = template.Library()

STATES = {
    "met": ("✓", "đạt"),
    "on_track": ("▲", "đúng tiến độ"),
    "at_risk": ("!", "có nguy cơ"),
    "missed": ("✕", "không đạt"),
    "not_measured": ("?", "chưa đo được"),
    "not_due": ("○", "chưa đến hạn"),
}
HOW = {
    "counted": ("●", "đếm từ sổ đăng ký"),
    "measured": ("◆", "đo"),
    "predicted": ("◇", "dự đoán"),
    "reported": ("○", "báo cáo"),
}


@register.filter
def vn(value: float | str | None, decimals: int = 0) -> str:
    """Write a number as in Viet Nam; what is missing (an empty text in a template) is a dash."""
    return vietnamese.number(None if isinstance(value, str) else value, decimals)


@register.filter
def day(value: date | None) -> str:
    """Write a date as dd/mm/yyyy."""
    return vietnamese.day(value)


@register.filter
def section_words(section: str) -> str:
    """Write a place in a plan, kept as a path of labels, in words: mục III.1, gạch đầu dòng 4."""
    return section_in_words(section)


@register.simple_tag
def state_mark(state: str) -> SafeString:
    """Show a target's state by colour, shape and word together."""
    shape, word = STATES[state]
    return format_html(
        '<span class="state state--{}"><span class="state__shape" aria-hidden="true">{}</span> {}</span>',
        state,
        shape,
        word,
    )


@register.simple_tag
def how_mark(how: str, simulated: bool = False) -> SafeString:
    """Show how a figure came, with the simulated mark over it."""
    shape, word = HOW[how]
    mark = format_html('<span class="how how--{}"><span aria-hidden="true">{}</span> {}</span>', how, shape, word)
    return format_html("{} {}", mark, simulated_mark(simulated)) if simulated else mark


@register.simple_tag
def simulated_mark(simulated: bool = True) -> SafeString:
    """Show that what stands before it is simulated; nothing where it is not."""
    if not simulated:
        return SafeString("")
    return format_html(
        '<span class="sim" title="{}"><span aria-hidden="true">▒</span> mô phỏng</span>', "Dữ liệu mô phỏng"
    )


@register.simple_tag(takes_context=True)
def query(context: dict[str, object], **changes: object) -> str:
    """Give the present query string with some values changed (None removes one)."""
    request = context["request"]
    params: QueryDict = request.GET.copy()  # type: ignore[attr-defined]
    for key, value in changes.items():
        params.pop(key, None)
        if value is not None:
            params[key] = str(value)
    return f"?{params.urlencode()}"
