"""Weightings as they were computed, publications that nobody changes, client links, jobs, and what people judge."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What was published, approved or coded is never changed; a publication is not deleted either.
FUNCTION = """
CREATE FUNCTION reports_refuse_changing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is never changed: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
TRIGGERS = "".join(
    f"CREATE TRIGGER never_changed BEFORE {acts} ON reports_{table} FOR EACH ROW EXECUTE FUNCTION reports_refuse_changing();"
    for table, acts in {
        "release": "UPDATE OR DELETE",
        "releasefile": "UPDATE OR DELETE",
        "releaseevent": "UPDATE OR DELETE",
        "approval": "UPDATE",
        "coding": "UPDATE",
    }.items()
)


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0001_figures"),
        ("respondents", "0007_quota_cell_lines"),
        ("surveys", "0008_hours_and_sign_off"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="estimate",
            name="raw_value",
            field=models.FloatField(null=True, verbose_name="unweighted value"),
        ),
        migrations.AddField(
            model_name="estimate",
            name="value",
            field=models.FloatField(null=True, verbose_name="value"),
        ),
        migrations.AddField(
            model_name="figure",
            name="kind",
            field=models.CharField(
                choices=[("share", "Percentage"), ("mean", "Mean"), ("median", "Median"), ("score", "Net promoter score")],
                default="share",
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="figure",
            name="measure",
            field=models.CharField(blank=True, max_length=64, verbose_name="measure"),
        ),
        migrations.CreateModel(
            name="ClientLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_sha256", models.BinaryField(max_length=32, unique=True)),
                ("label", models.CharField(max_length=200, verbose_name="for whom")),
                ("shows", models.JSONField(default=list, verbose_name="shows")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked at")),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="client_links", to="surveys.wave", verbose_name="wave"
                    ),
                ),
            ],
            options={
                "verbose_name": "client link",
                "verbose_name_plural": "client links",
                "ordering": ["wave", "-made_at"],
            },
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("at", models.DateTimeField(verbose_name="at")),
                ("sha256", models.CharField(max_length=64, verbose_name="fingerprint of the figures")),
                ("agrees", models.BooleanField(verbose_name="agrees")),
                ("remark", models.TextField(blank=True, verbose_name="remark")),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="reports.clientlink",
                        verbose_name="client link",
                    ),
                ),
            ],
            options={
                "verbose_name": "approval",
                "verbose_name_plural": "approvals",
                "ordering": ["link", "at"],
            },
        ),
        migrations.CreateModel(
            name="CodeFrame",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("question", models.CharField(max_length=64, verbose_name="question")),
                ("codes", models.JSONField(default=list, verbose_name="codes")),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="code_frames", to="surveys.survey", verbose_name="survey"
                    ),
                ),
            ],
            options={
                "verbose_name": "code frame",
                "verbose_name_plural": "code frames",
                "ordering": ["survey", "question"],
            },
        ),
        migrations.CreateModel(
            name="Coding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), default=list, size=None, verbose_name="codes"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                ("settles", models.BooleanField(default=False, verbose_name="settles")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="by"
                    ),
                ),
                ("frame", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="codings", to="reports.codeframe")),
                (
                    "interview",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codings",
                        to="respondents.interview",
                        verbose_name="interview",
                    ),
                ),
            ],
            options={
                "verbose_name": "coding",
                "verbose_name_plural": "codings",
                "ordering": ["frame", "interview", "at"],
            },
        ),
        migrations.CreateModel(
            name="Comparability",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("aspect", models.CharField(max_length=20, verbose_name="aspect")),
                ("subject", models.CharField(blank=True, max_length=64, verbose_name="figure")),
                (
                    "computed",
                    models.CharField(
                        choices=[("same", "Same"), ("close", "Close"), ("different", "Different")], max_length=10, verbose_name="computed"
                    ),
                ),
                (
                    "confirmed",
                    models.CharField(
                        blank=True,
                        choices=[("same", "Same"), ("close", "Close"), ("different", "Different")],
                        max_length=10,
                        verbose_name="confirmed",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                ("at", models.DateTimeField(blank=True, null=True, verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="surveys.wave", verbose_name="compared with wave"
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="comparabilities", to="surveys.wave", verbose_name="wave"
                    ),
                ),
            ],
            options={
                "verbose_name": "comparability",
                "verbose_name_plural": "comparabilities",
                "ordering": ["wave", "other", "aspect", "subject"],
            },
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40, verbose_name="kind")),
                ("options", models.JSONField(default=dict, verbose_name="options")),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="done")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="total")),
                ("heard_at", models.DateTimeField(blank=True, null=True, verbose_name="last sign of life")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished at")),
                ("error", models.TextField(blank=True, verbose_name="error")),
                ("file_name", models.CharField(blank=True, max_length=200, verbose_name="file")),
                ("content", models.BinaryField(null=True)),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="fingerprint")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="asked by"
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="jobs", to="surveys.wave", verbose_name="wave"
                    ),
                ),
            ],
            options={
                "verbose_name": "job",
                "verbose_name_plural": "jobs",
                "ordering": ["-asked_at"],
            },
        ),
        migrations.CreateModel(
            name="Release",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                ("published_at", models.DateTimeField(verbose_name="published at")),
                ("public_from", models.DateTimeField(verbose_name="public from")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("figures", models.JSONField(verbose_name="figures")),
                ("notice", models.JSONField(verbose_name="notice")),
                ("pages", models.JSONField(default=dict, verbose_name="pages")),
                ("sha256", models.CharField(max_length=64, verbose_name="fingerprint of the evidence")),
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
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="releases", to="surveys.wave", verbose_name="wave"
                    ),
                ),
            ],
            options={
                "verbose_name": "publication",
                "verbose_name_plural": "publications",
                "ordering": ["wave", "-number"],
            },
        ),
        migrations.CreateModel(
            name="ReleaseEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(choices=[("withdrawn", "Withdrawn"), ("erased", "People erased")], max_length=12, verbose_name="kind"),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                ("text", models.TextField(verbose_name="text")),
                ("people", models.PositiveIntegerField(default=0, verbose_name="people")),
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
                ("release", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="events", to="reports.release")),
            ],
            options={
                "verbose_name": "event of a publication",
                "verbose_name_plural": "events of publications",
                "ordering": ["release", "at"],
            },
        ),
        migrations.CreateModel(
            name="ReleaseFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("media_type", models.CharField(max_length=100, verbose_name="media type")),
                ("sha256", models.CharField(max_length=64, verbose_name="fingerprint")),
                ("content", models.BinaryField()),
                ("is_public", models.BooleanField(default=True, verbose_name="public")),
                ("release", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="files", to="reports.release")),
            ],
            options={
                "verbose_name": "file of a publication",
                "verbose_name_plural": "files of publications",
                "ordering": ["release", "name"],
            },
        ),
        migrations.CreateModel(
            name="Scheme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.PositiveIntegerField(editable=False, verbose_name="row")),
                ("cells", models.JSONField(default=dict, editable=False, verbose_name="cells")),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("labels", models.JSONField(default=dict, verbose_name="labels")),
                (
                    "variables",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), blank=True, default=list, size=None, verbose_name="weighted on"
                    ),
                ),
                ("low", models.FloatField(blank=True, null=True, verbose_name="smallest weight allowed")),
                ("high", models.FloatField(blank=True, null=True, verbose_name="largest weight allowed")),
                ("design", models.CharField(blank=True, max_length=64, verbose_name="design weight")),
                ("is_imported", models.BooleanField(default=False, verbose_name="imported weights")),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="schemes", to="surveys.wave", verbose_name="wave"
                    ),
                ),
            ],
            options={
                "verbose_name": "weighting scheme",
                "verbose_name_plural": "weighting schemes",
                "ordering": ["wave", "row"],
            },
        ),
        migrations.CreateModel(
            name="ImportedWeight",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weight", models.FloatField(verbose_name="weight")),
                ("interview", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="respondents.interview")),
                ("scheme", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="weights", to="reports.scheme")),
            ],
            options={
                "verbose_name": "imported weight",
                "verbose_name_plural": "imported weights",
            },
        ),
        migrations.CreateModel(
            name="Weighting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.SlugField(default="main", max_length=40, verbose_name="scheme")),
                ("computed_at", models.DateTimeField(verbose_name="computed at")),
                ("n", models.PositiveIntegerField(verbose_name="n")),
                ("revisions", models.BigIntegerField(editable=False)),
                (
                    "variables",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), default=list, size=None, verbose_name="weighted on"
                    ),
                ),
                ("low", models.FloatField(null=True, verbose_name="smallest weight allowed")),
                ("high", models.FloatField(null=True, verbose_name="largest weight allowed")),
                ("steps", models.PositiveSmallIntegerField(default=0, verbose_name="raking steps")),
                ("worst_margin", models.FloatField(null=True, verbose_name="worst margin")),
                ("min_weight", models.FloatField(null=True, verbose_name="smallest weight")),
                ("max_weight", models.FloatField(null=True, verbose_name="largest weight")),
                ("design_effect", models.FloatField(null=True, verbose_name="design effect")),
                ("effective_n", models.FloatField(null=True, verbose_name="effective n")),
                ("efficiency", models.FloatField(null=True, verbose_name="efficiency")),
                ("margins", models.JSONField(default=list, verbose_name="margins")),
                ("histogram", models.JSONField(default=list, verbose_name="weights")),
                ("warnings", models.JSONField(default=list, verbose_name="warnings")),
                ("refusal", models.JSONField(blank=True, default=dict, verbose_name="refusal")),
                ("allowed_because", models.CharField(blank=True, max_length=500, verbose_name="allowed because")),
                (
                    "allowed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="allowed by",
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="weightings", to="surveys.wave", verbose_name="wave"
                    ),
                ),
            ],
            options={
                "verbose_name": "weighting",
                "verbose_name_plural": "weightings",
                "ordering": ["wave", "scheme", "-computed_at"],
            },
        ),
        migrations.AddConstraint(
            model_name="codeframe",
            constraint=models.UniqueConstraint(fields=("survey", "question"), name="code_frame_once"),
        ),
        migrations.AddConstraint(
            model_name="comparability",
            constraint=models.UniqueConstraint(fields=("wave", "other", "aspect", "subject"), name="comparability_once"),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(condition=models.Q(("finished_at__isnull", True)), fields=["asked_at"], name="job_waiting"),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.UniqueConstraint(fields=("wave", "number"), name="release_number_once"),
        ),
        migrations.AddConstraint(
            model_name="releasefile",
            constraint=models.UniqueConstraint(fields=("release", "name"), name="release_file_once"),
        ),
        migrations.AddConstraint(
            model_name="scheme",
            constraint=models.UniqueConstraint(fields=("wave", "code"), name="scheme_code_once"),
        ),
        migrations.AddConstraint(
            model_name="importedweight",
            constraint=models.UniqueConstraint(fields=("scheme", "interview"), name="imported_weight_once"),
        ),
        migrations.AddConstraint(
            model_name="importedweight",
            constraint=models.CheckConstraint(condition=models.Q(("weight__gt", 0)), name="imported_weight_positive"),
        ),
        migrations.RunSQL(FUNCTION + TRIGGERS, "DROP FUNCTION reports_refuse_changing() CASCADE;"),
    ]
