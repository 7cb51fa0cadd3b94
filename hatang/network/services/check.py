"""Check a station file as sets against the register: what it would add and change, and what is wrong in it."""

from __future__ import annotations

import copy
import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model
from openpyxl.utils import get_column_letter

from hatang.accounts.models import Organisation
from hatang.core.tables import Table, as_text
from hatang.core.vietnamese import day, number, search_key
from hatang.network.forms import dates_fault, position_fault
from hatang.network.models import Mast, Station
from hatang.network.services.columns import BY_KEY, COLUMNS, UploadRow, clean_rows, match_columns, unknown_headings
from hatang.network.services.register import Register, StationKey, missing_stations, read_register
from hatang.network.services.siting import fill_communes, locate_rows, put_in_zones, strayed
from hatang.pages.lists import SIMULATED_LINE
from hatang.places.models import Place

MAST_FACTS = {c.key: c.name for c in COLUMNS if c.model is Mast and c.key != "mast_code"}
FAULTS_KEPT = 5_000
LINES_KEPT = 200


@dataclass
class Outcome:
    """What a file would do to the register."""

    table: Table
    rows: list[UploadRow]
    places: dict[str, int]
    simulated: bool
    masts_added: list[Mast] = field(default_factory=list)
    masts_changed: list[Mast] = field(default_factory=list)
    stations_added: list[Station] = field(default_factory=list)
    stations_changed: list[Station] = field(default_factory=list)
    unchanged: int = 0
    missing: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    strayed: list[str] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        """Give what the preview shows and what a saving compares with."""
        faults = [fault for row in self.rows for fault in row.faults]
        return {
            "sheet": self.table.sheet,
            "rows": len(self.rows),
            "added": len(self.stations_added),
            "changed": len(self.stations_changed),
            "unchanged": self.unchanged,
            "missing": len(self.missing),
            "masts_added": len(self.masts_added),
            "masts_changed": len(self.masts_changed),
            "wrong": sum(1 for row in self.rows if row.faults),
            "faults": len(faults),
            "simulated": self.simulated,
            "ignored": unknown_headings(self.table),
            "errors": [self.error(row, i) for row in self.rows for i in range(len(row.faults))][:FAULTS_KEPT],
            "changes": self.changes[:LINES_KEPT],
            "strayed": len(self.strayed),
            "strayed_masts": self.strayed[:LINES_KEPT],
            "missing_codes": self.missing[:LINES_KEPT],
            "fingerprint": self.fingerprint(),
        }

    def error(self, row: UploadRow, position: int) -> dict[str, Any]:
        """Say where a fault is: sheet, row, column's letter and heading, what was written."""
        fault = row.faults[position]
        place = self.places.get(fault.key)
        written = row.written.get(fault.key)
        return {
            "sheet": self.table.sheet,
            "row": fault.row,
            "column": "" if place is None else get_column_letter(place + 1),
            "heading": BY_KEY[fault.key].heading,
            "value": day(written) if isinstance(written, date) else as_text(written)[:60],
            "wrong": fault.wrong,
            "right": fault.right,
        }

    def fingerprint(self) -> str:
        """Give a digest of everything that saving would do, to see whether the register moved meanwhile."""
        added = [f"{s.operator_id} {s.code} {s.technology}" for s in self.stations_added]
        masts = [m.code for m in self.masts_added]
        return hashlib.sha256("\n".join([*added, *masts, *self.changes, *self.missing]).encode()).hexdigest()


