import django.core.validators
import django.db.models.deletion
import hatang.pages.migrating
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('places', '0003_vn2000'),
        ('plans', '0001_initial'),
        ('work', '0001_initial'),
    ]

    operations = [
        hatang.pages.migrating.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='PlanReading',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('state', models.CharField(choices=[('checking', 'đang kiểm tra'), ('wrong', 'có lỗi'), ('ready', 'chờ lưu'), ('saving', 'đang lưu'), ('saved', 'đã lưu'), ('discarded', 'đã bỏ')], default='checking', max_length=9, verbose_name='trạng thái')),
                        ('summary', models.JSONField(default=dict, verbose_name='kết quả kiểm tra')),
                        ('saved_at', models.DateTimeField(blank=True, null=True, verbose_name='lúc lưu')),
                        ('document', models.JSONField(default=dict, editable=False, verbose_name='văn bản')),
                        ('facts', models.JSONField(default=dict, verbose_name='thông tin chung')),
                        ('against', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='plans.plan', verbose_name='so với kế hoạch')),
                        ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='work.storedfile', verbose_name='tệp')),
                        ('plan', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='readings', to='plans.plan', verbose_name='kế hoạch đã lập')),
                        ('province', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place', verbose_name='tỉnh')),
                    ],
                    options={
                        'verbose_name': 'văn bản kế hoạch được đọc',
                        'constraints': [models.UniqueConstraint(fields=('plan',), name='planreading_plan', violation_error_message='Kế hoạch này đã lập từ văn bản khác.')],
                    },
                ),
                migrations.CreateModel(
                    name='ReadingAct',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('what', models.CharField(max_length=200, verbose_name='việc')),
                        ('at', models.DateTimeField(auto_now_add=True, verbose_name='lúc')),
                        ('before', models.JSONField(default=dict, verbose_name='trước')),
                        ('after', models.JSONField(default=dict, verbose_name='sau')),
                        ('undone', models.BooleanField(default=False, verbose_name='đã hoàn tác')),
                        ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người làm')),
                        ('reading', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='acts', to='plans.planreading', verbose_name='văn bản được đọc')),
                    ],
                    options={
                        'verbose_name': 'việc đã làm khi xem văn bản',
                        'ordering': ['pk'],
                    },
                ),
                migrations.CreateModel(
                    name='Statement',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('target', 'mục tiêu'), ('baseline', 'hiện trạng'), ('task', 'nhiệm vụ'), ('body', 'cơ quan'), ('duty', 'nghĩa vụ báo cáo'), ('basis', 'căn cứ'), ('oddity', 'điểm lạ')], max_length=8, verbose_name='loại')),
                        ('state', models.CharField(choices=[('proposed', 'chờ xem'), ('confirmed', 'đã nhận'), ('rejected', 'đã bỏ')], default='proposed', max_length=9, verbose_name='trạng thái')),
                        ('by_hand', models.BooleanField(default=False, verbose_name='do người ghi')),
                        ('block', models.PositiveIntegerField(blank=True, null=True, verbose_name='đoạn')),
                        ('start', models.PositiveIntegerField(default=0, verbose_name='từ ký tự')),
                        ('end', models.PositiveIntegerField(default=0, verbose_name='đến ký tự')),
                        ('quote', models.TextField(blank=True, verbose_name='nguyên văn')),
                        ('section', models.CharField(blank=True, max_length=40, verbose_name='mục')),
                        ('facts', models.JSONField(default=dict, verbose_name='nội dung')),
                        ('sure', models.FloatField(default=1, verbose_name='độ chắc')),
                        ('order', models.PositiveIntegerField(default=0, verbose_name='thứ tự')),
                        ('reading', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='statements', to='plans.planreading', verbose_name='văn bản được đọc')),
                    ],
                    options={
                        'verbose_name': 'điều đọc được',
                        'ordering': ['order', 'pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('end__gte', models.F('start'))), name='statement_span', violation_error_message='Chỗ đánh dấu phải kết thúc sau khi bắt đầu.'), models.CheckConstraint(condition=models.Q(('sure__gte', 0), ('sure__lte', 1)), name='statement_sure', violation_error_message='Độ chắc phải từ 0 đến 1.')],
                    },
                ),
            ],
        ),
        migrations.AlterField(
            model_name='baseline',
            name='year',
            field=models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1990), django.core.validators.MaxValueValidator(2060)], verbose_name='năm'),
        ),
        migrations.AddField(
            model_name='baseline',
            name='quote',
            field=models.TextField(blank=True, verbose_name='nguyên văn'),
        ),
        migrations.AddField(
            model_name='duty',
            name='quote',
            field=models.TextField(blank=True, verbose_name='nguyên văn'),
        ),
        migrations.AddField(
            model_name='historicalplan',
            name='amends',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='plans.plan', verbose_name='sửa đổi, bổ sung'),
        ),
        migrations.AddField(
            model_name='historicalplan',
            name='kind',
            field=models.CharField(choices=[('strategy', 'chiến lược, nghị quyết, đề án'), ('plan', 'kế hoạch'), ('amendment', 'sửa đổi, bổ sung')], default='plan', max_length=9, verbose_name='loại'),
        ),
        migrations.AddField(
            model_name='historicaltarget',
            name='quote',
            field=models.TextField(blank=True, verbose_name='nguyên văn'),
        ),
        migrations.AddField(
            model_name='historicaltask',
            name='continues',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='Nhiệm vụ của văn bản trước mà văn bản này nhắc lại hoặc sửa.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='plans.task', verbose_name='nối tiếp nhiệm vụ'),
        ),
        migrations.AddField(
            model_name='historicaltask',
            name='quote',
            field=models.TextField(blank=True, verbose_name='nguyên văn'),
        ),
        migrations.AddField(
            model_name='plan',
            name='amends',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='amendments', to='plans.plan', verbose_name='sửa đổi, bổ sung'),
        ),
        migrations.AddField(
            model_name='plan',
            name='kind',
            field=models.CharField(choices=[('strategy', 'chiến lược, nghị quyết, đề án'), ('plan', 'kế hoạch'), ('amendment', 'sửa đổi, bổ sung')], default='plan', max_length=9, verbose_name='loại'),
        ),
        migrations.AddField(
            model_name='target',
            name='quote',
            field=models.TextField(blank=True, verbose_name='nguyên văn'),
        ),
        migrations.AddField(
            model_name='task',
            name='continues',
            field=models.ForeignKey(blank=True, help_text='Nhiệm vụ của văn bản trước mà văn bản này nhắc lại hoặc sửa.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='continued_by', to='plans.task', verbose_name='nối tiếp nhiệm vụ'),
        ),
        migrations.AddField(
            model_name='task',
            name='quote',
            field=models.TextField(blank=True, verbose_name='nguyên văn'),
        ),
        migrations.AlterField(
            model_name='historicaltarget',
            name='comparator',
            field=models.CharField(choices=[('ge', 'ít nhất'), ('gt', 'trên'), ('eq', 'bằng'), ('le', 'không quá'), ('lt', 'dưới'), ('approx', 'khoảng'), ('double', 'gấp đôi năm gốc'), ('done', 'hoàn thành')], max_length=6, verbose_name='so sánh'),
        ),
        migrations.AlterField(
            model_name='historicaltarget',
            name='condition_comparator',
            field=models.CharField(blank=True, choices=[('ge', 'ít nhất'), ('gt', 'trên'), ('eq', 'bằng'), ('le', 'không quá'), ('lt', 'dưới'), ('approx', 'khoảng'), ('double', 'gấp đôi năm gốc'), ('done', 'hoàn thành')], max_length=6, verbose_name='so sánh với ngưỡng'),
        ),
        migrations.AlterField(
            model_name='target',
            name='comparator',
            field=models.CharField(choices=[('ge', 'ít nhất'), ('gt', 'trên'), ('eq', 'bằng'), ('le', 'không quá'), ('lt', 'dưới'), ('approx', 'khoảng'), ('double', 'gấp đôi năm gốc'), ('done', 'hoàn thành')], max_length=6, verbose_name='so sánh'),
        ),
        migrations.AlterField(
            model_name='target',
            name='condition_comparator',
            field=models.CharField(blank=True, choices=[('ge', 'ít nhất'), ('gt', 'trên'), ('eq', 'bằng'), ('le', 'không quá'), ('lt', 'dưới'), ('approx', 'khoảng'), ('double', 'gấp đôi năm gốc'), ('done', 'hoàn thành')], max_length=6, verbose_name='so sánh với ngưỡng'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(('amends__isnull', True), ('replaces__isnull', True), _connector='OR'), name='plan_one_relation', violation_error_message='Kế hoạch hoặc sửa đổi, hoặc thay thế một kế hoạch khác, không cả hai.'),
        ),
    ]
