"""Nothing acknowledged is ever overwritten: submissions and consents are only added; quota cells are packed for hot updates."""

from django.db import migrations

APPEND_ONLY = ("respondents_submission", "respondents_consent")

FUNCTION = """
CREATE FUNCTION respondents_refuse_overwriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: UPDATE refused', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""

TRIGGER = """
CREATE TRIGGER append_only BEFORE UPDATE ON {table}
  FOR EACH ROW EXECUTE FUNCTION respondents_refuse_overwriting();
"""

# A cell is updated thousands of times and never moves: leave room in its page, and vacuum it often.
HOT = """
ALTER TABLE respondents_quotacell SET (fillfactor = 20, autovacuum_vacuum_threshold = 50, autovacuum_vacuum_scale_factor = 0);
ALTER TABLE respondents_interview SET (fillfactor = 70);
"""
NOT_HOT = """
ALTER TABLE respondents_quotacell RESET (fillfactor, autovacuum_vacuum_threshold, autovacuum_vacuum_scale_factor);
ALTER TABLE respondents_interview RESET (fillfactor);
"""


class Migration(migrations.Migration):
    dependencies = [("respondents", "0001_interviews")]

    operations = [
        migrations.RunSQL(
            FUNCTION + "".join(TRIGGER.format(table=table) for table in APPEND_ONLY),
            "DROP FUNCTION respondents_refuse_overwriting() CASCADE;",
        ),
        migrations.RunSQL(HOT, NOT_HOT),
    ]
