"""The one reader of typed answers, for the page, the workbook and the API: words in, the contents of a cell out.

What is typed in a cell is one text. A ratio is its two numbers parted by a stroke (`120 / 1.500`), or the first alone
where the system knows the second; what the system counts is answered `xác nhận` or `không đồng ý: lý do`.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Count, Sum
from django.utils import timezone

from hatang.core.vietnamese import number, search_key, within_words
from hatang.indicators.forms import NumberField
from hatang.indicators.forms.figures import MOST_DECIMALS, NUMBER, WholeNumberField
from hatang.indicators.models import FormItem, ReturnCell
from hatang.places.models import Place
from hatang.places.services import communes_of

NONE_WORDS = {"khong co", "khong", "ko co", "ko", "k co", "n a", "na", "khong phat sinh", "khong ap dung"}
"""Said of things that a place has not got: not the same as nothing typed, nor as a figure that is not known."""
NONE_SIGNS = {"-", "--"}
NONE_TYPED = "không có"
UNKNOWN_WORDS = {"chua co", "chua co so lieu", "khong co so lieu", "chua thong ke", "chua ro", "khong ro", "chua biet"}
UNKNOWN_SIGNS = {"...", "?", "??"}
YES = {"co", "roi", "da co", "yes", "dung", "1", "x", "true", "dat"}
NO = {"khong", "chua", "chua co", "khong co", "no", "sai", "0", "false", "khong dat", "chua dat"}
CONFIRM = {"xac nhan", "dung", "dong y", "ok"}
DISPUTE = ("khong dong y", "sai", "chua dung", "khong dung")
CONFIRM_TYPED, DISPUTE_TYPED = "xác nhận", "không đồng ý"
INSIDE = re.compile(r"-?\d[\d.,]*")
THOUSANDS = {"nghin": 1_000, "ngan": 1_000, "k": 1_000, "trieu": 1_000_000, "tr": 1_000_000}
MOST_TEXT = 5_000
MOST_REASON = 500
MOST_SHORT = MOST_REASON + 100
OF_PLACE = {
    FormItem.Denominator.POPULATION: "dân số",
    FormItem.Denominator.HOUSEHOLDS: "số hộ",
    FormItem.Denominator.VILLAGES: "số thôn",
}


@dataclass(frozen=True)
class Answer:
    """What a cell is to hold. `note` is the reason of a dispute; with None the cell's own note stays as it is."""

    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None
    text: str = ""
    none_here: bool = False
    answer: str = ReturnCell.Answer.NONE
    note: str | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing was answered."""
        return self == EMPTY

    def fields(self) -> dict[str, Any]:
        """Give the fields of a ReturnCell that the answer sets."""
        told = {name: getattr(self, name) for name in ANSWERED}
        return told if self.note is None else told | {"note": self.note}


EMPTY = Answer()
ANSWERED = ("numerator", "denominator", "value", "text", "none_here", "answer")


Answered = Answer | ReturnCell


def read_answer(item: FormItem, place: Place, typed: str) -> Answer:
    """Read what was typed in the cell of an item at a place; raise ValidationError that says what would be right.

    Nothing typed empties the cell. A ratio of which only one number is typed is read too: `lacking` says what it wants.
    """
    text = storable(typed)
    if not text:
        return EMPTY
    most = MOST_TEXT if item.kind == FormItem.Kind.TEXT else MOST_SHORT
    if len(text) > most:
        raise ValidationError(f"Dài {number(len(text))} ký tự; ô này nhiều nhất {number(most)}.")
    if item.is_counted:
        return read_opinion(text)
    if item.kind == FormItem.Kind.YES_NO or (item.unit and item.unit.code == "yes_no"):
        return read_yes_no(text)
    if item.kind == FormItem.Kind.CHOICE:
        return read_choice(item, text)
    if says_none(text):
        return Answer(none_here=True)
    if item.kind == FormItem.Kind.TEXT:
        return Answer(text=text)
    return read_ratio(item, place, text) if item.is_ratio else read_value(item, text)


def storable(typed: str) -> str:
    """Give what was typed without blanks around it, nor signs that a database does not keep."""
    kept = typed.replace("\xa0", " ").replace("\x00", "").encode("utf-8", "ignore").decode()
    return unicodedata.normalize("NFC", kept).strip()


def says_none(text: str) -> bool:
    """Whether the words say that a place has none of what is asked."""
    return search_key(text) in NONE_WORDS or text.replace("–", "-").replace("—", "-") in NONE_SIGNS


def read_opinion(text: str) -> Answer:
    """Read whether what the system counted is confirmed, or disputed with which reason."""
    words, _, reason = (part.strip() for part in text.partition(":"))
    key = search_key(words)
    if key in CONFIRM:
        return Answer(answer=ReturnCell.Answer.CONFIRMED)
    if key not in DISPUTE:
        raise ValidationError(
            f"“{text}”: dòng này hệ thống đã đếm, không cần ghi lại; ghi “xác nhận” hoặc “không đồng ý: lý do”."
        )
    if not reason:
        raise ValidationError("Không đồng ý thì nêu lý do: “không đồng ý: trạm LS-012 đã ngừng phát”.")
    if len(reason) > MOST_REASON:
        raise ValidationError(f"Lý do dài {number(len(reason))} ký tự; nhiều nhất {number(MOST_REASON)}.")
    return Answer(answer=ReturnCell.Answer.DISPUTED, note=reason)


def read_yes_no(text: str) -> Answer:
    """Read có or chưa."""
    key = search_key(text)
    if key in YES or key in NO:
        return Answer(value=float(key in YES))
    raise ValidationError(f"“{text}”: ghi “có” hoặc “chưa”.")


def read_choice(item: FormItem, text: str) -> Answer:
    """Read one of an item's options, in any case and without accents."""
    keys = {search_key(option): option for option in item.options}
    if search_key(text) not in keys and says_none(text):
        return Answer(none_here=True)
    if search_key(text) not in keys:
        raise ValidationError(f"“{text}” không có trong các lựa chọn: {'; '.join(item.options)}.")
    return Answer(text=keys[search_key(text)])


