"""Who runs the services and where their data live.

PostgreSQL refuses to run as root, so root hands it to an ordinary user: the owner of the data if there are some, else
``postgres``, else ``nobody``. That user may be unable to reach the state folder or the binaries (a parent at 0700, such as
root's own home): then both are put under the system's state directory. Nobody's permissions are changed to let it in.
"""

from __future__ import annotations

import errno
import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from config.embedded.problems import NO_BINARY, CannotStart
from config.state import fingerprint, sockets
from surveys.core.messages import N_

SYSTEM_STATE = Path("/var/lib")
ORDINARY_USERS = ("postgres", "nobody")
NO_ORDINARY_USER = N_("PostgreSQL does not run as root, and this system has neither a user postgres nor a user nobody: start as an ordinary user.")  # fmt: skip
OUT_OF_REACH = N_("The data in %(folder)s belong to %(user)s, who can no longer reach them: open the folders above for passing through (chmod o+x), or start as their owner.")  # fmt: skip
NOWHERE_TO_PUT = N_("The user %(user)s can reach neither %(state)s nor %(system)s: start as an ordinary user, or set BAROMETRE_STATE to a folder that is open to %(user)s.")  # fmt: skip
NOT_OURS = N_("%(folder)s exists and belongs to another user: remove it, then start again.")
NO_SPACE = N_("There is no space left on the disk of %(folder)s.")
NOT_WRITABLE = N_("%(folder)s cannot be written to: %(reason)s.")


@dataclass(frozen=True)
class Servant:
    """The user the services run as, and the folders given to it."""

    uid: int
    gid: int
    name: str
    home: Path  # holds the data folders
    sockets: Path
    copies: Path | None  # where binaries must be copied before this user can run them

    def popen_options(self) -> dict[str, Any]:
        """Arguments of subprocess calls that run a program as this user, far from our terminal."""
        options: dict[str, Any] = {"cwd": self.sockets, "start_new_session": True, "stdin": subprocess.DEVNULL}
        if os.getuid() == 0:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return options

    def program(self, path: Path, package: str, folders: Sequence[Path]) -> Path:
        """A program of a package that this user can run: itself, or a copy where the user cannot reach it.

        ``folders`` are those it needs, its libraries included; they keep their places in relation to each other.
        Raises CannotStart when there is no room for the copy.
        """
        if self.copies is None:
            return path
        site = package_folder(package).parent
        copy = self.copies / f"{package}-{version(package)}"
        try:
            if not copy.exists():
                draft = self.copies / f"{copy.name}.{os.getpid()}"
                for folder in folders:
                    shutil.copytree(folder, draft / folder.relative_to(site), symlinks=True)
                draft.replace(copy)
        except OSError as error:
            raise _refusal(error, self.copies) from error
        return copy / path.relative_to(site)

    def own_folder(self, path: Path) -> Path:
        """A folder only this user enters; made if needed."""
        path.mkdir(mode=0o700, exist_ok=True)
        if os.getuid() == 0:
            os.chown(path, self.uid, self.gid)
        return path


def package_folder(package: str) -> Path:
    """Where an installed package lives, without importing it. Raises CannotStart when it is not installed."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart(NO_BINARY, name=package)
    return Path(spec.submodule_search_locations[0])


def choose(state: Path, programs: list[Path]) -> Servant:
    """Decide who serves this state folder, and make the folders it needs.

    Raises CannotStart where nobody could, or where the disk is full or closed.
    """
    try:
        return _choose(state, programs)
    except OSError as error:
        raise _refusal(error, state) from error


def _refusal(error: OSError, folder: Path) -> CannotStart:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return CannotStart(NO_SPACE if full else NOT_WRITABLE, folder=str(folder), reason=error.strerror)


def _choose(state: Path, programs: list[Path]) -> Servant:
    state.mkdir(parents=True, exist_ok=True)
    if os.getuid() != 0:
        me = pwd.getpwuid(os.getuid()).pw_name if _is_named(os.getuid()) else str(os.getuid())
        return Servant(os.getuid(), os.getgid(), me, state, _socket_folder(state, os.getuid(), os.getgid()), None)
    elsewhere = SYSTEM_STATE / f"barometre-{fingerprint(state)}"
    user = _user_for(state, elsewhere)
    folder = _socket_folder(state, user.pw_uid, user.pw_gid)
    here = Servant(user.pw_uid, user.pw_gid, user.pw_name, state, folder, None)
    if not (elsewhere / "postgresql").exists():
        if _reaches(here, state, programs):
            return here
        if (state / "postgresql").exists():
            raise CannotStart(OUT_OF_REACH, folder=str(state), user=user.pw_name)
    there = Servant(user.pw_uid, user.pw_gid, user.pw_name, elsewhere, folder, elsewhere / "programs")
    try:
        (elsewhere / "programs").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(NOWHERE_TO_PUT, user=user.pw_name, state=str(state), system=str(SYSTEM_STATE)) from error
    if not _reaches(there, elsewhere, []):
        raise CannotStart(NOWHERE_TO_PUT, user=user.pw_name, state=str(state), system=str(SYSTEM_STATE))
    return there


def _is_named(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _user_for(*homes: Path) -> pwd.struct_passwd:
    for home in homes:
        data = home / "postgresql"
        if data.exists() and data.stat().st_uid != 0 and _is_named(data.stat().st_uid):
            return pwd.getpwuid(data.stat().st_uid)
    for name in ORDINARY_USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise CannotStart(NO_ORDINARY_USER)


def _socket_folder(state: Path, uid: int, gid: int) -> Path:
    folder = sockets(state)
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid not in (uid, os.getuid()):
        raise CannotStart(NOT_OURS, folder=str(folder))
    if os.getuid() == 0:
        os.chown(folder, uid, gid, follow_symlinks=False)
    folder.chmod(0o700)
    return folder


def _reaches(servant: Servant, home: Path, programs: list[Path]) -> bool:
    question = 'test -x "$0" && cd "$0" && for program in "$@"; do "$program" --version || exit 1; done'
    asked = subprocess.run(
        ["/bin/sh", "-c", question, str(home), *map(str, programs)],
        **servant.popen_options(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return asked.returncode == 0
