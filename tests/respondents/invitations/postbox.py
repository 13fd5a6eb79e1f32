"""A mail server that writes a line per letter it takes (moment, Message-ID, recipient) to the file named by POSTBOX."""

import os
import time

from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    def open(self):
        return True

    def close(self):
        pass

    def send_messages(self, messages):
        for message in messages:
            line = f"{time.monotonic()} {message.extra_headers['Message-ID']} {message.to[0]}\n"
            with open(os.open(os.environ["POSTBOX"], os.O_WRONLY | os.O_APPEND | os.O_CREAT), "a") as file:
                file.write(line)
            time.sleep(0.005)  # so that two relays speak to it at the same time
        return len(messages)


def lines():
    """Return (moment, Message-ID, recipient) of every letter taken."""
    try:
        with open(os.environ["POSTBOX"]) as file:
            return [(float(moment), identifier, to) for moment, identifier, to in map(str.split, file)]
    except FileNotFoundError:
        return []