def read_value(item: FormItem, text: str) -> Answer:
    """Read a number that stands by itself, within what its unit can be."""
    unit = item.unit
    if "/" in text:
        raise ValidationError(f"“{text}”: dòng này chỉ ghi một số, không ghi tỷ số.")
    if unit and unit.code == "percent":
        text = text.removesuffix("%").rstrip()
    value = read_number(text, whole=unit is not None and unit.code == "count")
    if unit and value is not None:
        unit.check(value)
    return Answer(value=value)


def read_ratio(item: FormItem, place: Place, text: str) -> Answer:
    """Read a ratio's numbers; the second is the place's own where the item says so."""
    if text.endswith("%"):
        raise ValidationError(f"“{text}”: không ghi tỷ lệ; ghi {words_of(item)}, hệ thống tự chia.")
    if any(says_none(part.strip()) for part in (text.rpartition("/")[0], text.partition("/")[2])):
        raise ValidationError(
            f"“{text}”: không có ai, không có gì thì ghi 0 ở số thứ nhất; cả dòng không có ở đây thì ghi “không có” ở "
            "số thứ nhất và xoá số thứ hai."
        )
    parts = [part.strip() for part in text.split("/")]
    if len(parts) > (1 if item.denominator_from else 2):
        raise ValidationError(f"“{text}”: ghi {words_of(item)}.")
    numerator = read_number(parts[0], whole=True)
    denominator = read_number(parts[1], whole=True) if len(parts) > 1 else None
    if item.denominator_from:
        denominator = denominator_at(item, place)
    return Answer(numerator, denominator, ratio_of(item, numerator, denominator))


def words_of(item: FormItem) -> str:
    """Say what is typed for a ratio."""
    numerator = within_words((item.indicator and item.indicator.numerator_text) or "tử số")
    if item.denominator_from:
        return f"một số duy nhất: {numerator}"
    denominator = within_words((item.indicator and item.indicator.denominator_text) or "mẫu số")
    return f"{numerator} / {denominator}, ví dụ 120 / 1.500"


