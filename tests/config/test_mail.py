"""Where letters leave: one address for the mail server, a folder without one."""

from pathlib import Path

import pytest

from config.mail import mail_settings

FOLDER = Path("var/mail")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp+starttls://me:p%40ss@mail.example.org", ("mail.example.org", 587, "me", "p@ss", True, False)),
        ("smtps://mail.example.org", ("mail.example.org", 465, "", "", False, True)),
        ("smtp://127.0.0.1:2525", ("127.0.0.1", 2525, "", "", False, False)),
    ],
)
def test_an_address_says_host_port_login_and_encryption(url, expected):
    found = mail_settings(url, FOLDER)
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL")
    assert tuple(found[f"EMAIL_{name}"] for name in names) == expected


def test_without_an_address_letters_become_files():
    found = mail_settings("", FOLDER)
    assert (found["EMAIL_BACKEND"].split(".")[-2], found["EMAIL_FILE_PATH"]) == ("filebased", FOLDER)


@pytest.mark.parametrize("url", ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://host:port"])
def test_an_address_that_cannot_be_read_says_what_to_write(url):
    with pytest.raises(ValueError, match="smtp\\+starttls://user:password@host:587"):
        mail_settings(url, FOLDER)
