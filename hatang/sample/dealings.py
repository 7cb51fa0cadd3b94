"""What people do with Lạng Sơn's register in the sample, by the services that their pages call."""

from __future__ import annotations

from datetime import date

from hatang.places.models import Place
from hatang.sample.cast import cast_of
from hatang.sample.doors import make_data_service
from hatang.sample.evidence import make_evidence
from hatang.sample.outages import make_outages
from hatang.sample.planned import make_proposals, report_twice
from hatang.sample.problems import make_reports
from hatang.sample.requests import make_requests
from hatang.sample.rules import adopt_made_up_rules
from hatang.sample.works import make_buildings, make_public_sites, make_works, promise_power


def make_dealings(province: Place, today: date) -> None:
    """Let rules be adopted, then things asked for, proposed, reported, matched and offered under them."""
    cast = cast_of(province, today)
    adopt_made_up_rules(cast)
    for step in (
        *(report_twice, make_requests, make_proposals, make_reports),
        *(make_works, make_buildings, make_public_sites, promise_power, make_evidence, make_outages),
        make_data_service,
    ):
        step(cast)
