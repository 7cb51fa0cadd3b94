"""What Mosquitto needs to know of us: names and secrets of devices and of the writer, and whose topics are whose."""

from __future__ import annotations

import secrets
from pathlib import Path

from django.conf import settings

from hatang.core.kept_secrets import kept_secret
from hatang.sensors.models import Device
from hatang.sensors.models.devices import hashed

WRITER = "hatang-writer"
ACL = f"""# Mỗi thiết bị chỉ gửi vào chủ đề của mình, không nghe được gì.
user {WRITER}
topic read hatang/#

pattern write hatang/%u
pattern write hatang/%u/#
"""


def writer_secret() -> str:
    """Read the writer's own secret; make it on the first start."""
    return kept_secret(Path(settings.DATA) / "mqtt_secret", lambda: secrets.token_urlsafe(32).encode()).decode().strip()


def export(folder: Path) -> int:
    """Write Mosquitto's files of passwords and topics, each replaced in one step; give how many devices there are."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [f"{WRITER}:{hashed(writer_secret())}"]
    rows += [f"{key}:{kept}" for key, kept in Device.objects.at_work().values_list("key", "secret_hash") if kept]
    for name, content in (("passwords", "\n".join(rows) + "\n"), ("acl", ACL)):
        unfinished = folder / f".{name}"
        unfinished.touch(mode=0o640)
        unfinished.write_text(content)
        unfinished.rename(folder / name)
    return len(rows) - 1
