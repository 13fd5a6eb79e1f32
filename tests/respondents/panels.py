"""A panel's server on this machine, which takes calls, and fails as real ones do."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class PanelServer:
    """Answers each call with the next of ``answers`` (a status, "slow", "drop" or an address to redirect to), 200 when none is left."""

    def __init__(self) -> None:
        self.calls, self.answers, self.lock = [], [], threading.Lock()
        panel = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                panel.answer(self)

            do_GET = do_POST  # noqa: N815 -- the names that http.server looks for

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True)
        self.thread.start()

    def answer(self, handler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        with self.lock:
            self.calls.append((handler.command, handler.path, dict(handler.headers), json.loads(body or b"null")))
            answer = self.answers.pop(0) if self.answers else 200
        if answer == "drop":
            handler.close_connection = True
            return
        if answer == "slow":
            self.drip(handler)
            return
        handler.send_response(302 if isinstance(answer, str) else answer)
        if isinstance(answer, str):
            handler.send_header("Location", answer)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    def drip(self, handler) -> None:
        """Give the answer one byte at a time, so that no single wait is long."""
        try:
            for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"z" * 400:
                handler.wfile.write(bytes([byte]))
                time.sleep(0.05)
        except OSError:
            return

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
