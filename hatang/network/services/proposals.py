"""Planned masts and routes are entered one by one or as a list, checked at once, and kept with what was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.core.cells import TableError, as_text
from hatang.core.tables import read_table
from hatang.core.vietnamese import search_key
from hatang.network.forms import MastProposalForm, ProposalForm, RouteProposalForm
from hatang.network.models import Proposal
from hatang.network.services.proposal_check import Sight, check
from hatang.network.services.uploads import may_upload_for
from hatang.places.models import Place
from hatang.places.services.locating import locate

MOST_ROWS = 500
MOST_FAULTS = 20
COLUMNS = {
    "kind": "Loại công trình",
    "network": "Doanh nghiệp",
    "code": "Mã đề xuất",
    "lon": "Kinh độ",
    "lat": "Vĩ độ",
    "height_m": "Chiều cao, m",
    "path": "Tuyến",
    "commune": "Mã xã",
    "planned_on": "Dự kiến đưa vào sử dụng",
    "note": "Ghi chú",
}


def networks_for(author: Organisation | None, today: date) -> list[int]:
    """Give the operators for whose network may be proposed."""
    if author:
        return [author.pk]
    return list(Organisation.objects.operators().in_force(today).values_list("pk", flat=True))


@transaction.atomic
def propose(*, actor: Person, province: Place, drafts: Sequence[Proposal]) -> list[Proposal]:
    """Check proposals by today's rules and register, and keep them with what was found.

    An operator's are checked twice: by what it may see, and by everything for the department alone.
    """
    allowed, author = may_upload_for(actor, province)
    if not allowed or any(author and draft.network_id != author.pk for draft in drafts):
        raise PermissionDenied
    today = timezone.localdate()
    put_in_communes(drafts, province, today)
    everything = Sight(province, today)
    seen = Sight(province, today, actor) if author else everything
    for draft in drafts:
        full = check(draft, everything)
        own = check(draft, seen) if author else full
        draft.province, draft.author, draft.checked_on = province, author, today
        draft.verdict, draft.findings = own.verdict, own.kept()
        draft.simulated = draft.simulated or own.simulated
        draft.full_verdict, draft.full_findings = full.verdict, full.kept()
        draft.save()
    return list(drafts)


def put_in_communes(drafts: Iterable[Proposal], province: Place, on: date) -> None:
    """Give each mast without a commune the one in which its point lies, if boundaries tell."""
    lost = [draft for draft in drafts if draft.kind == Proposal.Kind.MAST and draft.commune_id is None]
    if lost:
        places = locate(np.array([(d.lon, d.lat) for d in lost]), on=on, province=province)
        for draft, place in zip(lost, places, strict=True):
            draft.commune = place.commune


def propose_list(*, actor: Person, province: Place, name: str, content: bytes) -> list[Proposal]:
    """Read a list of planned masts and routes, and check them all; with one wrong row nothing is kept.

    Raises ValidationError whose messages say row, column, what is wrong and what would be right.
    """
    allowed, author = may_upload_for(actor, province)
    if not allowed:
        raise PermissionDenied
    try:
        table = read_table(content, name, known=list(COLUMNS.values()), max_rows=MOST_ROWS)
    except TableError as error:
        raise ValidationError(str(error)) from error
    places = {search_key(heading): n for n, heading in enumerate(table.headings)}
    at = {key: places[search_key(heading)] for key, heading in COLUMNS.items() if search_key(heading) in places}
    if "code" not in at:
        raise ValidationError(f"Tệp thiếu cột “{COLUMNS['code']}”. Dùng các tiêu đề của tệp mẫu.")
    reader = RowReader(province, author)
    drafts, faults = [], []
    for row in table.rows:
        form = reader.form({key: row.cells[n] for key, n in at.items() if n < len(row.cells)})
        if form.is_valid():
            drafts.append(form.save(commit=False))
        faults += [f"Dòng {row.number}, {told}" for told in told_faults(form)]
    if faults:
        more = [f"… và {len(faults) - MOST_FAULTS} lỗi khác."] if len(faults) > MOST_FAULTS else []
        raise ValidationError(faults[:MOST_FAULTS] + more)
    if not drafts:
        raise ValidationError("Tệp không có dòng nào dưới hàng tiêu đề.")
    return propose(actor=actor, province=province, drafts=drafts)


def told_faults(form: ProposalForm) -> list[str]:
    """Say what is wrong in a row, by column."""
    named = form.errors.items()
    return [f"{COLUMNS.get(name, 'cả dòng')}: {error}" for name, errors in named for error in errors]


class RowReader:
    """Turns a row's cells into the form that a page would have sent."""

    def __init__(self, province: Place, author: Organisation | None) -> None:
        self.today = timezone.localdate()
        self.province, self.author = province, author
        self.networks = networks_for(author, self.today)
        communes = Place.objects.communes().filter(province=province).in_force(self.today)
        self.communes = {code: pk for code, pk in communes.values_list("code", "pk") if code}
        names = Organisation.objects.filter(pk__in=self.networks).values_list("pk", "name", "short_name")
        self.by_name = {search_key(word): pk for pk, *words in names for word in words if word}
        self.kinds = {search_key(word): value for value, word in Proposal.Kind.choices}

    def form(self, cells: dict[str, Any]) -> ProposalForm:
        """Give the bound form of a row; a kind that is not said is a mast."""
        kind = self.kinds.get(search_key(as_text(cells.get("kind"))), as_text(cells.get("kind")))
        kind = kind or Proposal.Kind.MAST
        commune = as_text(cells.get("commune"))
        network = self.author.pk if self.author else self.by_name.get(search_key(as_text(cells.get("network"))))
        found = {"kind": kind, "commune": self.communes.get(commune.zfill(5), commune), "network": network}
        data = {key: "" if value is None else value for key, value in (cells | found).items()}
        model = MastProposalForm if kind == Proposal.Kind.MAST else RouteProposalForm
        return model(data, province=self.province, today=self.today, networks=self.networks)
