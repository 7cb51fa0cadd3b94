"""An address that nobody could have typed gets a clear refusal."""

import pytest
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/tim?q=%00", "/tinh/%00/", "/so-lieu/?q=a%00b"])
def test_nul_is_refused(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert 'lang="vi"' in response.content.decode()
