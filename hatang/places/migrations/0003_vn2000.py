from typing import Any

from django.db import migrations

from hatang.geosqlite.reference_systems import add_reference_systems


def enter(apps: Any, schema_editor: Any) -> None:
    """Enter the zones of VN-2000 where the database lists its reference systems and lacks them."""
    add_reference_systems(schema_editor.connection.alias)


class Migration(migrations.Migration):

    dependencies = [
        ('places', '0002_place_point_boundary'),
    ]

    operations = [
        migrations.RunPython(enter, migrations.RunPython.noop),
    ]
