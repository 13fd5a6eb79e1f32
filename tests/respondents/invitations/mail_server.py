"""A mail server of a few lines (RFC 5321), in a thread: it keeps the letters it takes, and refuses or hangs up when told."""

import contextlib
import socket
import threading


class MailServer:
    """``refuse`` maps an address to the reply to its RCPT; ``hang_up`` cuts the line once a letter has come, before the reply."""

    def __init__(self) -> None:
        self.letters, self.refuse, self.hang_up = [], {}, False
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for a caller
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._socket.accept()
            except OSError:
                return
            with line, line.makefile("rwb") as talk, contextlib.suppress(OSError):
                self._talk(talk)

    def _talk(self, talk) -> None:
        def say(text):
            talk.write(text.encode() + b"\r\n")
            talk.flush()

        say("220 ready")
        for command in iter(talk.readline, b""):
            word, _, rest = command.decode().strip().partition(" ")
            if word.upper() == "DATA":
                say("354 go on")
                letter = b"".join(iter(talk.readline, b".\r\n"))
                self.letters.append(letter)
                if self.hang_up:
                    return
                say("250 taken")
            elif word.upper() == "RCPT":
                say(next((reply for address, reply in self.refuse.items() if address in rest), "250 ok"))
            else:
                say("221 bye" if word.upper() == "QUIT" else "250 ok")
                if word.upper() == "QUIT":
                    return
