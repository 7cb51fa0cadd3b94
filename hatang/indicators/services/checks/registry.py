"""The registry of named checks: each a rule that a form chooses, with settings and words on what to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError

from hatang.core.vietnamese import number
from hatang.indicators.models import FormItem

if TYPE_CHECKING:
    from hatang.indicators.services.checks.facts import Facts

Kind = FormItem.Kind
FIGURES = (Kind.INDICATOR, Kind.NUMBER)


@dataclass(frozen=True)
class Setting:
    """A setting of a rule: how it is called, what holds where the composer says nothing, and what it may be.

    A number lies between `least` and `most`; with `choices` (code, label) it is one of those codes.
    """

    name: str
    label: str
    default: float | str | None = None
    least: float = 0
    most: float = 1e12
    choices: Callable[[], list[tuple[str, str]]] | None = None
    note: str = ""

    @property
    def must_be_chosen(self) -> bool:
        """Whether a rule means nothing until one is chosen of a list."""
        return self.choices is not None and self.default is None

    def read(self, given: Any) -> float | str | None:
        """Read what a composer typed; raise ValidationError saying what would be right."""
        if given in (None, ""):
            if self.must_be_chosen:
                raise ValidationError(f"{self.label[:1].upper()}{self.label[1:]}: chọn một trong danh sách.")
            return self.default
        if self.choices is not None:
            if given not in dict(self.choices()):
                raise ValidationError(f"{self.label}: “{given}” không có trong danh sách.")
            return str(given)
        if isinstance(given, bool) or not isinstance(given, int | float) or not self.least <= given <= self.most:
            raise ValidationError(f"{self.label}: phải là số từ {number(self.least)} đến {number(self.most)}.")
        return float(given)


@dataclass(frozen=True)
class Found:
    """What a rule found: in which return, at which item and place, in words; `tail` tells like findings apart."""

    return_id: UUID | None
    message: str
    code: str = ""
    place_id: int | None = None
    tail: str = ""


@dataclass(frozen=True)
class Ask:
    """A rule as a form asks for it: on which items, with which settings, blocking or not."""

    rule: Rule
    items: tuple[str, ...]
    settings: Mapping[str, Any]
    hard: bool
    message: str = ""

    def number(self, name: str) -> float:
        """Give a setting that is a number."""
        return float(self.settings[name])


Find = Callable[["Facts", Ask], Iterable[Found]]
SettingsFault = Callable[[Mapping[str, Any]], str]
"""Says why settings, each right by itself, are nothing together; empty where they are right."""


def no_fault(settings: Mapping[str, Any]) -> str:
    """Find nothing wrong with any settings."""
    return ""


@dataclass(frozen=True)
class Rule:
    """A named check. `finds` says to who composes a form what it notices, `look` to who fills it what to look at.

    `least_items` items are named in order where the order has a meaning.

    `always` rules are asked of every return; the others where a form asks for them.
    """

    name: str
    label: str
    finds: str
    look: str
    find: Find
    family: str
    settings: tuple[Setting, ...] = ()
    kinds: tuple[str, ...] = FIGURES
    always: bool = False
    hard: bool = False
    least_items: int = 0
    settings_fault: SettingsFault = no_fault

    def applies_to(self, item: FormItem) -> bool:
        """Whether an item is of a kind that the rule reads."""
        return item.kind in self.kinds and not (self.kinds == FIGURES and item.is_counted)

    def read_settings(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Read a composer's settings; raise ValidationError naming those that are unknown or cannot be."""
        known = {setting.name: setting for setting in self.settings}
        strange = sorted(set(given) - set(known))
        if strange:
            raise ValidationError(f"Luật “{self.label}” không có tham số {', '.join(strange)}.")
        return {name: setting.read(given.get(name)) for name, setting in known.items()}


RULES: dict[str, Rule] = {}


def rule(
    label: str,
    *,
    finds: str,
    look: str,
    settings: Iterable[Setting] = (),
    kinds: tuple[str, ...] = FIGURES,
    always: bool = False,
    hard: bool = False,
    least_items: int = 0,
    settings_fault: SettingsFault = no_fault,
) -> Callable[[Find], Find]:
    """Enter a function into the registry under its own name; its module is its family."""

    def enter(find: Find) -> Find:
        name, family = find.__name__, find.__module__.rpartition(".")[2]
        facts = (name, label, finds, look, find, family, tuple(settings), kinds, always, hard, least_items)
        RULES[name] = Rule(*facts, settings_fault=settings_fault)
        return find

    return enter


def require_check(
    rule_name: str, items: Iterable[str], settings: Mapping[str, Any], among: Mapping[str, FormItem]
) -> None:
    """Refuse a form's check that cannot be asked: an unknown rule or setting, an item that it does not read."""
    known = RULES.get(rule_name)
    if known is None or known.always:
        raise ValidationError(f"Không có luật kiểm tra “{rule_name}” để chọn.")
    fault = known.settings_fault(known.read_settings(settings))
    if fault:
        raise ValidationError(f"Luật “{known.label}”: {fault}")
    codes = list(items)
    missing = [code for code in codes if code not in among]
    if missing:
        raise ValidationError(f"Biểu không có dòng {', '.join(missing)}.")
    unread = [among[code].label for code in codes if not known.applies_to(among[code])]
    if unread:
        raise ValidationError(f"Luật “{known.label}” không đọc được dòng: {'; '.join(unread)}.")
    if len(codes) < known.least_items:
        raise ValidationError(f"Luật “{known.label}” cần ít nhất {known.least_items} dòng, theo thứ tự.")
