"""What is supposed: each change as data, and as a few characters of an address, so that a what-if is a link.

`cot-12` a mast is off; `dn-3` an operator; `cn-3G` or `cn-3G~3` a technology, of all or of one operator; `cap-7`,
`xa-5`, `dien-4` what hangs on a cable, lies in a commune, stands along a pole line, with `~12~13` the masts that stay
on; `o-88~az120~te4~tm2~h30~p46` a cell is turned, tilted, raised, strengthened; `them~…` a site is added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from enum import StrEnum

from hatang.network.models import Technology
from hatang.pages.lists import whole_number

MOST_CHANGES = 20
"""In one question; a link stays short enough to be sent."""
MOST_FIGURES = 12
MOST_AZIMUTHS = 6
PART = "~"
EVERY_SIDE = "o"
BAND_CHARACTERS = 8


class ChangeError(ValueError):
    """A change that cannot be read."""

    def __init__(self, text: str) -> None:
        super().__init__(f"Không hiểu thay đổi “{text[:60]}” trong địa chỉ trang: đã bỏ qua. Chọn lại ở phần dưới.")


class GroupKind(StrEnum):
    """What masts have in common that fail together."""

    CABLE = "cap"
    COMMUNE = "xa"
    POLE_LINE = "dien"


@dataclass(frozen=True)
class MastOff:
    """A mast's stations are off."""

    mast: int

    def __str__(self) -> str:
        return f"cot-{self.mast}"


@dataclass(frozen=True)
class OperatorOff:
    """All stations of an operator are off."""

    operator: int

    def __str__(self) -> str:
        return f"dn-{self.operator}"


@dataclass(frozen=True)
class TechnologyOff:
    """A technology is off, of every operator or of one."""

    technology: str
    operator: int | None = None

    def __str__(self) -> str:
        return f"cn-{self.technology}" + (f"{PART}{self.operator}" if self.operator else "")


@dataclass(frozen=True)
class GroupOff:
    """What hangs on one thing is off, except on the masts that the person says stay on."""

    kind: GroupKind
    key: int
    kept: tuple[int, ...] = ()

    def __str__(self) -> str:
        return PART.join([f"{self.kind}-{self.key}", *map(str, self.kept)])


@dataclass(frozen=True)
class CellAltered:
    """A cell is turned, tilted, raised or strengthened; None stays as it is."""

    cell: int
    azimuth_deg: float | None = None
    tilt_electrical_deg: float | None = None
    tilt_mechanical_deg: float | None = None
    height_m: float | None = None
    power_dbm: float | None = None

    def __str__(self) -> str:
        said = [f"{sign}{value:g}" for sign, name in SIGNS.items() if (value := getattr(self, name)) is not None]
        return PART.join([f"o-{self.cell}", *said])

    def alterations(self) -> dict[str, float]:
        """Give what becomes otherwise, by field."""
        given = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "cell"}
        return {name: value for name, value in given.items() if value is not None}


SIGNS = {
    "az": "azimuth_deg",
    "te": "tilt_electrical_deg",
    "tm": "tilt_mechanical_deg",
    "h": "height_m",
    "p": "power_dbm",
}


@dataclass(frozen=True)
class SiteAdded:
    """A site of one operator and technology; no azimuth means that it sends to all sides."""

    lon: float
    lat: float
    operator: int
    technology: str
    band: str
    bandwidth_mhz: float | None
    height_m: float
    power_dbm: float
    azimuths_deg: tuple[float, ...] = ()

    def __str__(self) -> str:
        wide = "" if self.bandwidth_mhz is None else f"{self.bandwidth_mhz:g}"
        sides = ".".join(f"{azimuth:.0f}" for azimuth in self.azimuths_deg) or EVERY_SIDE
        place = (f"{self.lon:.6f}", f"{self.lat:.6f}", str(self.operator), self.technology, self.band, wide)
        return PART.join(["them", *place, f"{self.height_m:g}", f"{self.power_dbm:g}", sides])


Change = MastOff | OperatorOff | TechnologyOff | GroupOff | CellAltered | SiteAdded


