"""A relay in a process of its own: `python -m tests.respondents.invitations.relay SECONDS PER_MINUTE [--without-lock | --die-after N | --without-clock]`."""

import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings

    from respondents.invitations import sending
    from tests.respondents.invitations.postbox import EmailBackend

    settings.EMAIL_BACKEND = "tests.respondents.invitations.postbox.EmailBackend"
    settings.LETTERS_PER_MINUTE = int(sys.argv[2])
    if "--without-lock" in sys.argv:
        assert " FOR UPDATE OF l SKIP LOCKED" in sending.TAKE
        sending.TAKE = sending.TAKE.replace(" FOR UPDATE OF l SKIP LOCKED", "")
    if "--without-clock" in sys.argv:
        assert "%(step)s" in sending.TAKE_TURN
        sending.TAKE_TURN = sending.TAKE_TURN.replace("%(step)s", "0 * %(step)s")
    if "--die-after" in sys.argv:
        EmailBackend.send_messages = dying(EmailBackend.send_messages, int(sys.argv[sys.argv.index("--die-after") + 1]))
    print("ready", flush=True)
    sys.stdin.readline()
    print(sending.send_due(float(sys.argv[1])))


def dying(send, letters):
    """The server takes so many letters; with the last of them the relay is gone, before it could note it."""
    taken = []

    def send_and_die(self, messages):
        send(self, messages)
        taken.extend(messages)
        if len(taken) == letters:
            os._exit(0)

    return send_and_die


if __name__ == "__main__":
    main()
