"""One call over HTTPS to a panel's server: to the address that its name has now, never inwards, never further than that server.

The name is resolved once, what it says is checked, and that very address is called: a name that changes between the two fools nobody.
Redirections are not followed, the answer's body is not read, and a deadline holds for the whole, however slowly the answer drips.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from urllib.parse import urlsplit

from django.conf import settings

from respondents.core.providers import CallRequest
from surveys.core.messages import N_

CONNECT_SECONDS = 5.0
WHOLE_SECONDS = 10.0
TLS = ssl.create_default_context()


class NotAnswered(Exception):
    """No answer came; ``reason`` is the sentence that says why, in English."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class NotAllowed(NotAnswered):
    """An address that is never called: of this machine or network, or in plain text."""


def send(call: CallRequest, key: str, *, within: float = WHOLE_SECONDS) -> int:
    """Send a call and return the status of its answer. Raises NotAnswered.

    ``key`` is the same at each try, so that the server can tell a repetition (``Idempotency-Key``).
    """
    parts = urlsplit(call.address)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    addresses = _resolved(host, port, is_plain=parts.scheme != "https")
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    connection = http.client.HTTPConnection(parts.netloc)
    began = time.monotonic()
    deadline = threading.Timer(within, _hang_up, [connection])
    deadline.start()
    try:
        connection.sock = _connected(addresses, within)
        if parts.scheme == "https":
            connection.sock = TLS.wrap_socket(connection.sock, server_hostname=host, do_handshake_on_connect=False)
            connection.sock.do_handshake()
        connection.request(call.method, target, call.body or None, {**call.headers, "Idempotency-Key": key})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotAnswered(_reason(error, is_late=time.monotonic() - began >= within)) from error
    finally:
        deadline.cancel()
        connection.close()


def _resolved(host: str, port: int, *, is_plain: bool) -> list[tuple[str, int]]:
    """The addresses to call, once it is known that they lie outside, or on this machine where that is allowed for trying out."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NotAnswered(N_("The server’s name is not known.")) from error
    addresses = [(str(each[4][0]), port) for each in found]
    if not all(_is_allowed(ipaddress.ip_address(address), is_plain=is_plain) for address, _ in addresses):
        raise NotAllowed(N_("This address is never called: it lies on this machine or network, or is not https://."))
    return addresses


def _is_allowed(ip: ipaddress.IPv4Address | ipaddress.IPv6Address, *, is_plain: bool) -> bool:
    if settings.CALLS_ON_THIS_MACHINE and ip.is_loopback:
        return True
    return not is_plain and ip.is_global and not ip.is_multicast and not getattr(ip, "ipv4_mapped", None)


def _connected(addresses: list[tuple[str, int]], within: float) -> socket.socket:
    for number, address in enumerate(addresses, 1):
        try:
            found = socket.create_connection(address, min(CONNECT_SECONDS, within))
        except OSError:
            if number == len(addresses):
                raise
        else:
            found.settimeout(within)
            return found
    raise OSError


def _reason(error: Exception, *, is_late: bool) -> str:
    if is_late or isinstance(error, TimeoutError):
        return N_("The server did not answer in time.")
    if isinstance(error, ssl.SSLError):
        return N_("The server’s certificate is not valid, or it speaks no HTTPS.")
    return N_("The connection failed before an answer came.")


def _hang_up(connection: http.client.HTTPConnection) -> None:
    try:
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself
