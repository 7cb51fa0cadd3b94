"""Sharing requests: sent, moved step by step as the table of acts allows, and turned into a tenancy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q

from hatang.accounts.access import scopes_in
from hatang.accounts.models import Organisation, Person
from hatang.accounts.services.history import sign
from hatang.network.models import (
    Party,
    RequestDocument,
    RequestState,
    RequestStep,
    SharingRequest,
    Tenancy,
    Thing,
)
from hatang.network.request_acts import ACTS, IN_TIME, OVERDUE, SEND, STATES, Act
from hatang.network.services.request_clocks import is_reviewed, longest_extension, put_off, turn_clock
from hatang.network.services.request_notices import tell
from hatang.network.services.tenancies import enter
from hatang.places.models import Place
from hatang.work.models import Clock
from hatang.work.services import store_file, within_limit

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

CHANGE = "network.change_register"
MOST_AN_HOUR, HOUR = 40, 3600
"""How many requests a person may send or withdraw in an hour: each is told to the owner and the department."""
MOVED = "Đề nghị vừa chuyển sang “{}”. Tải lại trang để xem việc có thể làm."


@dataclass(frozen=True)
class Words:
    """What a step brings: its words, what was answered besides, its papers as (name, content)."""

    text: str = ""
    details: dict[str, str] = field(default_factory=dict)
    ground: str = ""
    days: int = 0
    papers: Iterable[tuple[str, bytes]] = ()
    tenancy: Tenancy | None = None


def parties_of(person: AbstractBaseUser | AnonymousUser, request: SharingRequest) -> set[Party]:
    """Tell as whom a person moves a request; the department also acts for owners who hold no account."""
    held = scopes_in(person, CHANGE, request.province_id)
    mine = {s.organisation_id for s in held}
    parties = {Party.OWNER} if request.owner_id in mine else set()
    if request.requester_id in mine:
        parties.add(Party.REQUESTER)
    if any(s.is_whole for s in held):
        parties |= {Party.DEPARTMENT} if request.owner_signs_in else {Party.DEPARTMENT, Party.OWNER}
    return parties


def acts_from(request: SharingRequest, parties: set[Party], *, at: datetime) -> list[Act]:
    """Give the acts that these parties may do on a request as it stands."""
    here = [row for row in ACTS if request.state in row.sources and row.who & parties]
    if any(row.reviewed is not None for row in here):
        reviewed = is_reviewed(request, at)
        here = [row for row in here if row.reviewed in (None, reviewed)]
    if any(row.while_running for row in here) and not may_be_put_off(request, at):
        here = [row for row in here if not row.while_running]
    return here


def may_be_put_off(request: SharingRequest, at: datetime) -> bool:
    """Tell whether the request's clock runs, is not over, and the province's rules let it be extended."""
    clock = request.running_clock
    return clock is not None and clock.due_at > at and longest_extension(request, at) is not None


def may_ask_for(person: AbstractBaseUser | AnonymousUser, thing: Thing) -> set[int]:
    """Give the keys of the operators for which a person may ask to use a thing: all of theirs but its owner."""
    held = scopes_in(person, CHANGE, thing.province_id)
    return {s.organisation_id for s in held if s.organisation_id} - {thing.owner_id, thing.operator_id}


def requesters_for(person: AbstractBaseUser | AnonymousUser, thing: Thing) -> list[Organisation]:
    """Give the operators for which a person may ask to use a thing."""
    return list(Organisation.objects.filter(pk__in=may_ask_for(person, thing)).order_by("sort_key"))


def within_hour(actor: Person) -> None:
    """Count one more request sent or withdrawn; raises ValidationError for more than a person does in earnest."""
    if not within_limit(action="sharing-request", who=str(actor.pk), most=MOST_AN_HOUR, seconds=HOUR):
        told = f"Trong một giờ bạn đã gửi hoặc rút {MOST_AN_HOUR} đề nghị. Đợi sang giờ sau rồi làm tiếp."
        raise ValidationError(told)


@transaction.atomic
def send_request(
    *, actor: Person, request: SharingRequest, thing: Thing, requester: Organisation, words: Words, at: datetime
) -> SharingRequest:
    """Send a request to a thing's owner and the department; raises ValidationError when one is open for it already."""
    if requester not in requesters_for(actor, thing):
        raise PermissionDenied
    within_hour(actor)
    about: dict[str, Any] = {thing.KEY: thing}
    type(thing)._default_manager.select_for_update().get(pk=thing.pk)
    if SharingRequest.objects.open().filter(requester=requester, **about).exists():
        raise ValidationError(f"{requester} đã có một đề nghị chưa kết thúc cho công trình này.")
    setattr(request, thing.KEY, thing)
    request.requester, request.owner, request.province = requester, thing.owner, thing.province
    request.simulated, request.received_at, request.state = thing.simulated, at, RequestState.SENT
    request.full_clean(exclude=["clock"])
    sign(request, actor)
    request.save(force_insert=True)
    step = keep_step(request, SEND, "", actor=actor, party=Party.REQUESTER, at=at, words=words)
    tell(step)
    return request