def ratio_of(item: FormItem, numerator: float | None, denominator: float | None) -> float | None:
    """Divide, and ask that the figure can be: nothing to divide by is right only where nothing is counted."""
    if numerator is None or denominator is None:
        return None
    if not denominator:
        if numerator:
            raise ValidationError(f"Tử số là {number(numerator)} mà mẫu số là 0: xem lại mẫu số.")
        return None
    assert item.unit is not None
    value = item.unit.ratio(numerator, denominator)
    if value is not None and item.unit.code == "percent" and value > 100:
        raise ValidationError(
            f"{number(numerator)} trên {number(denominator)} là {number(value, 1)} %: tỷ lệ nhiều nhất 100 %, "
            "nên tử số không lớn hơn mẫu số."
        )
    if value is not None:
        item.unit.check(value)
    return value


def read_number(text: str, *, whole: bool) -> float | None:
    """Read a number, or say what is in its way: words beside it, a figure not known, signs of another country."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain in UNKNOWN_SIGNS or search_key(plain) in UNKNOWN_WORDS:
        raise ValidationError(
            f"“{text}”: có mà chưa biết bao nhiêu thì để trống ô và ghi chú; không có thì ghi “{NONE_TYPED}”."
        )
    inside = INSIDE.findall(plain)
    if len(inside) == 1 and any(c.isalpha() for c in plain) and NUMBER.fullmatch(inside[0].rstrip(".,")):
        raise ValidationError(f"“{text}” có chữ lẫn với số; chỉ ghi số: {meant(plain, inside[0].rstrip('.,'))}.")
    field = WholeNumberField(required=False) if whole else NumberField(required=False)
    return field.to_python(plain)


def meant(text: str, inside: str) -> str:
    """Write the number that words beside another one make of it: 3 nghìn is 3.000.

    >>> meant("khoảng 3 nghìn hộ", "3"), meant("1,5 triệu", "1,5"), meant("12 hộ", "12")
    ('3.000', '1.500.000', '12')
    """
    words = search_key(text).split()
    times = next((THOUSANDS[word] for word in words if word in THOUSANDS), None)
    said = NumberField().to_python(inside)
    return inside if times is None or said is None else number(round(said * times, MOST_DECIMALS), 0)


class Villages(NamedTuple):
    """What the villages of a place make together; a total only where it is known of every one of them."""

    how_many: int
    population: float | None
    households: float | None


NO_VILLAGES = Villages(0, None, None)


def denominator_at(item: FormItem, place: Place) -> float | None:
    """Give the number of a place that the item divides by; None where the system does not hold it.

    Where people or households of the place itself are not held, those of all its villages are; of a province those of
    all its communes: villages that are registered in some communes only would make far too few people.
    """
    if not item.denominator_from:
        return None
    field = DENOMINATOR_FIELDS.get(FormItem.Denominator(item.denominator_from))
    if field and (getattr(place, field) or place.kind == Place.Kind.PROVINCE):
        return getattr(place, field) or total_within(place, field)
    villages: Villages | None = getattr(place, "villages_told", None) or villages_by_place([place.pk]).get(place.pk)
    if field:
        return getattr(villages, field) if villages else None
    return (villages.how_many or None) if villages else None


DENOMINATOR_FIELDS = {
    FormItem.Denominator.POPULATION: "population",
    FormItem.Denominator.HOUSEHOLDS: "households",
}


def total_within(province: Place, field: str) -> float | None:
    """Add up people or households of a province's communes of today, where every one is known; asked once a place."""
    told: dict[str, float | None] | None = getattr(province, "communes_told", None)
    if told is None:
        communes = list(communes_of(province, timezone.localdate()))
        villages = villages_by_place(commune.pk for commune in communes)
        told = {name: total_of(communes, villages, name) for name in DENOMINATOR_FIELDS.values()}
        province.communes_told = told  # type: ignore[attr-defined]
    return told[field]


def total_of(communes: Iterable[Place], villages: Mapping[int, Villages], field: str) -> float | None:
    """Add up one number of communes: its own, otherwise its villages' together."""
    known = [getattr(one, field) or getattr(villages.get(one.pk, NO_VILLAGES), field) for one in communes]
    return sum(known) if known and None not in known else None


