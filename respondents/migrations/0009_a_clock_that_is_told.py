"""A clock that is told its time: what ``now()`` means to a session that looks in the schema ``simulated`` first."""

from django.db import migrations

CLOCK = """
CREATE SCHEMA simulated;
CREATE FUNCTION simulated.now() RETURNS timestamptz LANGUAGE sql STABLE
  AS $$ SELECT pg_catalog.current_setting('simulated.now')::timestamptz $$;
CREATE FUNCTION simulated.statement_timestamp() RETURNS timestamptz LANGUAGE sql STABLE
  AS $$ SELECT pg_catalog.current_setting('simulated.now')::timestamptz $$;
COMMENT ON SCHEMA simulated IS 'The clock of simulated fields: nothing else looks for its functions here.';
"""


class Migration(migrations.Migration):
    dependencies = [("respondents", "0008_quality_rules_and_looks")]

    operations = [migrations.RunSQL(CLOCK, "DROP SCHEMA simulated CASCADE;")]