@transaction.atomic
def take_step(*, actor: Person, request: SharingRequest, act: Act, words: Words, at: datetime) -> RequestStep:
    """Move a request by one act of the table.

    Raises PermissionDenied when the actor may never do that here, ValidationError when the request has moved on.
    """
    row = SharingRequest.objects.with_things().select_for_update(of=("self",)).get(pk=request.pk)
    settle(row, at)
    parties = parties_of(actor, row)
    if not act.who & parties:
        raise PermissionDenied
    if act not in acts_from(row, parties, at=at):
        raise ValidationError(MOVED.format(row.get_state_display()))
    demand(act, words)
    if act.target == RequestState.WITHDRAWN:
        within_hour(actor)
    party = next(p for p in (Party.OWNER, Party.REQUESTER, Party.DEPARTMENT) if p in act.who & parties)
    if words.days:
        put_off(row, words.days, words.text, at, actor)
    if words.tenancy:
        row.tenancy = contract(row, words.tenancy, actor)
    if act.target == RequestState.SENT:
        row.received_at = at
    step = move(row, act, actor=actor, party=party, at=at, words=words)
    tell(step)
    return step


def demand(act: Act, words: Words) -> None:
    """Refuse a step without what the table of acts asks of it."""
    given = {"ground": words.ground, "days": words.days, "terms": words.tenancy}
    if act.words_needed and not words.text.strip():
        raise ValidationError(f"Ghi {act.words_label.lower()}.")
    if any(name in act.asks and not value for name, value in given.items()):
        raise ValidationError("Chưa đủ thông tin cho bước này.")


def contract(request: SharingRequest, tenancy: Tenancy, actor: Person) -> Tenancy:
    """Enter the tenancy that the parties agreed on; raises ValidationError when the thing is no longer the owner's."""
    if request.thing.owner_id != request.owner_id:
        raise ValidationError(f"Công trình nay không còn của {request.owner}: rút đề nghị này, gửi tới chủ hiện nay.")
    setattr(tenancy, request.link, request.thing)
    tenancy.tenant, tenancy.mode = request.requester, Tenancy.Mode.PASSIVE
    return enter(actor, tenancy, "ký hợp đồng theo đề nghị dùng chung")


def move(
    request: SharingRequest, act: Act, *, actor: Person | None, party: Party, at: datetime, words: Words
) -> RequestStep:
    """Put a request into an act's target state, turn its clock, and keep the step."""
    origin = request.state
    started = turn_clock(request, act.target, at, actor)
    request.state = act.target
    sign(request, actor, act.button)
    request.save()
    return keep_step(request, act, origin, actor=actor, party=party, at=at, words=words, started=started)