def check_table(table: Table, *, province: Place, operator: Organisation | None, today: date) -> Outcome:
    """Check a table: cells by their fields, then references, masts and stations as sets; changes nothing."""
    places = match_columns(table, operator_known=operator is not None)
    rows = clean_rows(table, places)
    simulated = any(search_key(SIMULATED_LINE) in search_key(title) for title in table.titles)
    outcome = Outcome(table, rows, places, simulated)
    register = read_register(rows, province=province, operator=operator, today=today)
    for row in rows:
        resolve_operator(row, register, operator)
        resolve_owner(row, register, operator)
        resolve_commune(row, register)
    sites = locate_rows(rows, province=province, on=today)
    fill_communes(rows, sites, register)
    masts = build_masts(outcome, register, operator)
    named = build_stations(outcome, register, masts)
    operators = {operator.pk} if operator else {key[0] for key in named}
    put_in_zones([*outcome.masts_added, *outcome.masts_changed], sites)
    outcome.strayed = strayed(rows, sites)
    outcome.missing = missing_stations(province, operators, named)
    return outcome


# References


def resolve_operator(row: UploadRow, register: Register, operator: Organisation | None) -> None:
    """Find whose station it is; an operator brings only its own."""
    name = row.values.get("operator", "")
    if not name and operator:
        row.values["operator"] = operator
        return
    found = register.organisations.get(search_key(name))
    if found is None or found.kind != Organisation.Kind.OPERATOR:
        names = sorted(o.short_name or o.name for o in set(register.organisations.values()) if o.kind == "operator")
        wrong = f"Không có doanh nghiệp viễn thông “{name[:60]}”." if name else "Ô trống."
        row.fault("operator", wrong, f"Một trong: {', '.join(names[:12])}.")
    elif operator and found != operator:
        row.fault(
            "operator", "Doanh nghiệp chỉ tải lên trạm của mình.", f"Viết {operator.short_name or operator.name}."
        )
    else:
        row.values["operator"] = found


def resolve_owner(row: UploadRow, register: Register, operator: Organisation | None) -> None:
    """Find who owns the mast; an operator declares only its own masts."""
    name = row.values.get("owner", "")
    if not name:
        return
    found = register.organisations.get(search_key(name))
    if found is None:
        row.fault("owner", f"Không có tổ chức “{name[:60]}”.", BY_KEY["owner"].right)
    elif operator and found != operator:
        row.fault("owner", "Doanh nghiệp chỉ ghi cột của mình.", "Cột của tổ chức khác do Sở ghi.")
    else:
        row.values["owner"] = found


def resolve_commune(row: UploadRow, register: Register) -> None:
    """Find the commune by its code; Excel drops the first zero of a code."""
    code = row.values.get("commune", "")
    if not code:
        return
    found = register.communes.get(code.zfill(5)) or register.communes.get(code)
    if found:
        row.values["commune"] = found
    else:
        wrong = register.gone.get(code.zfill(5)) or f"Không có xã, phường mã “{code[:20]}” trong tỉnh."
        row.fault("commune", wrong, BY_KEY["commune"].right)


# Masts


def build_masts(outcome: Outcome, register: Register, operator: Organisation | None) -> dict[str, Mast]:
    """Make or match each mast once, from all its rows together."""
    by_code: dict[str, list[UploadRow]] = {}
    for row in outcome.rows:
        if "mast_code" in row.values:
            by_code.setdefault(row.values["mast_code"], []).append(row)
    masts: dict[str, Mast] = {}
    for code, rows in by_code.items():
        facts = common_facts(rows)
        held = register.masts.get(code)
        mast = changed_mast(outcome, register, rows, held, facts, operator) if held else None
        if held is None:
            mast = new_mast(outcome, register, rows, code, facts)
        if mast:
            masts[code] = mast
    return masts


def common_facts(rows: list[UploadRow]) -> dict[str, tuple[Any, UploadRow]]:
    """Gather what the rows of one mast say of it; two that differ cannot both be right."""
    facts: dict[str, tuple[Any, UploadRow]] = {}
    for row in rows:
        for key in MAST_FACTS:
            value = row.values.get(key)
            if value is None:
                continue
            said, first = facts.setdefault(key, (value, row))
            if said != value:
                row.fault(key, f"Khác dòng {first.number} của cùng cột ({shown(said)}).", "Mỗi cột chỉ có một giá trị.")
    return facts


