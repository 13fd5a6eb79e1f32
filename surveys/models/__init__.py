"""The study as stored: survey, questionnaire versions with their rows, waves and population margins."""

from surveys.models.edits import Edit
from surveys.models.questionnaires import Attachment, Base, Choice, Page, Question, Questionnaire
from surveys.models.studies import SheetRow, Survey
from surveys.models.waves import Margin, Wave

__all__ = ["Attachment", "Base", "Choice", "Edit", "Margin", "Page", "Question", "Questionnaire", "SheetRow", "Survey", "Wave"]
