"""Who hears of a sharing request: its parties and the department, each naming the thing as far as they may know it."""

from __future__ import annotations

from hatang.accounts.access import scopes
from hatang.accounts.models import Person
from hatang.network.audience import Viewer
from hatang.network.models import RequestState, RequestStep, SharingRequest
from hatang.network.models.requests import VIEW
from hatang.network.request_acts import AUTHORITY, REPLY, SURVEY
from hatang.work.models import Clock
from hatang.work.services import About, notify, people_of, people_with, reminds

SUPERVISE = "network.supervise_request"
REMIND_BEFORE = 2
ESCALATE_AFTER = 3
"""Days before and after the end at which people are told; no law sets them."""


def owners_people(request: SharingRequest) -> list[Person]:
    """Give the people who act for the owner: its own, or the department's where it holds no account."""
    if request.owner_signs_in:
        return people_of(organisation=request.owner, province=request.province)
    return department_people(request)


def department_people(request: SharingRequest) -> list[Person]:
    """Give the department's people."""
    return people_with(permission=VIEW, province=request.province)


def everybody(request: SharingRequest) -> list[Person]:
    """Give all who may see a request, each once."""
    asked = people_of(organisation=request.requester, province=request.province)
    found = {p.pk: p for p in (*owners_people(request), *asked, *department_people(request))}
    return [person for person in found.values() if sees(person, request)]


def sees(person: Person, request: SharingRequest) -> bool:
    """Tell whether the person may see the request: some belong to a party and hold no role for it."""
    parties = (request.owner_id, request.requester_id)
    return any(
        s.covers(province_id=request.province_id, place_id=None, organisation_id=party)
        for s in scopes(person, VIEW)
        for party in parties
    )


def tell(step: RequestStep) -> None:
    """Tell everybody who may see the request, save who made the step."""
    request = step.request
    body = "\n".join([f"{k}: {v}" for k, v in step.details.items()] + ([step.words] if step.words else []))
    for person in everybody(request):
        if person.pk != step.by_id:
            subject = f"{news(step)}: {named(request, person)}"
            notify(to=[person], subject=subject, body=body, url=request.get_absolute_url())


def news(step: RequestStep) -> str:
    """Say in a few words what a step brought."""
    if step.origin == "":
        return "Đề nghị dùng chung mới"
    if step.act == "gia-han":
        return "Gia hạn trả lời đề nghị dùng chung"
    state = RequestState(step.state).label
    return f"Đề nghị dùng chung {state if step.state != RequestState.SENT else 'đã được bổ sung'}"


def named(request: SharingRequest, person: Person) -> str:
    """Name the thing as far as the person may know it, and the requester."""
    return f"{Viewer(person).name(request.thing)}, {request.requester}"


def of_clock(clock: Clock) -> SharingRequest | None:
    """Give the request for which a clock runs."""
    return SharingRequest.objects.with_things().filter(clock=clock).first()


@reminds(REPLY, before=REMIND_BEFORE, escalate_after=ESCALATE_AFTER)
@reminds(SURVEY, before=REMIND_BEFORE, escalate_after=ESCALATE_AFTER)
def reply_due(clock: Clock) -> About | None:
    """The owner must answer; the department hears of it when it does not."""
    request = of_clock(clock)
    if request is None:
        return None
    what = f"trả lời đề nghị dùng chung của {request.requester}, {request.thing}"
    return About(owners_people(request), what, request.get_absolute_url(), department_people(request))


@reminds(AUTHORITY, before=REMIND_BEFORE, escalate_after=ESCALATE_AFTER)
def review_due(clock: Clock) -> About | None:
    """The department must consider the sharing; its head hears of it when it does not."""
    request = of_clock(clock)
    if request is None:
        return None
    heads = people_with(permission=SUPERVISE, province=request.province)
    what = f"Sở xem xét phương án dùng chung {request.thing} của {request.owner} và {request.requester}"
    return About(department_people(request), what, request.get_absolute_url(), heads)
