"""Scenarios: made, changed, copied, deleted, relaxed, taken as what the department will carry out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.accounts.services.history import sign
from hatang.pages.histories import bulk_create_with_history, bulk_update_with_history
from hatang.planning.models import (
    ADOPT,
    CHANGE,
    Candidate,
    CandidateService,
    Scenario,
    ScenarioBudget,
    ScenarioPlace,
)

BATCH = 1_000
Budgets = Mapping[tuple[int, str], int]
State = Scenario.State
ADOPTED, GIVEN_BACK = "chọn để thực hiện", "thôi chọn"
COPIED = "chép từ “{}”"
FACTS = (
    *("title", "service", "measure", "area", "aim", "share_percent", "interim_percent"),
    *("first_year", "last_year", "run"),
    *("least_operators", "least_percent_in_commune", "least_percent_of_group", "shared_percent", "reuse_first"),
    *("interest_percent", "lifetime_years", "gap_percent", "most_seconds"),
)
"""What a person says of a scenario, and what a copy takes over."""
ASKED_TWICE = "Phương án này đang được tính: chờ xong hoặc dừng lại rồi hãy sửa."
IS_ADOPTED = "Phương án này đã được chọn để thực hiện nên không sửa được: chép thành phương án mới rồi sửa bản ấy."
ELSEWHERE = "Lượt tính vùng phủ hay xã, phường này của tỉnh khác: chọn của tỉnh có phương án."
IN_USE = "Chưa xoá được: phương án này đã thành nhiệm vụ của kế hoạch hoặc gói của Quỹ. Bỏ những thứ ấy trước."


def require_change(actor: Person, scenario: Scenario) -> None:
    """Refuse who may not change the scenario's province."""
    if not actor.has_perm(CHANGE, scenario):
        raise PermissionDenied


def require_open(scenario: Scenario) -> None:
    """Refuse to change what is being computed, or what was taken to be carried out."""
    if scenario.under_way:
        raise ValidationError(ASKED_TWICE)
    if scenario.adopted_at:
        raise ValidationError(IS_ADOPTED)


def require_own(scenario: Scenario) -> None:
    """Refuse a run, or a commune, of another province."""
    area = scenario.area
    if scenario.run.province_id != scenario.province_id or (area and area.province_id != scenario.province_id):
        raise ValidationError(ELSEWHERE)


def create_scenario(
    *, actor: Person, scenario: Scenario, operators: Iterable[Organisation], budgets: Budgets
) -> Scenario:
    """Store a new scenario with its operators and money; nothing is computed yet."""
    require_change(actor, scenario)
    require_own(scenario)
    with transaction.atomic():
        scenario.asked_by, scenario.simulated = actor, scenario.run.simulated
        sign(scenario, actor)
        scenario.save()
        scenario.operators.set(operators)
        write_budgets(scenario, budgets, actor)
    return scenario


def change_scenario(
    *, actor: Person, scenario: Scenario, operators: Iterable[Organisation], budgets: Budgets
) -> Scenario:
    """Store what was changed of a scenario; its answer no longer holds, what people decided of works stays."""
    require_change(actor, scenario)
    require_own(scenario)
    with transaction.atomic():
        require_open(Scenario.objects.select_for_update().get(pk=scenario.pk))
        scenario.state, scenario.solved_at = State.DRAFT, None
        scenario.answer = {key: value for key, value in scenario.answer.items() if key in ("made", "made_for")}
        scenario.curve, scenario.tornado = [], []
        sign(scenario, actor)
        scenario.save()
        scenario.operators.set(operators)
        write_budgets(scenario, budgets, actor)
        unbuild(scenario, actor)
    return scenario


def write_budgets(scenario: Scenario, budgets: Budgets, actor: Person | None) -> None:
    """Make the scenario's money what was said; rows that stay the same are left alone."""
    for row in scenario.budgets.all():
        if budgets.get((row.year, row.source)) != row.amount_vnd:
            sign(row, actor)
            row.delete()
    kept = set(scenario.budgets.values_list("year", "source"))
    for (year, source), amount in sorted(budgets.items()):
        if (year, source) not in kept:
            row = ScenarioBudget(scenario=scenario, year=year, source=source, amount_vnd=amount)
            sign(row, actor)
            row.save()


