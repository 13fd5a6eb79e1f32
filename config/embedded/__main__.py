"""``python -m config.embedded exec -- COMMAND…``: run a command with the embedded services, and stop them after it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from types import FrameType

from config import state
from config.embedded.household import Services
from config.embedded.lock import one_at_a_time
from config.embedded.problems import CannotStart

USAGE = "usage: python -m config.embedded exec -- COMMAND [ARGUMENT …]"
LEAVE = (signal.SIGTERM, signal.SIGHUP)


def main(arguments: list[str]) -> int:
    """Run the command given after ``exec --`` and return its exit code."""
    if arguments[:2] != ["exec", "--"] or len(arguments) < 3:
        print(USAGE, file=sys.stderr)
        return 2
    services = Services(state.folder())
    try:
        with one_at_a_time(state.folder()):
            return _run(services, arguments[2:])
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 1


def _run(services: Services, command: list[str]) -> int:
    # The terminal's Ctrl-C reaches the command too, in our session: it decides how to end, and we wait for it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in LEAVE:
        signal.signal(number, _leave)
    try:
        addresses = services.start()
        with subprocess.Popen(command, env={**os.environ, **addresses}, preexec_fn=_listen_again) as child:
            try:
                return child.wait()
            finally:
                if child.poll() is None:
                    child.terminate()
    finally:
        services.stop()


def _listen_again() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _leave(number: int, frame: FrameType | None) -> None:
    for again in LEAVE:  # whoever tells us again must not cut short the stopping of the services
        signal.signal(again, signal.SIG_IGN)
    raise SystemExit(128 + number)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
