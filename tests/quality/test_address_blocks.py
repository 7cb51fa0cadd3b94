"""The department's table of address blocks: a file is looked at, then saved; a bad one changes nothing and says why."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from hatang.accounts.models import Organisation, Person
from hatang.core.cells import TableError
from hatang.quality.models import AddressBlock, in_order
from hatang.quality.services.addresses import network_of, operator_at
from hatang.quality.services.measurements import operator_key
from hatang.quality.services.row_operators import operator_table
from tests.conftest import World

HEAD = "Dải địa chỉ;Doanh nghiệp\n"
People = dict[str, Person]


def signed(people: People, who: str) -> Client:
    client = Client()
    client.force_login(people[who])
    return client


def check(people: People, world: World, content: bytes, name: str = "bang.csv", who: str = "department_officer") -> Any:
    address = reverse("quality:check_blocks", args=[world.province.code])
    return signed(people, who).post(address, {"file": SimpleUploadedFile(name, content)})


def bring(people: People, world: World, text: str) -> Any:
    """Check a file, then save what the page of the check holds."""
    looked = check(people, world, text.encode())
    assert looked.status_code == 200, looked.content.decode()
    address = reverse("quality:save_blocks", args=[world.province.code])
    client = signed(people, "department_officer")
    return client.post(address, {"text": looked.context["text"].initial["text"]}, follow=True)


def wrong(answer: Any) -> list[str]:
    assert answer.status_code == 422
    return [" ".join(part for part in fault if part) for fault in answer.context["faults"]]


def test_a_file_adds_changes_and_leaves_out_and_the_history_has_who(world: World, people: People) -> None:
    page = bring(people, world, f"{HEAD}27.64.0.0/12;A\n2402:800::/32;Doanh nghiệp A\n14.160.0.0/11;b\n")
    assert "thêm 3, đổi 0, giữ 0, bỏ 0" in page.content.decode()
    page = bring(people, world, f"{HEAD}27.64.0.0/12;A\n2402:800::/32;B\n27.64.1.0/24;B\n")
    assert "thêm 1, đổi 1, giữ 1, bỏ 1" in page.content.decode()
    assert operator_at("27.64.1.5", province=world.province) == world.rival, "the longest prefix"
    assert operator_at("14.161.0.1", province=world.province) is None
    acts = AddressBlock.history.filter(cidr="14.160.0.0/11").values_list("history_type", "history_user__username")
    assert set(acts) == {("+", "can_bo_so"), ("-", "can_bo_so")}


def test_the_exported_table_comes_back_unchanged(world: World, people: People) -> None:
    bring(people, world, f"{HEAD}27.64.0.0/12;A\n2402:800::/32;B\n")
    listed = signed(people, "department_officer").get(reverse("quality:blocks", args=["20"]), {"xuat": "csv"})
    looked = check(people, world, listed.content)
    assert "không có gì để lưu" in looked.content.decode()


def test_a_workbook_is_read_as_well(world: World, people: People) -> None:
    book, content = Workbook(), io.BytesIO()
    for line in (["Bảng của Sở"], ["Doanh nghiệp", "Dải địa chỉ"], ["A", "27.64.0.0/12"]):
        book.active.append(line)
    book.save(content)
    looked = check(people, world, content.getvalue(), "bang.xlsx")
    assert looked.status_code == 200
    assert [b.cidr for b in looked.context["changes"].added] == ["27.64.0.0/12"]


def test_rows_find_their_operator_by_the_narrowest_block_and_else_by_the_system(world: World, people: People) -> None:
    bring(people, world, f"{HEAD}27.64.0.0/12;A\n27.64.1.0/24;B\n27.64.2.0/26;B\n2402:800::/32;A\nAS45899;B\n")
    table = operator_table(world.province)
    mine, other = operator_key(world.operator), operator_key(world.rival)
    asked: list[tuple[object, object, str | None]] = [
        ("27.65.0.1", None, mine),
        ("27.64.1.77", None, other),
        ("27.64.2.1", None, other),
        ("27.64.2.0", None, mine),  # its last part was cut off: whether it lay in the /26 nobody knows
        ("2402:800:77::", 45899, mine),
        ("14.160.0.1", 45899, other),
        (None, "AS45899", other),
        ("14.160.0.1", 7552, None),
        ("không rõ", "x", None),
    ]
    assert [table.operator_of(address, system) for address, system, _ in asked] == [told for _, _, told in asked]
    assert operator_at("0.0.0.1", province=world.province) is None, "a system's row holds no address"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("27.64.0.0;A", "thiếu số bit"),
        ("27.64.0.5/12;A", "Có phải 27.64.0.0/12 không?"),
        ("27.64.0.0/33;A", "không phải dải địa chỉ"),
        ("27.64.0/12;A", "không phải dải địa chỉ"),
        ("27/64/2024;A", "không phải dải địa chỉ"),
        ("0.0.0.0/0;A", "quá rộng"),
        ("2400::/8;A", "quá rộng"),
        ("10.1.0.0/16;A", "nội bộ"),
        ("fe80::/64;A", "nội bộ"),
        ("27.64.0.0/12;Không Có", "Ghi một trong: A, B"),
        ("27.64.0.0/12;", "Không có doanh nghiệp"),
        (";A", "Ô trống"),
        ("AS0;A", "không phải số AS công khai"),
        ("AS64512;A", "không phải số AS công khai"),
        ("AS99999999999;A", "thiếu số bit"),
        ("AS45899;A\nas 45899;B", "đã có ở dòng 2"),
        ("27.64.0.0/12;A\n27.64.0.0/12;B", "đã có ở dòng 2"),
        ("27.64.0.0/12;A\n27.64.0.0/12;A", "đã có ở dòng 2"),
        ("2402:800::/32;A\n2402:0800:0::/32;B", "đã có ở dòng 2"),
        ("=HYPERLINK(1);A", "thiếu số bit"),
    ],
)
def test_a_bad_line_is_named_with_its_row_and_nothing_is_saved(
    world: World, people: People, line: str, says: str
) -> None:
    bring(people, world, f"{HEAD}14.160.0.0/11;A\n")
    faults = wrong(check(people, world, f"{HEAD}{line}\n42.112.0.0/13;A\n".encode()))
    assert len(faults) == 1
    assert says in faults[0]
    assert "dòng 2" in faults[0] or "dòng 3" in faults[0]
    assert [block.cidr for block in AddressBlock.objects.all()] == ["14.160.0.0/11"]


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "bang.csv", "trống"),
        (HEAD.encode(), "bang.csv", "không có dòng nào"),
        ("Địa chỉ;Ai\n27.64.0.0/12;A\n".encode(), "bang.csv", "dòng tiêu đề"),
        ("Dải địa chỉ;Ai\n27.64.0.0/12;A\n".encode(), "bang.csv", "Thiếu cột"),
        (b"PK\x03\x04 broken", "bang.xlsx", "hỏng"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "bang.xls", "kiểu cũ"),
        (b"%PDF-1.7", "bang.pdf", ".pdf"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(
    world: World, people: People, content: bytes, name: str, says: str
) -> None:
    answer = check(people, world, content, name)
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_many_faults_are_told_as_far_as_one_can_read_them(world: World, people: People) -> None:
    faults = wrong(check(people, world, (HEAD + "x;A\n" * 500).encode()))
    assert len(faults) == 50


def test_what_is_posted_to_be_saved_is_read_again(world: World, people: People) -> None:
    address = reverse("quality:save_blocks", args=["20"])
    for text in ("", "x", f"{HEAD}10.0.0.0/8;A"):
        assert signed(people, "department_head").post(address, {"text": text}).status_code == 422
    assert not AddressBlock.objects.exists()


def test_another_provinces_officer_and_operators_see_and_change_nothing(world: World, people: People) -> None:
    for who in ("stranger", "operator", "analyst", "commune_officer"):
        assert check(people, world, HEAD.encode(), who=who).status_code == 404
        assert signed(people, who).get(reverse("quality:blocks", args=["20"])).status_code == 404


def test_provinces_keep_tables_of_their_own(world: World, people: People) -> None:
    bring(people, world, f"{HEAD}27.64.0.0/12;A\n")
    client = signed(people, "stranger")
    address = reverse("quality:check_blocks", args=[world.other_province.code])
    looked = client.post(address, {"file": SimpleUploadedFile("b.csv", f"{HEAD}27.64.0.0/12;B\n".encode())})
    client.post(reverse("quality:save_blocks", args=["08"]), {"text": looked.context["text"].initial["text"]})
    assert operator_at("27.64.0.1", province=world.province) == world.operator
    assert operator_at("27.64.0.1", province=world.other_province) == world.rival


def test_who_saves_without_permission_is_refused_by_the_service(world: World, people: People) -> None:
    from django.core.exceptions import PermissionDenied

    from hatang.quality.services.addresses import BlockTable, save_blocks

    with pytest.raises(PermissionDenied):
        save_blocks(actor=people["operator"], province=world.province, read=BlockTable())


@given(st.ip_addresses(), st.integers(16, 128), st.ip_addresses())
def test_a_block_holds_exactly_its_addresses(first: Any, bits: int, other: Any) -> None:
    """The order of texts by which the database looks says the same as the standard library."""
    import ipaddress

    network = ipaddress.ip_network(f"{first}/{min(bits, first.max_prefixlen)}", strict=False)
    block = AddressBlock.of(network)
    inside = block.first <= in_order(other) <= block.last
    assert inside == (other.version == network.version and other in network)


@given(st.text(max_size=40))
def test_whatever_stands_in_a_cell_is_a_block_or_a_fault(text: str) -> None:
    try:
        assert network_of(text).is_global or network_of(text)
    except TableError as fault:
        assert fault.message and fault.right


def test_a_merged_name_does_not_hide_an_operator(world: World, people: People) -> None:
    Organisation.objects.filter(pk=world.operator.pk).update(key="nha-mang-a")
    page = bring(people, world, f"{HEAD}27.64.0.0/12;nha-mang-a\n")
    assert "thêm 1" in page.content.decode()