def new_mast(
    outcome: Outcome, register: Register, rows: list[UploadRow], code: str, facts: dict[str, tuple[Any, UploadRow]]
) -> Mast | None:
    """Make a mast that the register does not hold, if its rows say all that one needs."""
    if any(row.wrong_in(Mast) for row in rows):
        return None
    mast = Mast(code=code, province=register.province, simulated=outcome.simulated)
    for key, name in MAST_FACTS.items():
        if key in facts:
            setattr(mast, name, facts[key][0])
        elif key == "owner" and "operator" in rows[0].values:
            mast.owner = rows[0].values["operator"]
        elif BY_KEY[key].needed_when_new:
            rows[0].fault(key, f"Cột {code} chưa có trong sổ nên cần {BY_KEY[key].heading.lower()}.", BY_KEY[key].right)
    if rows[0].wrong_in(Mast) or not placed_well(mast, rows[0], register) or mast.owner_id is None:
        return None
    outcome.masts_added.append(mast)
    return mast


def changed_mast(
    outcome: Outcome,
    register: Register,
    rows: list[UploadRow],
    held: Mast,
    facts: dict[str, tuple[Any, UploadRow]],
    operator: Organisation | None,
) -> Mast | None:
    """Match a mast that the register holds and note what its owner, or the department, changes of it."""
    if fault := stranger_fault(register, held, operator):
        for row in rows:
            row.fault("mast_code", *fault)
        return None
    mast = copy.copy(held)
    differing = {key: pair for key, pair in facts.items() if differs(held, MAST_FACTS[key], pair[0])}
    if operator and held.owner_id != operator.pk:
        for key, (_, row) in differing.items():
            row.fault(key, "Chỉ chủ cột hoặc Sở được sửa thông tin của cột.", "Để trống ô này.")
        return mast
    before = {key: described(held, MAST_FACTS[key], register) for key in differing}
    for key, (value, _) in differing.items():
        setattr(mast, MAST_FACTS[key], value)
    if differing and not placed_well(mast, rows[0], register):
        return None
    remarked = bool(facts) and held.simulated != outcome.simulated
    if (differing or remarked) and not any(row.wrong_in(Mast) for row in rows):
        mast.simulated = outcome.simulated
        outcome.masts_changed.append(mast)
        news = [f"{BY_KEY[k].heading.lower()} {before[k]} → {shown(facts[k][0])}" for k in differing]
        outcome.changes.append(f"Cột {mast.code}: {'; '.join(news + remark(remarked, outcome.simulated))}")
    return mast


def stranger_fault(register: Register, held: Mast, operator: Organisation | None) -> tuple[str, str] | None:
    """Say why a file may not name this mast: it stands in another province, or an operator neither owns nor uses it."""
    if held.province_id != register.province.pk:
        return "Mã cột này đã dùng ở tỉnh khác.", "Kiểm tra lại mã cột."
    if operator and held.owner_id != operator.pk and held.pk not in register.used_masts:
        return "Mã cột này đã dùng cho cột của tổ chức khác.", "Dùng mã khác; nếu dùng chung cột, nhờ Sở ghi."
    return None


def placed_well(mast: Mast, row: UploadRow, register: Register) -> bool:
    """Check point and dates of a mast as its form does."""
    commune = mast._state.fields_cache.get("commune") or register.communes_by_id.get(mast.commune_id)
    far = position_fault(commune, mast.lon, mast.lat) if commune else ""
    if far:
        row.fault("lon", far, BY_KEY["lon"].right)
    late = dates_fault(mast.built_on, mast.dismantled_on)
    if late:
        row.fault("built_on", f"Cột tháo dỡ ngày {day(mast.dismantled_on)}. {late}", BY_KEY["built_on"].right)
    return not (far or late)


def differs(held: Model, name: str, value: Any) -> bool:
    """Tell whether a field holds something else than this value or referenced row."""
    now = getattr(held, held._meta.get_field(name).attname)  # type: ignore[union-attr]
    return bool(now != (value.pk if isinstance(value, Model) else value))


