"""Sources as providers, contacts and letters, quota plans of every kind, and what happens around a field."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("respondents", "0003_number_entries_of_split_samples"),
        ("surveys", "0007_run_the_field"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Panelist",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.CharField(max_length=254, unique=True, verbose_name="e-mail")),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                ("language", models.CharField(blank=True, max_length=16, verbose_name="language")),
                ("known", models.JSONField(blank=True, default=dict, verbose_name="profile")),
                ("added_at", models.DateTimeField(verbose_name="added at")),
                ("unsubscribed_at", models.DateTimeField(blank=True, null=True, verbose_name="unsubscribed at")),
                ("bounced_at", models.DateTimeField(blank=True, null=True, verbose_name="bounced at")),
                ("erased_at", models.DateTimeField(blank=True, null=True, verbose_name="erased at")),
            ],
            options={
                "verbose_name": "contact",
                "verbose_name_plural": "contacts",
                "ordering": ["email"],
            },
        ),
        migrations.AddField(
            model_name="interview",
            name="carried",
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="interview",
            name="device",
            field=models.CharField(
                blank=True,
                choices=[("phone", "Phone"), ("tablet", "Tablet"), ("computer", "Computer"), ("", "Unknown")],
                db_default="",
                max_length=8,
                verbose_name="device",
            ),
        ),
        migrations.AddField(
            model_name="interview",
            name="device_sha256",
            field=models.BinaryField(max_length=32, null=True),
        ),
        migrations.AddField(
            model_name="interview",
            name="duplicate_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="duplicates",
                to="respondents.interview",
                verbose_name="duplicate of",
            ),
        ),
        migrations.AddField(
            model_name="interview",
            name="returned_as",
            field=models.CharField(blank=True, db_default="", max_length=12, verbose_name="outcome told to the panel"),
        ),
        migrations.AddField(
            model_name="interview",
            name="returned_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="told at"),
        ),
        migrations.AddField(
            model_name="quota",
            name="outside",
            field=models.CharField(
                choices=[("refused", "Refused"), ("interviewed", "Interviewed, in no cell")],
                default="refused",
                max_length=12,
                verbose_name="outside every cell",
            ),
        ),
        migrations.AddField(
            model_name="quota",
            name="within",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), blank=True, default=list, size=None, verbose_name="divided within"
            ),
        ),
        migrations.AddField(
            model_name="quotacell",
            name="merged",
            field=models.JSONField(blank=True, default=list, verbose_name="merged categories"),
        ),
        migrations.AddField(
            model_name="quotacell",
            name="minimum",
            field=models.PositiveIntegerField(default=0, verbose_name="minimum"),
        ),
        migrations.AddField(
            model_name="quotacell",
            name="soft_ceiling",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="soft ceiling"),
        ),
        migrations.AddField(
            model_name="source",
            name="allowed_hosts",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=253), blank=True, default=list, size=None, verbose_name="hosts allowed"
            ),
        ),
        migrations.AddField(
            model_name="source",
            name="call",
            field=models.JSONField(blank=True, default=dict, verbose_name="call to the provider's server"),
        ),
        migrations.AddField(
            model_name="source",
            name="carried",
            field=models.JSONField(blank=True, default=dict, verbose_name="parameters given back"),
        ),
        migrations.AddField(
            model_name="source",
            name="entry_check",
            field=models.JSONField(blank=True, default=dict, verbose_name="signature of incoming links"),
        ),
        migrations.AddField(
            model_name="source",
            name="id_parameter",
            field=models.CharField(default="id", max_length=64, verbose_name="parameter of the identifier"),
        ),
        migrations.AddField(
            model_name="source",
            name="preset",
            field=models.CharField(blank=True, default="", max_length=40, verbose_name="provider"),
        ),
        migrations.AddField(
            model_name="source",
            name="returns",
            field=models.JSONField(blank=True, default=dict, verbose_name="address for each outcome"),
        ),
        migrations.AddField(
            model_name="source",
            name="secret",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="source",
            name="signer",
            field=models.CharField(blank=True, default="", max_length=40, verbose_name="signature"),
        ),
        migrations.AddField(
            model_name="source",
            name="signer_options",
            field=models.JSONField(blank=True, default=dict, verbose_name="signature's options"),
        ),
        migrations.AlterField(
            model_name="interview",
            name="state",
            field=models.CharField(
                choices=[
                    ("screening", "Screening"),
                    ("reserved", "In progress"),
                    ("completed", "Completed"),
                    ("screened_out", "Screened out"),
                    ("refused", "Refused"),
                    ("quota_full", "Quota full"),
                    ("expired", "Place expired"),
                    ("over", "Completed over quota"),
                    ("abandoned", "Abandoned"),
                    ("removed", "Removed"),
                    ("duplicate", "Duplicate"),
                    ("forged", "Link not valid"),
                ],
                default="screening",
                max_length=12,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="quota",
            name="kind",
            field=models.CharField(choices=[("hard", "Hard"), ("soft", "Soft")], default="hard", max_length=10, verbose_name="kind"),
        ),
        migrations.AlterField(
            model_name="source",
            name="kind",
            field=models.CharField(
                choices=[("open", "Open link"), ("panel", "Panel"), ("invitations", "Personal invitations")],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code_sha256", models.BinaryField(max_length=32, unique=True)),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
                ("reminders", models.PositiveSmallIntegerField(default=0, verbose_name="reminders")),
                ("last_sent_at", models.DateTimeField(blank=True, null=True, verbose_name="last sent at")),
                (
                    "interview",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="invitation",
                        to="respondents.interview",
                        verbose_name="interview",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="respondents.source",
                        verbose_name="source",
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="invitations", to="surveys.wave", verbose_name="wave"
                    ),
                ),
                (
                    "panelist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="respondents.panelist",
                        verbose_name="contact",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "ordering": ["wave", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verdict", models.CharField(choices=[("kept", "Kept"), ("removed", "Removed")], max_length=8, verbose_name="verdict")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "interview",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reviews",
                        to="respondents.interview",
                        verbose_name="interview",
                    ),
                ),
            ],
            options={
                "verbose_name": "review",
                "verbose_name_plural": "reviews",
                "ordering": ["interview", "at"],
            },
        ),
        migrations.CreateModel(
            name="SignOff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="at")),
                ("completes", models.PositiveIntegerField(verbose_name="completed interviews")),
                ("checks", models.JSONField(default=dict, verbose_name="checks")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="by"
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sign_offs", to="surveys.wave", verbose_name="wave"
                    ),
                ),
            ],
            options={
                "verbose_name": "sign-off",
                "verbose_name_plural": "sign-offs",
                "ordering": ["wave", "at"],
            },
        ),
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40, verbose_name="kind")),
                ("subject", models.CharField(blank=True, max_length=120, verbose_name="subject")),
                ("value", models.JSONField(default=dict, verbose_name="numbers")),
                ("since", models.DateTimeField(verbose_name="since")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="alerts", to="surveys.wave", verbose_name="wave"
                    ),
                ),
            ],
            options={
                "verbose_name": "alert",
                "verbose_name_plural": "alerts",
                "ordering": ["wave", "-since"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)), fields=("wave", "kind", "subject"), name="alert_open_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Flag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=80, verbose_name="rule")),
                ("subject", models.CharField(blank=True, max_length=80, verbose_name="subject")),
                ("detail", models.JSONField(default=dict, verbose_name="detail")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                (
                    "interview",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="flags",
                        to="respondents.interview",
                        verbose_name="interview",
                    ),
                ),
            ],
            options={
                "verbose_name": "flag",
                "verbose_name_plural": "flags",
                "ordering": ["interview", "rule", "subject"],
                "constraints": [models.UniqueConstraint(fields=("interview", "rule", "subject"), name="flag_once")],
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200, unique=True, verbose_name="effect")),
                (
                    "kind",
                    models.CharField(
                        choices=[("invitation", "Invitation"), ("reminder", "Reminder"), ("alert", "Alert"), ("digest", "Digest")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("to", models.CharField(max_length=254, verbose_name="to")),
                ("subject", models.CharField(max_length=300, verbose_name="subject")),
                ("body", models.TextField(verbose_name="text")),
                ("due_at", models.DateTimeField(verbose_name="due at")),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
                ("given_up_at", models.DateTimeField(blank=True, null=True, verbose_name="given up at")),
                ("error", models.CharField(blank=True, max_length=500, verbose_name="error")),
                (
                    "invitation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letters",
                        to="respondents.invitation",
                        verbose_name="invitation",
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="letters", to="surveys.wave", verbose_name="wave"
                    ),
                ),
            ],
            options={
                "verbose_name": "letter",
                "verbose_name_plural": "letters",
                "ordering": ["due_at", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("given_up_at__isnull", True), ("sent_at__isnull", True)),
                        fields=["due_at"],
                        name="letter_waiting",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PanelCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("outcome", models.CharField(max_length=12, verbose_name="outcome")),
                ("due_at", models.DateTimeField(verbose_name="due at")),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                ("given_up_at", models.DateTimeField(blank=True, null=True, verbose_name="given up at")),
                ("status", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="last answer")),
                ("error", models.CharField(blank=True, max_length=500, verbose_name="error")),
                (
                    "interview",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="panel_call",
                        to="respondents.interview",
                        verbose_name="interview",
                    ),
                ),
            ],
            options={
                "verbose_name": "call to a panel",
                "verbose_name_plural": "calls to panels",
                "ordering": ["due_at"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("answered_at__isnull", True), ("given_up_at__isnull", True)),
                        fields=["due_at"],
                        name="panel_call_waiting",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(fields=("wave", "panelist"), name="invited_once_per_wave"),
        ),
        migrations.RunSQL(
            "CREATE TRIGGER append_only BEFORE UPDATE ON respondents_review "
            "FOR EACH ROW EXECUTE FUNCTION respondents_refuse_overwriting();",
            "DROP TRIGGER append_only ON respondents_review;",
        ),
    ]
