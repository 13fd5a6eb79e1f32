"""Codings are only added, and go with the record that they are about."""

from django.db import migrations

ADDED_ONLY = """
CREATE TRIGGER append_only BEFORE UPDATE ON reports_coding
  FOR EACH ROW EXECUTE FUNCTION respondents_refuse_overwriting();
CREATE FUNCTION reports_forget_codings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM reports_coding WHERE interview_id = OLD.interview_id;
  RETURN NULL;
END $$;
CREATE TRIGGER forget_codings AFTER DELETE ON respondents_record
  FOR EACH ROW EXECUTE FUNCTION reports_forget_codings();
"""
FREE = """
DROP TRIGGER forget_codings ON respondents_record;
DROP FUNCTION reports_forget_codings();
DROP TRIGGER append_only ON reports_coding;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0005_studio_standing_of_figures"),
        ("respondents", "0002_keep_the_log_append_only"),
    ]

    operations = [migrations.RunSQL(ADDED_ONLY, FREE)]
