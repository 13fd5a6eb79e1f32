"""The database itself refuses any change to a published questionnaire: row triggers, without a join beyond its own row."""

from django.db import migrations

FROZEN_ROWS = ("surveys_page", "surveys_question", "surveys_choice", "surveys_base")

FUNCTIONS = """
CREATE FUNCTION surveys_refuse_frozen_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE held bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.questionnaire_id ELSE OLD.questionnaire_id END;
        published timestamptz;
BEGIN
  -- Publication locks the questionnaire: whoever comes while it goes on waits here, and then sees it published.
  SELECT published_at INTO published FROM surveys_questionnaire WHERE id = held FOR SHARE;
  IF published IS NOT NULL OR (TG_OP = 'UPDATE' AND NEW.questionnaire_id <> OLD.questionnaire_id) THEN
    RAISE EXCEPTION 'questionnaire % is published: % of % refused', held, TG_OP, TG_TABLE_NAME
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE FUNCTION surveys_refuse_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.published_at IS NOT NULL THEN
    RAISE EXCEPTION 'questionnaire % is published: % refused', OLD.id, TG_OP
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON surveys_questionnaire
  FOR EACH ROW EXECUTE FUNCTION surveys_refuse_published();
"""

TRIGGER = """
CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION surveys_refuse_frozen_row();
"""

UNDO = """
DROP TRIGGER frozen ON surveys_questionnaire;
DROP FUNCTION surveys_refuse_published();
DROP FUNCTION surveys_refuse_frozen_row() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_study")]

    operations = [
        migrations.RunSQL(FUNCTIONS + "".join(TRIGGER.format(table=table) for table in FROZEN_ROWS), UNDO),
    ]