def keep_step(
    request: SharingRequest,
    act: Act,
    origin: str,
    *,
    actor: Person | None,
    party: Party,
    at: datetime,
    words: Words,
    started: Any = None,
) -> RequestStep:
    """Write a step's row with its papers."""
    step = RequestStep.objects.create(
        request=request,
        act=act.slug,
        origin=origin,
        state=request.state,
        at=at,
        by=actor,
        party=party,
        on_behalf=party == Party.OWNER and not request.owner_signs_in,
        ground=words.ground,
        words=words.text,
        details=words.details,
        clock=started,
    )
    for name, content in words.papers:
        assert actor is not None
        keep_paper(step, name, content, actor)
    return step


def keep_paper(step: RequestStep, name: str, content: bytes, actor: Person) -> None:
    """Store a paper for the organisation that brings it; the department's belong to the province."""
    request = step.request
    whose = {Party.OWNER: request.owner, Party.REQUESTER: request.requester}
    organisation = None if step.on_behalf else whose.get(Party(step.party))
    stored = store_file(actor=actor, name=name, content=content, province=request.province, organisation=organisation)
    RequestDocument.objects.create(request=request, step=step, file=stored, title=stored.name, added_by=actor)


def settle(request: SharingRequest, at: datetime) -> bool:
    """Let a request whose owner did not answer in time be overdue; tell whether it came to that."""
    clock = request.running_clock
    if request.state not in IN_TIME or clock is None or clock.due_at > at:
        return False
    last = request.steps.latest("pk").at
    tell(move(request, OVERDUE, actor=None, party=Party.SYSTEM, at=max(clock.due_at, last), words=Words()))
    return True


def mark_overdue(*, now: datetime) -> int:
    """Let all requests be overdue whose time is up; give how many."""
    late = SharingRequest.objects.filter(state__in=IN_TIME, clock__in=Clock.objects.overdue(now))
    return sum(settle_alone(pk, now) for pk in list(late.values_list("pk", flat=True)))


@transaction.atomic
def settle_alone(pk: Any, now: datetime) -> bool:
    """Settle one request as it is now."""
    row = SharingRequest.objects.with_things().select_for_update(of=("self",)).get(pk=pk)
    return settle(row, now)


def acts_for(person: AbstractBaseUser | AnonymousUser, province: Place) -> set[int]:
    """Give the organisations for which a person moves requests in a province."""
    return {s.organisation_id for s in scopes_in(person, CHANGE, province.pk) if s.organisation_id}


def is_department(person: AbstractBaseUser | AnonymousUser, province: Place) -> bool:
    """Tell whether the person moves requests of a province as the department."""
    return any(s.is_whole for s in scopes_in(person, CHANGE, province.pk))


def waits_for(person: AbstractBaseUser | AnonymousUser, province: Place) -> Q:
    """Write that a request of a province waits for the person."""
    waits = {party: [state for state, row in STATES.items() if row.turn == party] for party in Party}
    mine = acts_for(person, province)
    waiting = Q(state__in=waits[Party.OWNER], owner__in=mine) | Q(state__in=waits[Party.REQUESTER], requester__in=mine)
    if not is_department(person, province):
        return waiting
    without_account = Q(state__in=waits[Party.OWNER]) & ~Q(owner__kind=Organisation.Kind.OPERATOR)
    return waiting | Q(state__in=waits[Party.DEPARTMENT]) | without_account


def requests_waiting(person: AbstractBaseUser | AnonymousUser, province: Place) -> int:
    """Count the requests of a province that wait for the person."""
    rows = SharingRequest.objects.visible_to(person).filter(province=province)
    return rows.filter(waits_for(person, province)).count()


def turn_of(request: SharingRequest) -> Organisation | str | None:
    """Give who must act next: an organisation, the department by name, or nobody."""
    turn = STATES[RequestState(request.state)].turn
    named: dict[Party | None, Organisation | str] = {
        Party.OWNER: request.owner,
        Party.REQUESTER: request.requester,
        Party.DEPARTMENT: "Sở",
    }
    return named.get(turn)
