"""Interviews as values: routes, records, quota combinations; no Django, no database."""
