"""Promise: publishing 124 communes x 60 indicators (approved figures, table and log entry together) ≤ 2 s.

Fills a scratch SQLite database, approves and proposes the figures, and measures the second person's act: the figures'
state, the provinces' figures made anew, the table in its fixed form, its leaf, nodes and root. Beside it, in the same
run: the floor (the same bytes written by hand and hashed, without a database), the page of the table as of a day, the
proof of one entry in a log of a million (nodes in memory), and checking a downloaded file.

Run: .venv/bin/python -m benchmarks.publishing
"""

from __future__ import annotations

import csv
import hashlib
import io
import time
from datetime import date
from random import Random
from typing import Any

from benchmarks.scratch import begin

begin("tests.settings")

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.timing import line, median_ms  # noqa: E402
from hatang.accounts.models import Grant, Person  # noqa: E402
from hatang.accounts.roles import Role  # noqa: E402
from hatang.core.transparency.merkle import Tree, inclusion_proof  # noqa: E402
from hatang.core.transparency.proofs import check_file  # noqa: E402
from hatang.indicators.models import Indicator, Value  # noqa: E402
from hatang.indicators.services import (  # noqa: E402
    Entry,
    approve_values,
    confirm_publication,
    propose_publication,
    record_values,
)
from hatang.places.models import Place  # noqa: E402
from hatang.utilities.models import LogEntry  # noqa: E402
from hatang.utilities.services import proof_of  # noqa: E402

COMMUNES, INDICATORS, YEAR = 124, 60, 2025
ROUNDS = 3
MILLION = 1_000_000


def fill() -> tuple[Place, list[Indicator], list[Place]]:
    """Make a province with its communes and indicators."""
    province = Place.objects.create(kind="province", title="Tỉnh", name="Tuyên Quang", code="08")
    begun = date(2025, 7, 1)
    communes = [
        Place(
            kind="commune",
            title="Xã",
            name=f"Xã số {n}",
            code=f"{n:05}",
            parent=province,
            province=province,
            valid_from=begun,
        )
        for n in range(COMMUNES)
    ]
    for commune in communes:
        commune.fill_keys()
    Place.objects.bulk_create(communes)
    indicators = [
        Indicator(
            code=f"chi-tieu-{n}",
            number=n,
            name=f"Chỉ tiêu số {n}",
            short_name=f"Chỉ tiêu {n}",
            component="telecom",
            unit_code="percent",
            rollup="ratio_of_sums",
            source="reported",
        )
        for n in range(1, INDICATORS + 1)
    ]
    Indicator.objects.bulk_create(indicators)
    return province, indicators, communes


def person(name: str, role: str, province: Place) -> Person:
    """Make somebody of the department."""
    made = Person.objects.create_user(name, f"{name}@example.vn", "mat-khau-rat-dai")
    Grant.objects.create(person=made, role=role, province=province)
    return made


def publish_once(
    province: Place, indicators: list[Indicator], communes: list[Place], people: list[Person], seed: int
) -> float:
    """Record, approve and propose all figures; give how long the second person's act takes, s."""
    chance = Random(seed)
    rows = [Entry(i, c, YEAR, chance.randint(100, 900), 1000) for i in indicators for c in communes]
    record_values(actor=None, rows=rows, source="phiếu thu thập")
    approve_values(actor=None, values=Value.objects.all())
    proposed = propose_publication(
        actor=people[0], province=province, year=YEAR, values=Value.objects.all(), reason="bản mới của năm"
    )
    began = time.perf_counter()
    confirm_publication(actor=people[1], publication=proposed)
    return time.perf_counter() - began


def by_hand(rows: list[dict[str, str]]) -> str:
    """Write the same table by csv alone and hash it."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return hashlib.sha256(text.getvalue().encode()).hexdigest()


def main() -> None:
    """Measure."""
    call_command("migrate", verbosity=0)
    province, indicators, communes = fill()
    people = [person("de-nghi", Role.DEPARTMENT_OFFICER, province), person("cong-bo", Role.DEPARTMENT_HEAD, province)]
    took = sorted(publish_once(province, indicators, communes, people, seed) for seed in range(ROUNDS))
    entry = LogEntry.objects.order_by("-index").first()
    assert entry
    with entry.file.file.open("rb") as file:
        content: bytes = file.read()
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
    print(f"table of {len(rows)} rows, {len(content) / 1e6:.2f} MB; each figure has {ROUNDS} versions")
    hand = median_ms(lambda: by_hand(rows), 5)
    done = f"publish {COMMUNES} communes x {INDICATORS} indicators"
    print(line(done, took[len(took) // 2] * 1000, 2000, {"csv and sha256 alone": hand}))
    address = f"/so-lieu/{province.code}/cong-bo/{YEAR}?ngay={timezone.localdate():%Y-%m-%d}"
    print(line("page of the table as of a day", median_ms(lambda: opened(address), 5), 500, {}))
    proof = proof_of(entry)
    checked = median_ms(lambda: check_file(content, proof), 5)
    print(line("check a downloaded file", checked, 100, {"sha256 alone": median_ms(lambda: hashed(content), 5)}))
    measure_million()


def opened(address: str) -> Any:
    """Open a page as a visitor."""
    answer = Client().get(address)
    assert answer.status_code == 200, answer.status_code
    return answer


def measure_million() -> None:
    """Measure a log of a million entries: appending them, and one proof."""
    leaves = [hashlib.sha256(n.to_bytes(4)).digest() for n in range(MILLION)]
    began = time.perf_counter()
    tree = Tree(leaves)
    each_ms = (time.perf_counter() - began) * 1000 / MILLION
    floor = median_ms(lambda: hashed(bytes(65)), 1000)
    print(line("append one of a million entries", each_ms, 1, {"one sha256": floor}))
    print(line("proof of one of a million", median_ms(lambda: inclusion_proof(123_456, MILLION, tree.read), 50), 1, {}))
    print(line("root of a million", median_ms(tree.root, 50), 1, {}))


def hashed(content: bytes) -> bytes:
    """Hash alone."""
    return hashlib.sha256(content).digest()


if __name__ == "__main__":
    main()
