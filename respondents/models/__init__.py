"""Who answers: sources, contacts, interviews, the log, quotas and what happens around a field."""

from respondents.models.contacts import Invitation, Letter, Panelist
from respondents.models.field import Alert, Flag, PanelCall, Review, SignOff
from respondents.models.interviews import Consent, Interview, Record, Source, Submission
from respondents.models.quotas import NEVER_CLOSES, Quota, QuotaCell

__all__ = [
    "NEVER_CLOSES", "Alert", "Consent", "Flag", "Interview", "Invitation", "Letter", "PanelCall", "Panelist", "Quota", "QuotaCell",
    "Record", "Review", "SignOff", "Source", "Submission",
]  # fmt: skip