def villages_by_place(places: Iterable[int]) -> dict[int, Villages]:
    """Count the villages of communes and of provinces, their people and households, in two queries."""
    keys = list(places)
    told: dict[int, Villages] = {}
    fields = list(DENOMINATOR_FIELDS.values())
    sums = {f"all_{name}": Sum(name) for name in fields} | {f"known_{name}": Count(name) for name in fields}
    for field in ("parent", "province"):
        rows = Place.objects.villages().filter(**{f"{field}__in": keys}).order_by()
        for row in rows.values(field).annotate(count=Count("pk"), **sums):
            whole = [row[f"all_{name}"] if row[f"known_{name}"] == row["count"] else None for name in fields]
            told[row[field]] = Villages(row["count"], *whole)
    return told


def with_denominators(places: Iterable[Place]) -> list[Place]:
    """Give places that know what their villages make, so that reading a whole return asks no more."""
    told = list(places)
    villages = villages_by_place(place.pk for place in told)
    for place in told:
        place.villages_told = villages.get(place.pk, NO_VILLAGES)  # type: ignore[attr-defined]
    return told


def residents_of(communes: Iterable[Place]) -> dict[int, float | None]:
    """Give how many people live in each commune: its own number, otherwise its villages' together; None: not held."""
    rows = list(communes)
    told = {place.pk: getattr(place, "villages_told", None) for place in rows}
    told |= villages_by_place(pk for pk, villages in told.items() if villages is None)
    return {place.pk: place.population or (told[place.pk] or NO_VILLAGES).population for place in rows}


def lacking(item: FormItem, place: Place, cell: Answered | None) -> str:
    """Say what a cell still wants before it can be sent; nothing where it is answered or need not be."""
    if cell is None or not (cell.none_here or cell.answer or cell.text or cell.value is not None):
        begun = cell is not None and (cell.numerator is not None or cell.denominator is not None)
        return half_answered(item, place, cell) if cell is not None and begun else "chưa trả lời" * item.required
    return ""


def half_answered(item: FormItem, place: Place, cell: Answered) -> str:
    """Say which number of a ratio is missing."""
    if cell.numerator is None:
        return "còn thiếu tử số"
    if cell.denominator is None and item.denominator_from:
        return f"hệ thống chưa có {OF_PLACE[FormItem.Denominator(item.denominator_from)]} của {place}; báo Sở bổ sung"
    return "còn thiếu mẫu số" if cell.denominator is None else ""


def typed_of(item: FormItem, cell: Answered | None) -> str:
    """Write a cell back as it may be typed: reading it gives the same answer."""
    if cell is None:
        return ""
    if cell.none_here:
        return NONE_TYPED
    if cell.answer:
        return CONFIRM_TYPED if cell.answer == ReturnCell.Answer.CONFIRMED else f"{DISPUTE_TYPED}: {cell.note or ''}"
    if item.kind == FormItem.Kind.YES_NO or (item.unit and item.unit.code == "yes_no"):
        return "" if cell.value is None else "có" if cell.value else "chưa"
    if not item.is_ratio:
        return str(cell.text) or as_typed(cell.value)
    return joined(as_typed(cell.numerator), "" if item.denominator_from else as_typed(cell.denominator))


def joined(numerator: str, denominator: str = "") -> str:
    """Put a ratio's two typed numbers into the one text that is read."""
    return f"{numerator.strip()} / {denominator.strip()}" if denominator.strip() else numerator.strip()


def parted(typed: str) -> tuple[str, str]:
    """Part a typed ratio into the texts of its two fields."""
    numerator, _, denominator = typed.partition("/")
    return numerator.strip(), denominator.strip()


def as_typed(given: object) -> str:
    """Write what a workbook's cell or a JSON value holds as a person would type it."""
    if given is None:
        return ""
    if isinstance(given, bool):
        return "có" if given else "chưa"
    if isinstance(given, int | float):
        if not math.isfinite(given):
            raise ValidationError("Ô chứa một số không tính được; ghi lại số.")
        return number(given, MOST_DECIMALS)
    return str(given)
