"""Find what the cells of a file name: organisations, places, things and services, of the register and of the file.

An operator finds only what it may know of. What is hidden from it gets the words of what does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from hatang.accounts.models import Organisation
from hatang.core.vietnamese import day, search_key
from hatang.network.models import Cell, Mast, Station, Tenancy, Thing
from hatang.network.services.cleaning import Line
from hatang.network.services.layouts import Column, Layout
from hatang.network.services.reading import Book, Sheet
from hatang.network.services.register import CODE_FIRST, Register, code_in
from hatang.places.models import Place

if TYPE_CHECKING:
    from hatang.network.services.check import Draft

Key = tuple[Any, ...]
Fault = tuple[str, str | None]
Answer = tuple[Any, Fault | None]
OTHERS_WRITE = "Kiểm tra lại mã; nếu là của tổ chức khác, nhờ chủ sở hữu hoặc Sở ghi dùng chung trước."
ADD_IT = "Kiểm tra lại mã, hoặc ghi nó vào cùng tệp."


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing or station that a code may mean: whose it is, its technology, itself or what the file makes of it."""

    party: int
    technology: str
    target: Any


class References:
    """Resolves the references of a file; each question is asked of the register once for all rows."""

    def __init__(self, register: Register, drafts: dict[type[Model], dict[Key, Draft]]) -> None:
        self.register, self.drafts = register, drafts
        self.operator = register.operator
        self.codes: dict[type[Model], set[str]] = {}
        self.rows: dict[type[Model], dict[Key, Any]] = {}
        self.index: dict[type[Model], dict[str, list[Candidate]]] = {}
        self.memo: dict[tuple[Any, ...], Answer] = {}
        self.gone: dict[str, str] = {}
        self.finders: list[tuple[Column, Callable[[Line, Column, Any], Answer]]] = []
        self.owners: dict[str, set[int]] = {}
        self.merged: dict[Key, Mast] = {}

    # Before anything is resolved

    def expect(self, book: Book, lines: list[Line]) -> None:
        """Gather which codes of things and stations a file names, so that they are read together."""
        wanted: dict[int, list[tuple[str, type[Model]]]] = {}
        for sheet in book.sheets:
            wanted[id(sheet)] = [(c.key, m) for c in sheet.layout.columns if (m := coded(sheet.layout, c))]
        asked: set[str] = set()
        for line in lines:
            for key, model in wanted[id(line.sheet)]:
                if code := line.values.get(key):
                    self.codes.setdefault(model, set()).add(code)
            if (text := line.values.get("commune")) and (code := code_in(text)):
                asked.add(code)
        self.gone = self.register.became(asked)

    def load(self, model: type[Model]) -> None:
        """Read the rows of a model that the file names by code."""
        if model in self.rows:
            return
        codes = self.codes.get(model, set())
        found = self.register.stations(codes) if model is Station else self.register.things(model, codes)  # type: ignore[arg-type]
        self.rows[model] = {key_of(row): row for row in found}
        index = self.index.setdefault(model, {})
        for row in self.rows[model].values():
            if row.province_id == self.register.province.pk:
                index.setdefault(row.code, []).append(candidate(row))
        if model is Mast:
            self.load_merged(codes)

    def load_merged(self, codes: set[str]) -> None:
        """Let the former code of a mast that was merged into another mean that other."""
        for case in self.register.merged(codes):
            kept, former = case.kept, (case.other_owner_id, case.other_code)
            if former not in self.rows[Mast]:
                self.merged[former] = kept
                self.rows[Mast].setdefault(key_of(kept), kept)
                self.index[Mast].setdefault(case.other_code, []).append(Candidate(case.other_owner_id, "", kept))

    def open(self, sheet: Sheet, position: int, lines: list[Line]) -> None:
        """Choose how each referring column of a part is resolved."""
        layout = sheet.layout
        model = layout.parts[position].model
        if issubclass(model, Thing | Station):
            self.load(model)
        self.finders = []
        for column in layout.columns:
            target = layout.target(column) if column.part == position else None
            if target is not None and column.key in sheet.places:
                self.finders.append((column, self.finder(layout, column, target)))
                if issubclass(target, Thing | Station):
                    self.load(target)
        if layout.parts[position].gathers:
            self.note_owners(layout, lines)

    def note_owners(self, layout: Layout, lines: list[Line]) -> None:
        """Note which owners the lines name for a code, so that a line that names none means the only one."""
        owner, code = layout.named(0, "owner"), layout.named(0, "code")
        for line in lines:
            text = line.values.get(owner.key) if owner else None
            found = self.register.organisations.get(search_key(text)) if text else None
            if found and code and code.key in line.values:
                self.owners.setdefault(line.values[code.key], set()).add(found.pk)

    def finder(self, layout: Layout, column: Column, target: type[Model]) -> Callable[[Line, Column, Any], Answer]:
        """Give what finds the row that a cell of this column names."""
        if target is Organisation:
            of_station = layout.parts[column.part].model is Station
            return self.find_operator if of_station else self.find_organisation
        if target is Place:
            return self.find_commune if column.name == "commune" else self.find_zone
        return lambda line, col, text: self.find_coded(target, line, col, text)

    def resolve(self, line: Line, position: int) -> None:
        """Put the named rows in the place of their names."""
        for column, find in self.finders:
            text = line.values.get(column.key)
            if text is None:
                continue
            value, fault = find(line, column, text)
            if fault:
                line.fault(column.key, *fault)
            else:
                line.values[column.key] = value

    # Organisations and places

    def remembered(self, asked: tuple[Any, ...], find: Callable[[], Answer]) -> Answer:
        """Give the answer to a question that was asked before."""
        if asked not in self.memo:
            self.memo[asked] = find()
        return self.memo[asked]

    def organisation_named(self, text: str) -> Organisation | None:
        """Give the organisation of a name."""
        answer: Organisation | None
        answer, _ = self.remembered(
            ("organisation", text), lambda: (self.register.organisations.get(search_key(text)), None)
        )
        return answer

    def organisation(self, pk: int) -> Organisation | None:
        """Give the organisation of a key."""
        found: Organisation | None
        found, _ = self.remembered(
            ("pk", pk), lambda: (next((o for o in self.register.organisations.values() if o.pk == pk), None), None)
        )
        return found

    def find_organisation(self, line: Line, column: Column, text: str) -> Answer:
        """Find any organisation."""
        found = self.organisation_named(text)
        return (found, None) if found else (None, (f"Không có tổ chức “{text[:60]}”.", None))

    def find_operator(self, line: Line, column: Column, text: str) -> Answer:
        """Find whose station it is; an operator brings only its own."""
        found = self.organisation_named(text)
        if found is None or found.kind != Organisation.Kind.OPERATOR:
            right = f"Một trong: {self.register.operator_names}."
            return None, (f"Không có doanh nghiệp viễn thông “{text[:60]}”.", right)
        if self.operator and found != self.operator:
            name = self.operator.short_name or self.operator.name
            return None, ("Doanh nghiệp chỉ tải lên trạm của mình.", f"Viết {name}.")
        return found, None

    def find_commune(self, line: Line, column: Column, text: str) -> Answer:
        """Find a commune of the province by code or name."""
        found, _ = self.remembered(("commune", text), lambda: (self.register.commune(text), None))
        if found:
            return found, None
        code = code_in(text)
        wrong = self.gone.get(code.zfill(CODE_FIRST)) if code else None
        return None, (wrong or f"Không có xã, phường {'mã ' if code else ''}“{text[:40]}” trong tỉnh.", None)

    def find_zone(self, line: Line, column: Column, text: str) -> Answer:
        """Find a zone by name or code."""
        found = self.register.zones_by_name.get(search_key(text))
        return (found, None) if found else (None, (f"Không có khu, cụm “{text[:60]}” trong tỉnh.", None))

    # Things and stations by their code

    def find_coded(self, model: type[Model], line: Line, column: Column, code: str) -> Answer:
        """Find a thing or station by its code, and by whose it is and its technology where the row says so."""
        named, fault = self.hinted(line, column, model)
        if fault:
            return None, fault
        technology = str(line.values.get("station__technology", "")) if model is Station else ""
        prefer = self.own_party(line)
        asked = (model, code, named and named.pk, technology, prefer)
        return self.remembered(asked, lambda: self.chosen(model, code, named, technology, prefer))

    def hinted(self, line: Line, column: Column, model: type[Model]) -> tuple[Organisation | None, Fault | None]:
        """Give the organisation that the row names beside a code."""
        names = (f"{column.name}__operator", f"{column.name}__owner", "thing__owner")
        text = next((line.values[name] for name in names if name in line.values), None)
        if text is None:
            return None, None
        found = self.organisation_named(text)
        return (found, None) if found else (None, (f"Không có tổ chức “{text[:60]}”, nên không tìm được mã này.", None))

    def own_party(self, line: Line) -> int | None:
        """Give the organisation whose things a code means first: the row's, else the uploader."""
        own = line.values.get("owner") or line.values.get("operator")
        if isinstance(own, Organisation):
            return int(own.pk)
        return self.operator.pk if self.operator else None

    def chosen(
        self, model: type[Model], code: str, named: Organisation | None, technology: str, prefer: int | None
    ) -> Answer:
        """Choose among what a code may mean."""
        found = self.index.get(model, {}).get(code, [])
        found = [c for c in found if (named is None or c.party == named.pk) and technology in ("", c.technology)]
        own = [c for c in found if c.party == prefer]
        if len(found) > 1 and own:
            found = own
        if len(found) == 1:
            return found[0].target, None
        noun = str(model._meta.verbose_name)
        if not found:
            more = f" của {named.short_name or named.name}" if named else ""
            told = f"Không có {noun} mã “{code[:40]}”{' ' + technology if technology else ''}{more}."
            return None, (told, OTHERS_WRITE if self.operator else ADD_IT)
        if len({c.party for c in found}) > 1:
            names = ", ".join(sorted(self.register.organisation_names[c.party] for c in found))
            return None, (f"Mã “{code[:40]}” là của nhiều tổ chức: {names}.", "Ghi thêm cột chủ sở hữu.")
        kinds = ", ".join(sorted(c.technology for c in found))
        return None, (f"Trạm “{code[:40]}” có nhiều công nghệ: {kinds}.", "Ghi thêm cột công nghệ của trạm.")

    def settled(self, model: type[Model]) -> None:
        """Let later models find what the file makes of a model's rows in the place of what was held."""
        if model not in self.index:
            return
        index = self.index[model]
        for key, draft in self.drafts.get(model, {}).items():
            target = draft.instance if draft.instance is not None else draft
            code = key[1]
            technology = key[2] if model is Station else ""
            others = [c for c in index.get(code, []) if (c.party, c.technology) != (key[0], technology)]
            index[code] = [*others, Candidate(key[0], technology, target)]

    # Keys

    def keys(self, line: Line, position: int) -> Iterator[Key]:
        """Give the keys of the rows that a part of a line tells of; none where the line does not say them."""
        part = line.sheet.layout.parts[position]
        if part.model is Tenancy:
            yield from self.tenancy_keys(line)
        elif part.model is Cell:
            if {"station", "code"} <= line.values.keys():
                yield (token(line.values["station"]), line.values["code"])
        elif part.model is Station:
            yield from self.station_keys(line, position)
        else:
            yield from self.thing_keys(line, position)

    def thing_keys(self, line: Line, position: int) -> Iterator[Key]:
        """Give the key of a thing; a mast that was merged into another is that other, and is not told anew."""
        for key in list(self.own_keys(line, position)):
            kept = self.merged.get(key) if line.sheet.layout.parts[position].model is Mast else None
            if kept is None:
                yield key
            elif line.sheet.layout.parts[position].gathers:
                yield key_of(kept)
            else:
                line.fault(
                    "code", "Sở đã gộp cột này với một cột khác.", "Bỏ dòng này; trạm của cột vẫn ghi mã cũ được."
                )

    def own_keys(self, line: Line, position: int) -> Iterator[Key]:
        """Give owner and code of a thing; without an owner it is the uploader's, or the row's operator's."""
        layout = line.sheet.layout
        code, owner = (layout.named(position, name) for name in ("code", "owner"))
        said = line.values.get(code.key) if code else None
        if said is None or (owner and line.wrong(owner.key)):
            return
        party = line.values.get(owner.key) if owner else None
        if party is not None:
            yield (party.pk, said)
        elif layout.parts[position].gathers:
            yield from self.gathered_key(line, said)
        elif self.operator:
            yield (self.operator.pk, said)
        elif owner:
            line.fault(owner.key, "Ô trống.")

    def gathered_key(self, line: Line, code: str) -> Iterator[Key]:
        """Give the key of a thing whose line names no owner: the only one of that code, else the operator's own."""
        of_row = self.row_operator(line)
        ways = {c.party for c in self.index[line.sheet.layout.parts[0].model].get(code, [])} | self.owners.get(
            code, set()
        )
        prefer = self.operator.pk if self.operator else of_row
        if prefer is not None and (prefer in ways or not ways):
            self.owners.setdefault(code, set()).add(prefer)
            yield (prefer, code)
        elif len(ways) == 1:
            yield (next(iter(ways)), code)
        elif ways:
            key = line.sheet.layout.named(0, "code")
            names = ", ".join(sorted(self.register.organisation_names[pk] for pk in ways))
            line.fault(key.key if key else "code", f"Mã “{code}” là của nhiều tổ chức: {names}.", "Ghi thêm chủ cột.")

    def row_operator(self, line: Line) -> int | None:
        """Give the operator that a line names, whether or not it was looked up already."""
        column = line.sheet.layout.named(1, "operator")
        said = line.values.get(column.key) if column else None
        if isinstance(said, str):
            said = self.organisation_named(said)
        return said.pk if said else None

    def station_keys(self, line: Line, position: int) -> Iterator[Key]:
        """Give the keys of stations: operator, code, and each technology of the line."""
        layout = line.sheet.layout
        code, operator, technology = (layout.named(position, n) for n in ("code", "operator", "technology"))
        assert code and operator and technology
        party = line.values.get(operator.key) or self.operator
        if party is None and not line.wrong(operator.key):
            line.fault(operator.key, "Ô trống.", f"Một trong: {self.register.operator_names}.")
        said = line.values.get(technology.key)
        if party is None or line.wrong(operator.key) or said is None or code.key not in line.values:
            return
        for one in said if isinstance(said, tuple) else (said,):
            yield (party.pk, line.values[code.key], one)

    def tenancy_keys(self, line: Line) -> Iterator[Key]:
        """Give the key of a tenancy: its thing, tenant and first day."""
        links = [link for link in Tenancy.LINKS if link in line.values]
        if any(line.wrong(link) for link in Tenancy.LINKS):
            return
        if len(links) != 1:
            place = next((link for link in (*links, *Tenancy.LINKS) if link in line.sheet.places), "tenant")
            line.fault(place, "Chọn đúng một công trình.", "Ghi mã vào đúng một trong các cột công trình.")
        elif {"tenant", "since_on"} <= line.values.keys():
            thing = line.values[links[0]]
            yield (links[0], token(thing), line.values["tenant"].pk, line.values["since_on"])

    def hold(self, sheet: Sheet, position: int, lines: list[Line]) -> None:
        """Read the held cells or tenancies of what the lines name."""
        model = sheet.layout.parts[position].model
        if model is Cell:
            stations = {s.pk for line in lines if (s := line.values.get("station")) is not None and pk_of(s)}
            self.rows.setdefault(Cell, {}).update({(c.station_id, c.code): c for c in self.register.cells(stations)})
        elif model is Tenancy:
            rows = self.rows.setdefault(Tenancy, {})
            for link in Tenancy.LINKS:
                things = {t.pk for line in lines if (t := line.values.get(link)) is not None and pk_of(t)}
                for row in self.register.tenancies(link, things):
                    rows[(link, getattr(row, f"{link}_id"), row.tenant_id, row.since_on)] = row

    def held(self, model: type[Model], key: Key) -> Any:
        """Give the row that the register holds for a key."""
        return self.rows.get(model, {}).get(key)

    # Who may

    def authority_fault(self, draft: Draft) -> tuple[str, str, str] | None:
        """Say why the uploader may not write this row: at which column, what, and who may."""
        line, held = draft.lines[0], draft.held
        if held is not None and getattr(held, "province_id", self.register.province.pk) != self.register.province.pk:
            return self.elsewhere(draft)
        if self.operator is None:
            return None
        model = draft.part.model
        if model is Tenancy:
            return self.no_party(line, draft.key)
        if not issubclass(model, Thing) or draft.key[0] == self.operator.pk:
            return None
        if held is not None and held.operator_id == self.operator.pk:
            return None
        if held is not None and draft.part.gathers:
            draft.strange = True
            return None
        column = draft.layout.named(draft.position, "owner")
        key = column.key if column else "code"
        if held is not None:
            noun = str(model._meta.verbose_name)
            told = f"Doanh nghiệp chỉ dùng chung {noun} này."
            return key, told, "Chỉ chủ sở hữu, đơn vị quản lý hoặc Sở sửa được; bỏ dòng này."
        told = f"Không có {model._meta.verbose_name} mã “{draft.key[1][:40]}” của tổ chức này mà doanh nghiệp quản lý."
        return key, told, "Doanh nghiệp chỉ ghi mới công trình của mình; của tổ chức khác do chủ sở hữu hoặc Sở ghi."

    def elsewhere(self, draft: Draft) -> tuple[str, str, str]:
        """Say that a key is used in another province."""
        column = draft.layout.named(draft.position, "code")
        key = column.key if column else "code"
        if draft.part.model is Station:
            return key, f"Trạm {draft.key[1]} {draft.key[2]} đã có ở tỉnh khác.", "Kiểm tra lại mã trạm."
        return key, f"Mã {draft.part.noun.lower()} này đã dùng ở tỉnh khác.", "Kiểm tra lại mã."

    def no_party(self, line: Line, key: Key) -> tuple[str, str, str] | None:
        """Say that an operator writes a tenancy to which it is no party."""
        thing = line.values[key[0]]
        target = getattr(thing, "instance", thing)
        parties = {key[2], *(getattr(target, name, None) for name in ("owner_id", "operator_id"))}
        if target is None or (self.operator and self.operator.pk in parties):
            return None
        right = "Dùng chung giữa các tổ chức khác do chủ sở hữu, bên thuê hoặc Sở ghi; bỏ dòng này."
        return "tenant", "Doanh nghiệp không phải chủ sở hữu, cũng không phải bên thuê.", right

    # Names

    def name(self, draft: Draft) -> str:
        """Name a row as people do."""
        key, line = draft.key, draft.lines[0]
        if draft.part.model is Tenancy:
            thing = line.values.get(key[0])
            code = getattr(thing, "code", None) or (thing.key[1] if thing is not None else "")
            return f"{self.register.organisation_names.get(key[2], '')} thuê {code} từ {day(key[3])}"
        if draft.part.model is Cell:
            station = line.values.get("station")
            code = getattr(station, "code", None) or (station.key[1] if station is not None else "")
            return f"{code} {key[1]}"
        return f"{key[1]} {key[2]}" if draft.part.model is Station else str(key[1])

    def parties(self, model: type[Model], drafts: dict[Key, Draft]) -> set[int]:
        """Give the organisations whose rows a file brings."""
        if model is Cell:
            stations: list[Any] = [draft.lines[0].values.get("station") for draft in drafts.values()]
            return {s.operator_id for s in stations if hasattr(s, "operator_id")}
        return {key[0] for key in drafts}


def coded(layout: Layout, column: Column) -> type[Model] | None:
    """Give the model of things or stations whose codes stand in a column."""
    if column.helps:
        return None
    target = layout.target(column) or (layout.parts[column.part].model if column.name == "code" else None)
    return target if target is not None and issubclass(target, Thing | Station) else None


def key_of(row: Any) -> Key:
    """Give the key of a thing or station."""
    if isinstance(row, Station):
        return (row.operator_id, row.code, row.technology)
    return (row.owner_id, row.code)


def candidate(row: Any) -> Candidate:
    """Give a row as what a code may mean."""
    return Candidate(key_of(row)[0], row.technology if isinstance(row, Station) else "", row)


def pk_of(row: Any) -> int | None:
    """Give the key of a stored row; what the file makes new, or cannot make, has none."""
    return getattr(row, "pk", None)


def token(row: Any) -> Any:
    """Give what tells a row from others within a file, stored or not."""
    return pk_of(row) or ("new", id(row))
