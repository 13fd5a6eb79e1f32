"""Who is in doubt: flagged, and not kept by a person since."""

from __future__ import annotations

# A condition of SQL about the interview i.
IN_DOUBT = """
EXISTS (SELECT FROM respondents_flag f WHERE f.interview_id = i.id AND NOT EXISTS (
  SELECT FROM respondents_review v WHERE v.interview_id = i.id AND v.verdict = 'kept' AND v.at >= f.made_at))
"""
