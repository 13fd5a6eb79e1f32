"""Who answers: sources, contacts, interviews, the log, quotas and what happens around a field."""

from respondents.models.contacts import Invitation, Letter, Panelist
from respondents.models.field import Alert, Flag, PanelCall, Review, SignOff
from respondents.models.interviews import Consent, Interview, Record, Source, Submission
from respondents.models.quality import DeviceSalt, Look, QualityRule
from respondents.models.quotas import NEVER_CLOSES, Quota, QuotaCell
from respondents.models.sendouts import ContactFile, LetterClock, LetterText, SendOut

__all__ = [
    "NEVER_CLOSES", "Alert", "Consent", "ContactFile", "DeviceSalt", "Flag", "Interview", "Invitation", "Letter", "LetterClock",
    "LetterText", "Look", "PanelCall", "Panelist", "QualityRule", "Quota", "QuotaCell", "Record", "Review", "SendOut", "SignOff",
    "Source", "Submission",
]  # fmt: skip
