from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('work', '0003_job_cancel'),
    ]

    operations = [
        migrations.AddField(
            model_name='job',
            name='lane',
            field=models.CharField(choices=[('default', 'việc ngắn'), ('long', 'việc dài'), ('aside', 'việc phải đợi máy khác')], default='default', max_length=7, verbose_name='hàng chờ'),
        ),
    ]
