"""Whether conditions can hold together for somebody: impossible, possible or unknown, before anybody answers."""

from surveys.core.reasoning.verdicts import Reasoner, Verdict, about

__all__ = ["Reasoner", "Verdict", "about"]
