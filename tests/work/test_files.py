"""Stored files: quotas, names, and pictures without what the camera wrote into them."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404
from PIL import Image, PngImagePlugin

from hatang.accounts.models import Person
from hatang.work.models import StoredFile
from hatang.work.services import file_response, safe_name, store_file
from tests.conftest import World

GPS, MAKE, ORIENTATION = 0x8825, 0x010F, 0x0112


def picture(kind: str, size: tuple[int, int] = (80, 60)) -> bytes:
    """Make a picture with place, camera, comment and something appended."""
    exif = Image.Exif()
    exif[MAKE], exif[ORIENTATION] = "MAY ANH BI MAT", 6
    exif.get_ifd(GPS)[2] = (21.0, 51.0, 0.0)
    more: dict[str, Any] = {"exif": exif}
    if kind == "JPEG":
        more["comment"] = b"LOI NHAN BI MAT"
    if kind == "PNG":
        more["pnginfo"] = PngImagePlugin.PngInfo()
        more["pnginfo"].add_text("Author", "LOI NHAN BI MAT")
    content = io.BytesIO()
    Image.new("RGB", size, "red").save(content, kind, **more)
    return content.getvalue() + b"PHAN NOI THEM BI MAT"


def stored(people: dict[str, Person], world: World, content: bytes, name: str = "a.csv", **more: Any) -> StoredFile:
    owner = {"actor": people["operator"], "province": world.province, "organisation": world.operator} | more
    return store_file(name=name, content=content, **owner)


@pytest.mark.parametrize(("kind", "name"), [("JPEG", "cột.JPG"), ("PNG", "cột.png"), ("WEBP", "cột.webp")])
def test_a_picture_keeps_its_pixels_only(world: World, people: dict[str, Person], kind: str, name: str) -> None:
    content = picture(kind)
    assert b"BI MAT" in content
    with stored(people, world, content, name).file.open() as file:
        kept = file.read()
    assert b"BI MAT" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert (image.format, image.size, dict(image.getexif())) == (kind, (60, 80), {})


def test_a_large_picture_is_made_smaller(world: World, people: dict[str, Person]) -> None:
    row = stored(people, world, picture("JPEG", (4_000, 1_000)), "a.jpg")
    with row.file.open() as file, Image.open(file) as image:
        assert max(image.size) == 2_000


def huge_png() -> bytes:
    """Make a small PNG that says it has 900 million pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    size = (30_000).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (huge_png(), "a.png", "Ảnh quá lớn"),
        (b"<svg onload=alert(1)>", "a.png", "không phải ảnh PNG"),
        (picture("PNG"), "a.jpg", "không phải ảnh JPEG"),
        (picture("JPEG")[:200], "a.jpg", "không phải ảnh JPEG"),
        (b"x", "a.svg", "Không nhận tệp loại “.svg”"),
        (b"x", "a.html", "Không nhận"),
        (b"x", "khong-duoi", "Không nhận"),
    ],
    ids=["huge", "svg", "other-kind", "cut", "svg-name", "html", "no-suffix"],
)
def test_other_things_are_refused(
    world: World, people: dict[str, Person], content: bytes, name: str, words: str
) -> None:
    with pytest.raises(ValidationError, match=words):
        stored(people, world, content, name)
    assert not StoredFile.objects.exists()


def test_a_file_above_the_limit_is_refused(world: World, people: dict[str, Person], settings: Any) -> None:
    settings.UPLOAD_BYTES = 1_000_000
    with pytest.raises(ValidationError, match=r"Tệp nặng 1,5 MB; tối đa 1 MB"):
        stored(people, world, bytes(1_500_000))


def test_each_owner_has_a_quota_of_its_own(world: World, people: dict[str, Person], settings: Any) -> None:
    settings.QUOTA_BYTES = 1_000_000
    stored(people, world, bytes(700_000))
    with pytest.raises(ValidationError, match="Đã dùng 0,7 MB trong 1 MB"):
        stored(people, world, bytes(400_000))
    stored(people, world, bytes(400_000), organisation=world.rival)
    stored(people, world, bytes(400_000), organisation=None)
    stored(people, world, bytes(300_000))
    assert StoredFile.objects.count() == 4


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("C:\\tệp\\Trạm 1.xlsx", "Trạm 1.xlsx"),
        ("../../etc/passwd.csv", "passwd.csv"),
        ('a"\r\nSet-Cookie: b.csv', "a_Set-Cookie_ b.csv"),
        ("x" * 300 + ".csv", "x" * 150 + ".csv"),
        ("anh\u202egpj.exe", "anh_gpj.exe"),
        ("", "tep"),
    ],
)
def test_names_lose_what_could_harm(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_the_stored_path_holds_nothing_of_the_name(world: World, people: dict[str, Person]) -> None:
    row = stored(people, world, b"x", "../../Trạm.csv")
    assert row.name == "Trạm.csv"
    assert "Tr" not in Path(row.file.name).name
    assert row.sha256 == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"


def test_a_file_is_served_under_a_fixed_type(world: World, people: dict[str, Person]) -> None:
    page = stored(people, world, b"<html><script>alert(1)</script>", "a.csv")
    for inline in (False, True):
        response = file_response(page, inline=inline)
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert response["Content-Disposition"].startswith("attachment")
        assert response["X-Content-Type-Options"] == "nosniff"
        response.file_to_stream.close()
    image = file_response(stored(people, world, picture("PNG"), "ảnh.png"), inline=True)
    assert (image["Content-Type"], image["Content-Disposition"][:6]) == ("image/png", "inline")
    image.file_to_stream.close()


def test_a_file_that_is_gone_from_the_disk_is_absent(world: World, people: dict[str, Person]) -> None:
    row = stored(people, world, b"x", "a.csv")
    Path(row.file.path).unlink()
    with pytest.raises(Http404):
        file_response(row)


def test_a_file_is_listed_for_who_stored_it(world: World, people: dict[str, Person]) -> None:
    row = stored(people, world, b"x")
    assert list(StoredFile.objects.visible_to(people["operator"])) == [row]
    assert not StoredFile.objects.visible_to(people["rival"]).exists()
