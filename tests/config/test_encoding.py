"""Every request is read as UTF-8."""

from __future__ import annotations

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory

from config.encoding import in_utf8


@pytest.mark.parametrize(
    ("claimed", "taken"),
    [
        ("text/plain; charset=rot13", "text/plain"),
        ("application/x-www-form-urlencoded; CHARSET=utf-16", "application/x-www-form-urlencoded"),
        ("multipart/form-data; charset=x; boundary=----b", "multipart/form-data; boundary=----b"),
        ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded"),
        ("", ""),
    ],
)
def test_a_request_is_read_as_utf_8_whatever_encoding_it_claims(claimed, taken):
    environ = RequestFactory().get("/s/petite-etude/?source=%C3%A9").environ | {"CONTENT_TYPE": claimed}
    (request,) = in_utf8(lambda environ, start_response: [WSGIRequest(environ)])(environ, print)
    assert request.META["CONTENT_TYPE"] == taken
    assert request.GET["source"] == "é"


def test_django_alone_fails_on_an_encoding_that_is_none():
    environ = RequestFactory().get("/?source=%C3%A9").environ | {"CONTENT_TYPE": "text/plain; charset=rot13"}
    with pytest.raises(LookupError):
        WSGIRequest(environ)
