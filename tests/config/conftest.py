"""A state folder of its own for each test of the embedded services."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from config import state
from tests.config.houses import kill_all


@pytest.fixture
def house():
    """A state folder in a path with spaces and accents, open to ordinary users; nothing of it survives the test."""
    parent = Path(tempfile.mkdtemp(prefix="bm-test-", dir="/tmp"))
    parent.chmod(0o755)
    folder = parent / "une étude à part" / "var"
    folder.parent.mkdir()
    yield folder
    kill_all(folder)
    for made in (parent, state.sockets(folder), Path("/var/lib") / f"barometre-{state.fingerprint(folder)}"):
        shutil.rmtree(made, ignore_errors=True)
