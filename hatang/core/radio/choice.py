"""Which model computes which cell: rules as data, each with its name and the reason of every row.

P.1812 reaches up to 6 GHz. Above it, and for small cells in the street, 3GPP TR 38.901 takes its place. What a small
cell is comes from 3GPP: the power of a Medium Range station (TS 38.104 §6.2.1) on an antenna as TR 38.901's street
canyon has it. No law says which model to take: a rule is a setting, and results name the rule and each cell's model.
"""

from __future__ import annotations

from dataclasses import dataclass

from hatang.core.radio import p1812, tr38901
from hatang.core.radio.errors import bounds
from hatang.core.radio.tr38901 import APPLIES, Scenario

MEDIUM_RANGE_DBM = 38.0
"""The greatest power of a Medium Range station (TS 38.104 Table 6.2.1-1)."""
STREET_M = 10.0
"""The antenna of a street canyon as TR 38.901 assumes it (Table 7.2-1)."""
ROOFS_M = 15.0
"""Below the roofs of towns, whose representative height this is (P.1812 Table 2): street canyon rather than mast."""
P1812_GHZ = (0.03, 6.0)
P1812_M = (1.0, 3000.0)
ANY_DBM = float("inf")

Range = tuple[float, float]


@dataclass(frozen=True)
class Model:
    """A model as results name it: P.1812 without a scenario, TR 38.901 in one.

    TR 38.901 knows no houses of a place. Where land cover is known, a profile over it decides on the line of sight;
    where it is not, houses may hide anything, and only `sight_over_bare_ground` lets the bare terrain decide.
    """

    name: str
    scenario: Scenario | None = None
    sight_over_bare_ground: bool = False


P1812 = Model(p1812.VERSION)
UMI, UMA, RMA = (Model(f"{tr38901.VERSION} {s}", s) for s in (Scenario.UMI, Scenario.UMA, Scenario.RMA))
RMA_IN_THE_OPEN = Model(RMA.name, Scenario.RMA, sight_over_bare_ground=True)


@dataclass(frozen=True)
class Choice:
    """A row of a rule: the model of cells within these frequencies and antenna heights, ends included, up to a power;
    and why.
    """

    model: Model
    frequency_ghz: Range
    height_m: Range
    at_most_dbm: float
    reason: str

    def takes(self, frequency_ghz: float, height_m: float, power_dbm: float) -> bool:
        """Tell whether the row is for such a cell."""
        at, high = self.frequency_ghz, self.height_m
        return at[0] <= frequency_ghz <= at[1] and high[0] <= height_m <= high[1] and power_dbm <= self.at_most_dbm

    def sentence(self) -> str:
        """Say the row in Vietnamese."""
        power = "" if self.at_most_dbm == ANY_DBM else f", công suất đến {self.at_most_dbm:g} dBm"
        where = f"{bounds(*self.frequency_ghz, 'GHz')}, ăng ten {bounds(*self.height_m, 'm')}{power}"
        return f"{self.model.name}: {where} ({self.reason})."


@dataclass(frozen=True)
class Rule:
    """Rows of which the first that takes a cell decides; `note` says what the rule is for and that no law sets it."""

    name: str
    note: str
    rows: tuple[Choice, ...]

    def model_of(self, frequency_ghz: float, height_m: float, power_dbm: float) -> Model | None:
        """Give the model of a cell: frequency in GHz, antenna above ground, power; None where no row takes it.

        >>> [USUAL.model_of(ghz, 30.0, 46.0).name for ghz in (3.5, 26.0)]
        ['ITU-R P.1812-8 (09/2025)', '3GPP TR 38.901 V18.0.0 UMa']
        >>> USUAL.model_of(3.5, 6.0, 33.0) == UMI, BY_P1812.model_of(26.0, 30.0, 46.0)
        (True, None)
        """
        return next((row.model for row in self.rows if row.takes(frequency_ghz, height_m, power_dbm)), None)

    def heights_at(self, frequency_ghz: float) -> Range | None:
        """Give the lowest and highest antenna that some row takes at a frequency; None where none takes any."""
        fitting = [r.height_m for r in self.rows if r.frequency_ghz[0] <= frequency_ghz <= r.frequency_ghz[1]]
        return (min(low for low, _ in fitting), max(high for _, high in fitting)) if fitting else None

    @property
    def frequencies_ghz(self) -> Range:
        """Give the lowest and highest frequency that some row takes."""
        return min(r.frequency_ghz[0] for r in self.rows), max(r.frequency_ghz[1] for r in self.rows)


def over(model: Model, heights_m: Range, reason: str) -> Choice:
    """Make the row of a model of TR 38.901 for what rows before it left, as high as its scenario and these allow."""
    assert model.scenario
    applies = APPLIES[model.scenario]
    high = max(heights_m[0], applies.base_height_m[0]), min(heights_m[1], applies.base_height_m[1])
    return Choice(model, applies.frequency_ghz, high, ANY_DBM, reason)


SMALL = Choice(
    UMI,
    APPLIES[Scenario.UMI].frequency_ghz,
    (APPLIES[Scenario.UMI].base_height_m[0], STREET_M),
    MEDIUM_RANGE_DBM,
    "ô nhỏ: công suất của trạm tầm trung theo TS 38.104, ăng ten thấp như phố của TR 38.901",
)
LOWER = Choice(P1812, P1812_GHZ, P1812_M, ANY_DBM, "khoảng tần số của P.1812")
BELOW_ROOFS = over(UMI, (0.0, ROOFS_M), "trên khoảng của P.1812, dưới mái nhà đô thị")
MASTS = over(UMA, (0.0, 1e3), "trên khoảng của P.1812, cột cao hơn mái nhà")
OPEN_MASTS = over(RMA_IN_THE_OPEN, (ROOFS_M, 1e3), "trên khoảng của P.1812, cột ở nơi thoáng do người dùng chọn")
NO_LAW = "Pháp luật không quy định mô hình; Sở chọn lại được."
USUAL = Rule(
    "usual",
    "Đến 6 GHz: P.1812 trên địa hình; ô nhỏ và trên 6 GHz: TR 38.901 (UMi dưới mái nhà, UMa cho cột). Không có lớp phủ "
    f"thì coi máy thu là bị che khuất, vì không biết nhà ở đâu. {NO_LAW}",
    (SMALL, LOWER, BELOW_ROOFS, MASTS),
)
RURAL = Rule(
    "rural",
    "Như usual, nhưng cột trên 6 GHz ở nông thôn thoáng: RMa đến 30 GHz, nhìn thẳng hay không do địa hình quyết định, "
    f"kể cả khi không có lớp phủ. {NO_LAW}",
    (SMALL, LOWER, BELOW_ROOFS, OPEN_MASTS, MASTS),
)
BY_P1812 = Rule("p1812", f"Mọi ô bằng P.1812; ô trên 6 GHz không tính được. {NO_LAW}", (LOWER,))
RULES = {rule.name: rule for rule in (USUAL, RURAL, BY_P1812)}
