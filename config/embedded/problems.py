"""What can keep an embedded service from starting, as one sentence for a person."""

from __future__ import annotations

from surveys.core.messages import N_, Message

NO_BINARY = N_("No %(name)s is installed for this machine: install requirements/base.txt, or set DATABASE_URL and REDIS_URL.")  # fmt: skip


class CannotStart(Exception):
    """The service cannot run here; ``message`` says why and what to do."""

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template, values)
        self.message = Message(template, values)

    def __str__(self) -> str:
        return str(self.message)