def read_changes(texts: Iterable[str]) -> tuple[list[Change], list[str]]:
    """Read the changes of an address, each once; beside them what could not be read, in words.

    >>> changes, wrong = read_changes(["cot-12", "cn-3G~4", "cap-7~12", "o-88~az120~te-2", "cot-x"])
    >>> [str(change) for change in changes]
    ['cot-12', 'cn-3G~4', 'cap-7~12', 'o-88~az120~te-2']
    >>> wrong
    ['Không hiểu thay đổi “cot-x” trong địa chỉ trang: đã bỏ qua. Chọn lại ở phần dưới.']
    """
    found: dict[str, Change] = {}
    wrong: list[str] = []
    for text in texts:
        try:
            change = read_change(text)
            found[str(change)] = change
        except ChangeError as error:
            wrong.append(str(error))
    if len(found) > MOST_CHANGES:
        wrong.append(f"Một lần hỏi tối đa {MOST_CHANGES} thay đổi; chỉ tính {MOST_CHANGES} thay đổi đầu.")
    return list(found.values())[:MOST_CHANGES], wrong


def read_change(text: str) -> Change:
    """Read one change. Raises ChangeError."""
    head, *rest = text.split(PART)
    sort, _, key = head.partition("-")
    try:
        return READERS[sort](key, rest)
    except (KeyError, ValueError, IndexError) as error:
        raise ChangeError(text) from error


def row_key(text: str) -> int:
    """Read the key of a row. Raises ValueError."""
    key = whole_number(text, MOST_FIGURES)
    if key is None:
        raise ValueError(text)
    return key


def figure(text: str) -> float:
    """Read a number as Python writes it, none that is endless. Raises ValueError."""
    value = float(text) if len(text) <= MOST_FIGURES else float("nan")
    if not abs(value) < 1e6:
        raise ValueError(text)
    return value


def technology_named(text: str) -> str:
    """Read a technology. Raises ValueError."""
    return str(Technology(text))


def group_reader(kind: GroupKind) -> Callable[[str, list[str]], GroupOff]:
    """Give what reads a group's key and the masts that stay on."""
    return lambda key, rest: GroupOff(kind, row_key(key), tuple(sorted({row_key(text) for text in rest})))


def alone(rest: list[str]) -> None:
    """Raise ValueError where something follows that has no meaning."""
    if rest:
        raise ValueError(rest[0])


def read_mast(key: str, rest: list[str]) -> MastOff:
    """Read a mast that is off."""
    alone(rest)
    return MastOff(row_key(key))


def read_operator(key: str, rest: list[str]) -> OperatorOff:
    """Read an operator that is off."""
    alone(rest)
    return OperatorOff(row_key(key))


def read_technology(key: str, rest: list[str]) -> TechnologyOff:
    """Read a technology that is off."""
    alone(rest[1:])
    return TechnologyOff(technology_named(key), row_key(rest[0]) if rest else None)


def read_cell(key: str, rest: list[str]) -> CellAltered:
    """Read what becomes of a cell; something must."""
    values: dict[str, float] = {}
    for text in rest:
        sign = next(sign for sign in ("az", "te", "tm", "h", "p", "") if text.startswith(sign))
        values[SIGNS[sign]] = figure(text.removeprefix(sign))
    if not values:
        raise ValueError(key)
    return CellAltered(row_key(key), **values)


def read_site(key: str, rest: list[str]) -> SiteAdded:
    """Read an added site."""
    alone(rest[9:])
    lon, lat, operator, technology, band, wide, height, power, sides = rest
    if len(band) > BAND_CHARACTERS or not band.isalnum() or not band.isascii():
        raise ValueError(band)
    azimuths = () if sides == EVERY_SIDE else tuple(figure(side) for side in sides.split("."))
    if len(azimuths) > MOST_AZIMUTHS:
        raise ValueError(sides)
    return SiteAdded(
        figure(lon), figure(lat), row_key(operator), technology_named(technology), band,
        figure(wide) if wide else None, figure(height), figure(power), azimuths,
    )  # fmt: skip


READERS: dict[str, Callable[[str, list[str]], Change]] = {
    "cot": read_mast,
    "dn": read_operator,
    "cn": read_technology,
    "o": read_cell,
    "them": read_site,
    **{kind.value: group_reader(kind) for kind in GroupKind},
}