def unbuild(scenario: Scenario, actor: Person | None) -> None:
    """Forget which works were to be built, and who would be served by them."""
    built = list(scenario.candidates.chosen())  # type: ignore[attr-defined]
    for candidate in built:
        candidate.year, candidate.paid_vnd = None, {}
    bulk_update_with_history(built, Candidate, ["year", "paid_vnd"], batch_size=BATCH, default_user=actor)
    scenario.places.filter(served_in__isnull=False).update(served_in=None)


def copy_scenario(*, actor: Person, scenario: Scenario) -> Scenario:
    """Make a scenario that asks the same, to be changed and compared; works and answer are copied along."""
    require_change(actor, scenario)
    if scenario.under_way:
        raise ValidationError(ASKED_TWICE)
    with transaction.atomic():
        facts = {name: getattr(scenario, name) for name in FACTS}
        copy = Scenario(province=scenario.province, copied_from=scenario, asked_by=actor, **facts)
        copy.title = f"{scenario.title[:180]} (bản chép)"
        copy.state, copy.solved_at, copy.answer = scenario.state, scenario.solved_at, scenario.answer
        copy.simulated = scenario.simulated
        sign(copy, actor, COPIED.format(scenario.title)[:100])
        copy.save()
        copy.operators.set(scenario.operators.all())
        write_budgets(copy, {(b.year, b.source): b.amount_vnd for b in scenario.budgets.all()}, actor)
        copy_works(scenario, copy, actor)
    return copy


def copy_works(scenario: Scenario, copy: Scenario, actor: Person) -> None:
    """Give the copy the same candidates, what they serve, and the same places."""
    numbers = dict(scenario.candidates.values_list("pk", "number"))
    candidates = list(scenario.candidates.order_by("number"))
    for row in candidates:
        row.pk, row.scenario = None, copy
    bulk_create_with_history(candidates, Candidate, batch_size=BATCH, default_user=actor)
    new = dict(copy.candidates.values_list("number", "pk"))
    pairs = list(CandidateService.objects.filter(candidate__scenario=scenario).order_by("pk"))
    for pair in pairs:
        pair.pk, pair.candidate_id = None, new[numbers[pair.candidate_id]]
    CandidateService.objects.bulk_create(pairs, batch_size=BATCH)
    places = list(scenario.places.order_by("pk"))
    for place in places:
        place.pk, place.scenario = None, copy
    ScenarioPlace.objects.bulk_create(places, batch_size=BATCH)


def delete_scenario(*, actor: Person, scenario: Scenario) -> None:
    """Delete a scenario with its works; what was taken, or made into tasks and packages, stays."""
    require_change(actor, scenario)
    with transaction.atomic():
        require_open(Scenario.objects.select_for_update().get(pk=scenario.pk))
        sign(scenario, actor)
        try:
            scenario.delete()
        except ProtectedError as error:
            raise ValidationError(IN_USE) from error


def adopt_scenario(*, actor: Person, scenario: Scenario) -> None:
    """Take a scenario as what the department will carry out; from then on it stays as it is."""
    change_adoption(actor, scenario, adopt=True)


def give_back_scenario(*, actor: Person, scenario: Scenario) -> None:
    """Stop taking a scenario as what is carried out; it can be changed again."""
    change_adoption(actor, scenario, adopt=False)


def change_adoption(actor: Person, scenario: Scenario, *, adopt: bool) -> None:
    """Write down who decided, when; the history keeps every decision."""
    if not actor.has_perm(ADOPT, scenario):
        raise PermissionDenied
    with transaction.atomic():
        row = Scenario.objects.select_for_update().get(pk=scenario.pk)
        if adopt and not row.solved:
            raise ValidationError("Chỉ chọn được phương án đã tính ra công trình.")
        if bool(row.adopted_at) is adopt:
            return
        row.adopted_at, row.adopted_by = (timezone.now(), actor) if adopt else (None, None)
        sign(row, actor, ADOPTED if adopt else GIVEN_BACK)
        row.save(update_fields=["adopted_at", "adopted_by"])
