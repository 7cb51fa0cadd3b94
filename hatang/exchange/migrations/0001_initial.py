"""Tables of data services; the database itself refuses to change, take out, skip or put twice a row of the log of calls.

A later migration that alters one of these tables makes it anew on SQLite, which loses its triggers: it must end with
`RunPython(add_triggers, drop_triggers)` again. A test asks for them.
"""

import django.core.validators
import django.db.models.deletion
import hatang.places.models
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

from hatang.pages.migrating import CreateModels


TABLES = ("exchange_callrecord", "exchange_callleaf", "exchange_callnode", "exchange_callhead")
SAID = "Sổ lượt gọi chỉ thêm, không sửa, không xóa."
GAP = "Lá của sổ lượt gọi phải liền số."
NEXT = 'COALESCE((SELECT MAX("index") + 1 FROM exchange_callleaf), 0)'
KEYS = {
    "exchange_callrecord": "id = NEW.id",
    "exchange_callleaf": "id = NEW.id OR record_id = NEW.record_id",
    "exchange_callnode": "id = NEW.id OR (level = NEW.level AND position = NEW.position)",
    "exchange_callhead": "id = NEW.id OR size = NEW.size",
}


def sqlite_triggers():
    for table in TABLES:
        for event in ("UPDATE", "DELETE"):
            name = f"{table}_no_{event.lower()}"
            yield name, f"CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
        name = f"{table}_once"  # REPLACE INTO would delete without asking the trigger above
        yield name, (
            f"CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {KEYS[table]}) "
            f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
        )
    name = "exchange_callleaf_next"
    yield name, (
        f'CREATE TRIGGER {name} BEFORE INSERT ON exchange_callleaf WHEN NEW."index" <> {NEXT} '
        f"BEGIN SELECT RAISE(ABORT, '{GAP}'); END"
    )