def described(held: Mast, name: str, register: Register) -> str:
    """Give what a field holds, in words, without asking the database."""
    field_ = held._meta.get_field(name)
    value = getattr(held, field_.attname)  # type: ignore[union-attr]
    known: dict[str, list[Any]] = {
        "commune": list(register.communes.values()),
        "owner": list(register.organisations.values()),
    }
    return shown(next((row for row in known.get(name, []) if row.pk == value), value))


def shown(value: Any) -> str:
    """Write a value for a person."""
    if isinstance(value, date):
        return day(value)
    return number(value, 6) if isinstance(value, float) else str("–" if value is None else value)


# Stations


def build_stations(outcome: Outcome, register: Register, masts: dict[str, Mast]) -> set[StationKey]:
    """Make or match each station; give the keys that the file names."""
    first: dict[StationKey, UploadRow] = {}
    for row in outcome.rows:
        values = row.values
        if not {"operator", "station_code", "technology"} <= values.keys():
            continue
        for technology in values["technology"]:
            key = (values["operator"].pk, values["station_code"], technology)
            if (other := first.setdefault(key, row)) is not row:
                row.fault("station_code", f"Trùng dòng {other.number}: {key[1]} {technology}.", "Mỗi trạm một dòng.")
                break
            note_station(outcome, row, key, register.stations.get(key), register, masts)
    return set(first)


def note_station(
    outcome: Outcome, row: UploadRow, key: StationKey, held: Any, register: Register, masts: dict[str, Mast]
) -> None:
    """Put one station among the added, changed or unchanged, unless its row is wrong."""
    if held and held.province_id != register.province.pk:
        row.fault("station_code", f"Trạm {key[1]} {key[2]} đã có ở tỉnh khác.", "Kiểm tra lại mã trạm.")
        return
    off_air_on = row.values.get("off_air_on")
    if "off_air_on" not in outcome.places and held:
        off_air_on = held.off_air_on
    if late := dates_fault(row.values.get("on_air_on"), off_air_on):
        row.fault("off_air_on", late, f"Sau {day(row.values['on_air_on'])}, hoặc để trống nếu còn phát.")
    mast = masts.get(row.values.get("mast_code", ""))
    if row.faults or mast is None:
        return
    facts = {"mast": mast, "on_air_on": row.values["on_air_on"], "off_air_on": off_air_on}
    if held is None:
        names = {"operator_id": key[0], "code": key[1], "technology": key[2]}
        outcome.stations_added.append(Station(**names, **facts, simulated=outcome.simulated))
    else:
        note_held_station(outcome, held, facts)


def note_held_station(outcome: Outcome, held: Station, facts: dict[str, Any]) -> None:
    """Compare a station that the register holds with what the file says."""
    differing = {name: value for name, value in facts.items() if differs(held, name, value)}
    remarked = held.simulated != outcome.simulated
    if not differing and not remarked:
        outcome.unchanged += 1
        return
    labels = {"mast": "sang cột", "on_air_on": "ngày phát sóng", "off_air_on": "ngày ngừng phát"}
    news = [f"{labels[name]} {was(held, name)}{shown(value)}" for name, value in differing.items()]
    outcome.changes.append(f"Trạm {held}: {'; '.join(news + remark(remarked, outcome.simulated))}")
    for name, value in differing.items():
        setattr(held, name, value)
    held.simulated = outcome.simulated
    outcome.stations_changed.append(held)


def was(held: Station, name: str) -> str:
    """Give the former day of a station, or nothing for its mast, whose code is not at hand."""
    return "" if name == "mast" else f"{shown(getattr(held, name))} → "


def remark(remarked: bool, simulated: bool) -> list[str]:
    """Say that the mark of simulated data comes or goes."""
    return ["thành dữ liệu mô phỏng" if simulated else "thành số liệu thật"] if remarked else []
