"""The study as values: no Django, no database."""