POSTGRESQL_FUNCTIONS = f"""
CREATE FUNCTION exchange_log_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{SAID}' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE FUNCTION exchange_log_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    filled boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', TG_TABLE_NAME) INTO filled;
    IF filled THEN
        RAISE EXCEPTION '{SAID}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION exchange_log_next() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW."index" <> {NEXT} THEN
        RAISE EXCEPTION '{GAP}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER exchange_callleaf_next BEFORE INSERT ON exchange_callleaf
    FOR EACH ROW EXECUTE FUNCTION exchange_log_next();
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
            "FOR EACH ROW EXECUTE FUNCTION exchange_log_refuse()",
            params=None,
        )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION exchange_log_refuse_truncate()",
            params=None,
        )


def drop_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name, _ in sqlite_triggers():
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
        return
    for name in ("refuse", "refuse_truncate", "next"):
        schema_editor.execute(f"DROP FUNCTION IF EXISTS exchange_log_{name}() CASCADE")


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0003_access_token'),
        ('allauth_idp_oidc', '0003_client_allow_uri_wildcards'),
        ('places', '0005_roads'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateModels(
            operations=[
                migrations.CreateModel(
                    name='CallHead',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('size', models.PositiveBigIntegerField(unique=True, verbose_name='cỡ')),
                        ('root', models.CharField(max_length=64, verbose_name='gốc')),
                        ('at', models.DateTimeField(verbose_name='lúc')),
                        ('signed', models.TextField(verbose_name='chữ ký')),
                    ],
                    options={
                        'verbose_name': 'đầu sổ lượt gọi',
                    },
                ),
                migrations.CreateModel(
                    name='CallRecord',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('at', models.DateTimeField(verbose_name='lúc')),
                        ('direction', models.CharField(choices=[('in', 'đối tác gọi vào'), ('out', 'tỉnh gọi ra')], default='in', max_length=3, verbose_name='chiều')),
                        ('client', models.CharField(max_length=100, verbose_name='mã khách')),
                        ('service', models.CharField(max_length=60, verbose_name='dịch vụ')),
                        ('status', models.PositiveSmallIntegerField(verbose_name='trạng thái trả lời')),
                        ('duration_ms', models.FloatField(verbose_name='thời gian trả lời, ms')),
                        ('request_sha256', models.CharField(max_length=64, verbose_name='mã băm yêu cầu')),
                        ('answer_sha256', models.CharField(max_length=64, verbose_name='mã băm trả lời')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation', verbose_name='đối tác')),
                        ('province', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place', verbose_name='tỉnh')),
                    ],
                    options={
                        'verbose_name': 'lượt gọi',
                        'indexes': [models.Index(fields=['province', 'at'], name='callrecord_of_province'), models.Index(fields=['organisation', 'at'], name='callrecord_of_partner')],
                    },
                ),
                migrations.CreateModel(
                    name='SigningKey',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kid', models.CharField(max_length=60, unique=True, verbose_name='tên khóa')),
                        ('jwk', models.JSONField(verbose_name='khóa công khai')),
                        ('since', models.DateTimeField(auto_now_add=True, verbose_name='dùng từ')),
                    ],
                    options={
                        'verbose_name': 'khóa ký trả lời',
                    },
                ),
                migrations.CreateModel(
                    name='CallNode',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('level', models.PositiveSmallIntegerField(verbose_name='tầng')),
                        ('position', models.PositiveBigIntegerField(verbose_name='vị trí trong tầng, từ 0')),
                        ('node_hash', models.CharField(max_length=64, verbose_name='mã băm')),
                    ],
                    options={
                        'verbose_name': 'nút của sổ lượt gọi',
                        'constraints': [models.UniqueConstraint(fields=('level', 'position'), name='callnode_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='WaitingRecord',
                    fields=[
                        ('record', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='exchange.callrecord', verbose_name='lượt gọi')),
                    ],
                    options={
                        'verbose_name': 'lượt gọi chờ vào sổ',
                    },
                ),
                migrations.CreateModel(
                    name='CallLeaf',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('index', models.PositiveBigIntegerField(unique=True, verbose_name='vị trí trong cây, từ 0')),
                        ('leaf_hash', models.CharField(max_length=64, verbose_name='mã băm của lá')),
                        ('record', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='leaf', to='exchange.callrecord', verbose_name='lượt gọi')),
                    ],
                    options={
                        'verbose_name': 'lá của sổ lượt gọi',
                    },
                ),
                migrations.CreateModel(
                    name='DataService',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=40, validators=[django.core.validators.RegexValidator('^[a-z0-9-]+$', 'Chỉ chữ thường, số, gạch.')], verbose_name='mã')),
                        ('title', models.CharField(max_length=400, verbose_name='tên')),
                        ('description', models.CharField(blank=True, max_length=1000, verbose_name='mô tả')),
                        ('keeper', models.CharField(blank=True, max_length=200, verbose_name='cơ quan giữ dữ liệu')),
                        ('source', models.CharField(blank=True, max_length=300, verbose_name='theo văn bản')),
                        ('state', models.CharField(choices=[('described', 'mới mô tả, chưa cung cấp'), ('offered', 'đang cung cấp'), ('withdrawn', 'đã ngừng cung cấp')], default='described', max_length=9, verbose_name='trạng thái')),
                        ('rate_per_minute', models.PositiveIntegerField(default=60, help_text='Mức mặc định của thỏa thuận.', validators=[django.core.validators.MinValueValidator(1, 'Ít nhất 1 lượt gọi.'), django.core.validators.MaxValueValidator(6000, 'Nhiều nhất 6000 lượt gọi.')], verbose_name='số lượt gọi mỗi phút')),
                        ('quota_per_day', models.PositiveIntegerField(default=5000, help_text='Mức mặc định của thỏa thuận.', validators=[django.core.validators.MinValueValidator(1, 'Ít nhất 1 lượt gọi.'), django.core.validators.MaxValueValidator(10000000, 'Nhiều nhất 10000000 lượt gọi.')], verbose_name='số lượt gọi mỗi ngày')),
                        ('search_key', models.CharField(default='', editable=False, max_length=700)),
                        ('province', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place', verbose_name='tỉnh')),
                    ],
                    options={
                        'verbose_name': 'dịch vụ dữ liệu',
                        'constraints': [models.UniqueConstraint(fields=('province', 'code'), name='dataservice_unique', violation_error_message='Tỉnh đã có dịch vụ mang mã này.')],
                    },
                    bases=(hatang.places.models.OfProvince, models.Model),
                ),
                migrations.CreateModel(
                    name='Agreement',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('state', models.CharField(choices=[('sent', 'đã gửi, chờ cán bộ Sở đề xuất'), ('proposed', 'đã đề xuất, chờ lãnh đạo Sở'), ('agreed', 'đã đồng ý'), ('refused', 'bị từ chối'), ('withdrawn', 'đã rút, thu hồi')], default='sent', max_length=9, verbose_name='trạng thái')),
                        ('purpose', models.TextField(max_length=2000, verbose_name='mục đích')),
                        ('communes', models.JSONField(blank=True, default=list, help_text='Mã các xã được lấy; để trống: cả tỉnh.', verbose_name='xã, phường')),
                        ('fields', models.JSONField(default=list, verbose_name='trường dữ liệu')),
                        ('ends_on', models.DateField(verbose_name='có hiệu lực đến hết ngày')),
                        ('rate_per_minute', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1, 'Ít nhất 1 lượt gọi.'), django.core.validators.MaxValueValidator(6000, 'Nhiều nhất 6000 lượt gọi.')], verbose_name='số lượt gọi mỗi phút')),
                        ('quota_per_day', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1, 'Ít nhất 1 lượt gọi.'), django.core.validators.MaxValueValidator(10000000, 'Nhiều nhất 10000000 lượt gọi.')], verbose_name='số lượt gọi mỗi ngày')),
                        ('agreed_at', models.DateTimeField(blank=True, null=True, verbose_name='đồng ý lúc')),
                        ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='gửi lúc')),
                        ('search_key', models.CharField(default='', editable=False, max_length=900)),
                        ('agreed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người đồng ý')),
                        ('legal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.legalreference', verbose_name='căn cứ pháp lý')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation', verbose_name='đơn vị đề nghị')),
                        ('proposed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người đề xuất')),
                        ('province', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place', verbose_name='tỉnh')),
                        ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người đề nghị')),
                        ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='exchange.dataservice', verbose_name='dịch vụ')),
                    ],
                    options={
                        'verbose_name': 'thỏa thuận dịch vụ dữ liệu',
                        'constraints': [models.CheckConstraint(condition=models.Q(('agreed_by', None), models.Q(('proposed_by__isnull', False), models.Q(('agreed_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='agreement_two_people', violation_error_message='Người đồng ý phải khác người đề xuất.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'agreed'), _negated=True), ('agreed_by__isnull', False), _connector='OR'), name='agreement_agreed_by', violation_error_message='Thỏa thuận có hiệu lực phải có người đồng ý.'), models.UniqueConstraint(condition=models.Q(('state__in', ('sent', 'proposed', 'agreed'))), fields=('service', 'organisation'), name='agreement_one_under_way', violation_error_message='Đơn vị đã có đề nghị hoặc thỏa thuận với dịch vụ này.')],
                    },
                ),
                migrations.CreateModel(
                    name='AgreementStep',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('act', models.CharField(max_length=20, verbose_name='việc')),
                        ('words', models.CharField(max_length=200, verbose_name='lời ghi')),
                        ('reason', models.CharField(blank=True, max_length=500, verbose_name='lý do')),
                        ('at', models.DateTimeField(auto_now_add=True, verbose_name='lúc')),
                        ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='exchange.agreement', verbose_name='thỏa thuận')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người làm')),
                    ],
                    options={
                        'verbose_name': 'bước của thỏa thuận',
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalAgreement',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('state', models.CharField(choices=[('sent', 'đã gửi, chờ cán bộ Sở đề xuất'), ('proposed', 'đã đề xuất, chờ lãnh đạo Sở'), ('agreed', 'đã đồng ý'), ('refused', 'bị từ chối'), ('withdrawn', 'đã rút, thu hồi')], default='sent', max_length=9, verbose_name='trạng thái')),
                        ('purpose', models.TextField(max_length=2000, verbose_name='mục đích')),
                        ('communes', models.JSONField(blank=True, default=list, help_text='Mã các xã được lấy; để trống: cả tỉnh.', verbose_name='xã, phường')),
                        ('fields', models.JSONField(default=list, verbose_name='trường dữ liệu')),
                        ('ends_on', models.DateField(verbose_name='có hiệu lực đến hết ngày')),
                        ('rate_per_minute', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1, 'Ít nhất 1 lượt gọi.'), django.core.validators.MaxValueValidator(6000, 'Nhiều nhất 6000 lượt gọi.')], verbose_name='số lượt gọi mỗi phút')),
                        ('quota_per_day', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1, 'Ít nhất 1 lượt gọi.'), django.core.validators.MaxValueValidator(10000000, 'Nhiều nhất 10000000 lượt gọi.')], verbose_name='số lượt gọi mỗi ngày')),
                        ('agreed_at', models.DateTimeField(blank=True, null=True, verbose_name='đồng ý lúc')),
                        ('made_at', models.DateTimeField(blank=True, editable=False, verbose_name='gửi lúc')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('agreed_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người đồng ý')),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('legal', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='places.legalreference', verbose_name='căn cứ pháp lý')),
                        ('organisation', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.organisation', verbose_name='đơn vị đề nghị')),
                        ('proposed_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người đề xuất')),
                        ('province', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='places.place', verbose_name='tỉnh')),
                        ('requested_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người đề nghị')),
                        ('service', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='exchange.dataservice', verbose_name='dịch vụ')),
                    ],
                    options={
                        'verbose_name': 'historical thỏa thuận dịch vụ dữ liệu',
                        'verbose_name_plural': 'historical thỏa thuận dịch vụ dữ liệus',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalDataService',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('code', models.CharField(max_length=40, validators=[django.core.validators.RegexValidator('^[a-z0-9-]+$', 'Chỉ chữ thường, số, gạch.')], verbose_name='mã')),
                        ('title', models.CharField(max_length=400, verbose_name='tên')),
                        ('description', models.CharField(blank=True, max_length=1000, verbose_name='mô tả')),
                        ('keeper', models.CharField(blank=True, max_length=200, verbose_name='cơ quan giữ dữ liệu')),
                        ('source', models.CharField(blank=True, max_length=300, verbose_name='theo văn bản')),
                        ('state', models.CharField(choices=[('described', 'mới mô tả, chưa cung cấp'), ('offered', 'đang cung cấp'), ('withdrawn', 'đã ngừng cung cấp')], default='described', max_length=9, verbose_name='trạng thái')),
                        ('rate_per_minute', models.PositiveIntegerField(default=60, help_text='Mức mặc định của thỏa thuận.', validators=[django.core.validators.MinValueValidator(1, 'Ít nhất 1 lượt gọi.'), django.core.validators.MaxValueValidator(6000, 'Nhiều nhất 6000 lượt gọi.')], verbose_name='số lượt gọi mỗi phút')),
                        ('quota_per_day', models.PositiveIntegerField(default=5000, help_text='Mức mặc định của thỏa thuận.', validators=[django.core.validators.MinValueValidator(1, 'Ít nhất 1 lượt gọi.'), django.core.validators.MaxValueValidator(10000000, 'Nhiều nhất 10000000 lượt gọi.')], verbose_name='số lượt gọi mỗi ngày')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('province', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='places.place', verbose_name='tỉnh')),
                    ],
                    options={
                        'verbose_name': 'historical dịch vụ dữ liệu',
                        'verbose_name_plural': 'historical dịch vụ dữ liệus',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalOutsideService',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('name', models.CharField(max_length=200, verbose_name='tên')),
                        ('address', models.URLField(help_text='Ví dụ https://lgsp.tinh.gov.vn/dich-vu/v1.', max_length=300, verbose_name='địa chỉ gốc')),
                        ('token_address', models.URLField(blank=True, help_text='OAuth 2, client_credentials; để trống: không cần.', max_length=300, verbose_name='địa chỉ lấy mã truy cập')),
                        ('client_id', models.CharField(blank=True, max_length=200, verbose_name='mã khách')),
                        ('scope', models.CharField(blank=True, max_length=200, verbose_name='phạm vi (scope)')),
                        ('knows_keys', models.BooleanField(default=False, help_text='Chỉ khi bên kia cam kết; khi đó lượt POST chưa rõ kết quả được gửi lại với cùng khóa.', verbose_name='bên kia hiểu Idempotency-Key')),
                        ('jwks', models.JSONField(blank=True, help_text='JWKS; nếu ghi, trả lời không có chữ ký đúng bị coi là hỏng.', null=True, verbose_name='khóa công khai của bên kia')),
                        ('closed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='ngừng dùng lúc')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('organisation', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.organisation', verbose_name='cơ quan cung cấp')),
                        ('province', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='places.place', verbose_name='tỉnh')),
                    ],
                    options={
                        'verbose_name': 'historical dịch vụ bên ngoài',
                        'verbose_name_plural': 'historical dịch vụ bên ngoàis',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalPartnerKey',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('name', models.CharField(help_text='Ví dụ: máy chủ nền tảng tích hợp của đơn vị.', max_length=80, verbose_name='dùng cho')),
                        ('xroad_client', models.CharField(blank=True, help_text='Chỉ khi đơn vị gọi qua X-Road: PHIÊN-BẢN/LỚP/MÃ-THÀNH-VIÊN/HỆ-THỐNG-CON.', max_length=220, validators=[django.core.validators.RegexValidator('^[^/\\s]{1,20}(/[^/\\s]{1,60}){2,3}$', 'Viết: PHIÊN-BẢN/LỚP/MÃ-THÀNH-VIÊN hoặc thêm /HỆ-THỐNG-CON.')], verbose_name='mã thành viên X-Road')),
                        ('made_at', models.DateTimeField(blank=True, editable=False, verbose_name='cấp lúc')),
                        ('rotated_at', models.DateTimeField(blank=True, null=True, verbose_name='đổi khóa lúc')),
                        ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='thu hồi lúc')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('client', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='allauth_idp_oidc.client', verbose_name='mã khách')),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('made_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người cấp')),
                        ('organisation', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.organisation', verbose_name='đơn vị')),
                        ('province', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='places.place', verbose_name='tỉnh')),
                    ],
                    options={
                        'verbose_name': 'historical khóa của đối tác',
                        'verbose_name_plural': 'historical khóa của đối tács',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='OutsideService',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=200, verbose_name='tên')),
                        ('address', models.URLField(help_text='Ví dụ https://lgsp.tinh.gov.vn/dich-vu/v1.', max_length=300, verbose_name='địa chỉ gốc')),
                        ('token_address', models.URLField(blank=True, help_text='OAuth 2, client_credentials; để trống: không cần.', max_length=300, verbose_name='địa chỉ lấy mã truy cập')),
                        ('client_id', models.CharField(blank=True, max_length=200, verbose_name='mã khách')),
                        ('secret', models.TextField(blank=True, editable=False, verbose_name='bí mật đã mã hoá')),
                        ('scope', models.CharField(blank=True, max_length=200, verbose_name='phạm vi (scope)')),
                        ('knows_keys', models.BooleanField(default=False, help_text='Chỉ khi bên kia cam kết; khi đó lượt POST chưa rõ kết quả được gửi lại với cùng khóa.', verbose_name='bên kia hiểu Idempotency-Key')),
                        ('jwks', models.JSONField(blank=True, help_text='JWKS; nếu ghi, trả lời không có chữ ký đúng bị coi là hỏng.', null=True, verbose_name='khóa công khai của bên kia')),
                        ('closed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='ngừng dùng lúc')),
                        ('search_key', models.CharField(default='', editable=False, max_length=600)),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation', verbose_name='cơ quan cung cấp')),
                        ('province', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place', verbose_name='tỉnh')),
                    ],
                    options={
                        'verbose_name': 'dịch vụ bên ngoài',
                        'constraints': [models.UniqueConstraint(fields=('province', 'name'), name='outsideservice_unique', violation_error_message='Tỉnh đã có dịch vụ bên ngoài mang tên này.')],
                    },
                    bases=(hatang.places.models.OfProvince, models.Model),
                ),
                migrations.CreateModel(
                    name='OutsideCall',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('method', models.CharField(choices=[('GET', 'GET'), ('POST', 'POST')], default='GET', max_length=4, verbose_name='cách gọi')),
                        ('path', models.CharField(blank=True, help_text='Sau địa chỉ gốc, ví dụ /dan-cu?xa=06181.', max_length=1000, verbose_name='đường dẫn')),
                        ('body', models.TextField(blank=True, max_length=65536, verbose_name='thân (JSON)')),
                        ('idempotency_key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='khóa chống lặp')),
                        ('state', models.CharField(choices=[('waiting', 'chờ gửi'), ('sending', 'đang gửi'), ('done', 'đã có trả lời'), ('failed', 'không thành'), ('unknown', 'không rõ bên kia đã nhận chưa')], default='waiting', max_length=7, verbose_name='trạng thái')),
                        ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='số lần gửi')),
                        ('next_at', models.DateTimeField(blank=True, null=True, verbose_name='lần gửi tới')),
                        ('begun_at', models.DateTimeField(blank=True, null=True, verbose_name='bắt đầu gửi lúc')),
                        ('status', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='trạng thái trả lời')),
                        ('answer', models.TextField(blank=True, verbose_name='trả lời')),
                        ('error', models.CharField(blank=True, max_length=300, verbose_name='lỗi')),
                        ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='lập lúc')),
                        ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người gọi')),
                        ('record', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='exchange.callrecord', verbose_name='lượt gọi trong sổ')),
                        ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='exchange.outsideservice', verbose_name='dịch vụ')),
                    ],
                    options={
                        'verbose_name': 'lượt gọi ra',
                        'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['next_at'], name='outsidecall_due')],
                    },
                ),
                migrations.CreateModel(
                    name='PartnerKey',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(help_text='Ví dụ: máy chủ nền tảng tích hợp của đơn vị.', max_length=80, verbose_name='dùng cho')),
                        ('xroad_client', models.CharField(blank=True, help_text='Chỉ khi đơn vị gọi qua X-Road: PHIÊN-BẢN/LỚP/MÃ-THÀNH-VIÊN/HỆ-THỐNG-CON.', max_length=220, validators=[django.core.validators.RegexValidator('^[^/\\s]{1,20}(/[^/\\s]{1,60}){2,3}$', 'Viết: PHIÊN-BẢN/LỚP/MÃ-THÀNH-VIÊN hoặc thêm /HỆ-THỐNG-CON.')], verbose_name='mã thành viên X-Road')),
                        ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='cấp lúc')),
                        ('rotated_at', models.DateTimeField(blank=True, null=True, verbose_name='đổi khóa lúc')),
                        ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='thu hồi lúc')),
                        ('search_key', models.CharField(default='', editable=False, max_length=500)),
                        ('client', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='partner_key', to='allauth_idp_oidc.client', verbose_name='mã khách')),
                        ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người cấp')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation', verbose_name='đơn vị')),
                        ('province', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place', verbose_name='tỉnh')),
                    ],
                    options={
                        'verbose_name': 'khóa của đối tác',
                        'constraints': [models.UniqueConstraint(condition=models.Q(models.Q(('xroad_client', ''), _negated=True), ('revoked_at', None)), fields=('xroad_client',), name='partnerkey_xroad_unique', violation_error_message='Mã thành viên X-Road này đã gắn với một khóa khác.')],
                    },
                ),
                migrations.CreateModel(
                    name='KeptAnswer',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('idempotency_key', models.CharField(max_length=100, verbose_name='khóa chống lặp')),
                        ('request_sha256', models.CharField(max_length=64, verbose_name='mã băm yêu cầu')),
                        ('body', models.BinaryField(verbose_name='thân trả lời')),
                        ('signature', models.TextField(verbose_name='chữ ký')),
                        ('at', models.DateTimeField(auto_now_add=True, db_index=True, verbose_name='lúc')),
                        ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='exchange.callrecord', verbose_name='lượt gọi')),
                        ('partner_key', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='exchange.partnerkey', verbose_name='khóa của đối tác')),
                    ],
                    options={
                        'verbose_name': 'trả lời được giữ',
                        'constraints': [models.UniqueConstraint(fields=('partner_key', 'idempotency_key'), name='keptanswer_unique'), models.CheckConstraint(condition=models.Q(('idempotency_key', ''), _negated=True), name='keptanswer_named')],
                    },
                ),
                migrations.CreateModel(
                    name='CallCount',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('on', models.DateField(verbose_name='ngày')),
                        ('used', models.PositiveIntegerField(default=0, verbose_name='đã gọi')),
                        ('refused', models.PositiveIntegerField(default=0, verbose_name='bị từ chối vì quá mức')),
                        ('minute', models.PositiveBigIntegerField(default=0, verbose_name='phút đang đếm')),
                        ('in_minute', models.PositiveIntegerField(default=0, verbose_name='đã gọi trong phút')),
                        ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='counts', to='exchange.agreement', verbose_name='thỏa thuận')),
                    ],
                    options={
                        'verbose_name': 'số lượt gọi trong ngày',
                        'constraints': [models.UniqueConstraint(fields=('agreement', 'on'), name='callcount_unique')],
                    },
                ),
            ]
        ),
        migrations.RunPython(add_triggers, drop_triggers),
    ]
