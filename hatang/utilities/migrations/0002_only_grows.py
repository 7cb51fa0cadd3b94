"""The database itself refuses to change, take out, skip or put twice a row of the transparency log.

A later migration that alters one of these tables makes it anew on SQLite, which loses its triggers: it must end with
`RunPython(add_triggers, drop_triggers)` again. A test asks for them.
"""

from django.db import migrations

TABLES = ("utilities_logentry", "utilities_lognode")
SAID = "Sổ minh bạch chỉ thêm mục, không sửa, không xóa."
GAP = "Mục của sổ minh bạch phải liền số."
NEXT = 'COALESCE((SELECT MAX("index") + 1 FROM utilities_logentry), 0)'


def sqlite_triggers():
    for table in TABLES:
        for event in ("UPDATE", "DELETE"):
            name = f"{table}_no_{event.lower()}"
            yield name, f"CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
    name = "utilities_logentry_next"
    yield name, (
        f'CREATE TRIGGER {name} BEFORE INSERT ON utilities_logentry WHEN NEW."index" <> {NEXT} '
        f"BEGIN SELECT RAISE(ABORT, '{GAP}'); END"
    )
    name = "utilities_lognode_once"
    yield name, (
        f"CREATE TRIGGER {name} BEFORE INSERT ON utilities_lognode WHEN EXISTS (SELECT 1 FROM utilities_lognode "
        f"WHERE level = NEW.level AND position = NEW.position) BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
    )


POSTGRESQL_FUNCTIONS = f"""
CREATE FUNCTION utilities_log_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{SAID}' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE FUNCTION utilities_log_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    filled boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', TG_TABLE_NAME) INTO filled;
    IF filled THEN
        RAISE EXCEPTION '{SAID}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION utilities_log_next() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW."index" <> {NEXT} THEN
        RAISE EXCEPTION '{GAP}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER utilities_logentry_next BEFORE INSERT ON utilities_logentry
    FOR EACH ROW EXECUTE FUNCTION utilities_log_next();
"""


def add_triggers(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "sqlite":
        for name, sql in sqlite_triggers():
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
            schema_editor.execute(sql)
        return
    schema_editor.execute(POSTGRESQL_FUNCTIONS, params=None)
    for table in TABLES:
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION utilities_log_refuse()",
            params=None,
        )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION utilities_log_refuse_truncate()",
            params=None,
        )


def drop_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name, _ in sqlite_triggers():
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
        return
    for name in ("refuse", "refuse_truncate", "next"):
        schema_editor.execute(f"DROP FUNCTION IF EXISTS utilities_log_{name}() CASCADE")


class Migration(migrations.Migration):

    dependencies = [
        ('utilities', '0001_transparency_log'),
    ]

    operations = [
        migrations.RunPython(add_triggers, drop_triggers),
    ]
