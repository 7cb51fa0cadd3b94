"""A new version for each change of content; what secrecy closes later is withdrawn with all that told it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from hatang.opendata.catalogue import BY_SLUG
from hatang.opendata.models import DatasetVersion
from hatang.opendata.services.content import SHEETS, Withdrawn, path_of, read_sheet
from hatang.opendata.services.versions import FRESH, fresh_version, publish_version, refresh_catalogue
from hatang.places.models import Place
from tests.conftest import World
from tests.opendata.needs import a_figure, a_mast, an_indicator, published


def test_the_same_content_is_the_same_version(world: World) -> None:
    first = published(world)
    again = published(world)
    assert (again.pk, again.number) == (first.pk, 1)
    assert again.checked_at > first.checked_at


def test_a_change_makes_a_version_and_the_one_before_can_be_asked_for(world: World) -> None:
    published(world)
    Place.objects.filter(pk=world.village.pk).update(households=101)
    second = published(world)
    assert second.number == 2
    answers = [Client().get(f"/du-lieu-mo/thon/20/ban/{n}.json") for n in (1, 2)]
    old, new = (json.loads(answer.getvalue()) for answer in answers)
    told = [{row["ten"]: row["so_ho"] for row in found["rows"]} for found in (old, new)]
    assert [each["Thôn Nà Lầm"] for each in told] == [100, 101]
    assert old["sha256"] != new["sha256"]


def test_nothing_is_published_where_there_never_was_a_row(world: World) -> None:
    assert publish_version(dataset=BY_SLUG["toc-do"], province=world.province) is None
    assert Client().get("/du-lieu-mo/toc-do/20.csv").status_code == 404
    assert Client().get("/du-lieu-mo/toc-do/20/").status_code == 404


def test_a_figure_withheld_later_takes_every_earlier_version_along(
    world: World, django_capture_on_commit_callbacks: object
) -> None:
    indicator = an_indicator()
    open_one = a_figure(indicator, world.commune, 81.5)
    a_figure(indicator, world.neighbour, 40)
    first = published(world, "so-lieu-chi-tieu")
    assert path_of(first).exists()
    open_one.withheld = True
    open_one.save()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        second = published(world, "so-lieu-chi-tieu")
    first.refresh_from_db()
    assert first.withdrawn_at is not None
    assert not path_of(first).exists()
    with pytest.raises(Withdrawn):
        read_sheet(first)
    assert Client().get("/du-lieu-mo/so-lieu-chi-tieu/20/ban/1.csv").status_code == 410
    assert read_sheet(second).column("gia_tri") == [40]
    assert "đã rút" in Client().get("/du-lieu-mo/so-lieu-chi-tieu/20/").text


def test_an_offer_taken_back_is_taken_back_from_earlier_versions(world: World) -> None:
    mast = a_mast(world, "CHAO-1", world.operator, offered=True)
    published(world, "cot-chao-dung-chung")
    mast.offered = False
    mast.save()
    assert published(world, "cot-chao-dung-chung").rows == 0
    assert DatasetVersion.objects.get(dataset="cot-chao-dung-chung", number=1).withdrawn_at is not None


def test_a_figure_that_is_corrected_withdraws_nothing(world: World) -> None:
    figure = a_figure(an_indicator(), world.commune, 81.5)
    published(world, "so-lieu-chi-tieu")
    figure.value = 82
    figure.save()
    published(world, "so-lieu-chi-tieu")
    assert not DatasetVersion.objects.exclude(withdrawn_at=None).exists()


def test_files_are_looked_at_again_only_after_a_while(world: World) -> None:
    version = published(world)
    Place.objects.filter(pk=world.village.pk).update(households=101)
    same = fresh_version(BY_SLUG["thon"], world.province)
    assert same is not None
    assert same.number == 1
    DatasetVersion.objects.filter(pk=version.pk).update(checked_at=timezone.now() - FRESH - timedelta(seconds=1))
    newer = fresh_version(BY_SLUG["thon"], world.province)
    assert newer is not None
    assert newer.number == 2


def test_content_lost_from_the_disk_is_made_again(world: World) -> None:
    version = published(world)
    SHEETS.clear()
    path_of(version).unlink()
    response = Client().get("/du-lieu-mo/thon/20.json")
    assert len(json.loads(response.getvalue())["rows"]) == 2


def test_the_round_publishes_what_there_is_and_leaves_what_is_fresh(world: World) -> None:
    refresh_catalogue()
    told = set(DatasetVersion.objects.values_list("dataset", "province__code"))
    assert {("thon", "20"), ("xa-phuong", "20"), ("xa-phuong", "08")} <= told
    count = DatasetVersion.objects.count()
    refresh_catalogue()
    assert DatasetVersion.objects.count() == count
