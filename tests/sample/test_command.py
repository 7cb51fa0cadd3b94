"""The command that fills an installation with six communes of the sample, on either database."""

from io import StringIO

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_the_command_loads_once_and_shows_passwords_once() -> None:
    first, second = StringIO(), StringIO()
    call_command("load_sample", quick=True, stdout=first)
    assert "DỮ LIỆU MÔ PHỎNG" in first.getvalue()
    assert "canbo.lang-son" in first.getvalue() or "canbo.langson" in first.getvalue()
    call_command("load_sample", quick=True, stdout=second)
    assert second.getvalue().strip() == "Đã có dữ liệu, không nạp gì thêm."
