"""What changed between two versions of a questionnaire, how much it matters, and what may still be compared."""

from surveys.core.versions.comparability import SAME, Verdict, comparability, worst_of
from surveys.core.versions.difference import WEIGHTS, Difference, Weight
from surveys.core.versions.differences import differences
from surveys.core.versions.wordings import Piece, changed_words

__all__ = ["SAME", "WEIGHTS", "Difference", "Piece", "Verdict", "Weight", "changed_words", "comparability", "differences", "worst_of"]
