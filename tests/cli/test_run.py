"""./run says what is missing, before it does anything."""

import shutil
import socket
import subprocess

import pytest

from tests.installation import ROOT


@pytest.fixture
def folder(tmp_path):
    """The two files ./run starts with, and a path that holds little more than a shell."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / "run", tmp_path / "run")
    shutil.copy(ROOT / "tools" / "env.sh", tmp_path / "tools" / "env.sh")
    (tmp_path / "requirements.lock").write_text("")
    for name in ("bash", "env", "cat", "dirname", "sha256sum", "id", "sh"):
        (tmp_path / "bin" / name).symlink_to(shutil.which(name))
    return tmp_path


def run(folder, *args):
    return subprocess.run(
        [folder / "run", *args],
        env={"PATH": str(folder / "bin"), "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def python(folder, text):
    file = folder / "bin" / "python3"
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


def test_without_python_it_prints_the_line(folder):
    done = run(folder)
    assert done.returncode == 1
    assert done.stderr.endswith("apt-get install -y python3 python3-venv\n")
    assert done.stderr.count("\n") == 1


def test_without_venv_it_prints_the_one_line(folder):
    python(folder, 'case "$2" in *ensurepip*) exit 1 ;; esac')
    done = run(folder)
    assert done.returncode == 1
    assert done.stderr.startswith("python3-venv is missing: ")
    assert done.stderr.endswith("apt-get install -y python3-venv\n")
    assert done.stderr.count("\n") == 1


def test_an_old_python_is_named(folder):
    python(folder, 'case "$1" in --version) echo Python 3.9.2 ;; *) exit 1 ;; esac')
    done = run(folder)
    assert done.returncode == 1
    assert "Python 3.9.2 is on the path" in done.stderr


def test_a_taken_port_is_said_before_anything_is_installed(folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run(folder, "--port", str(port))
    assert done.returncode == 1
    assert done.stderr == (
        f"Port {port} is taken: stop what listens there, or choose another: ./run --port {port + 1}\n"
    )


@pytest.mark.parametrize("args", [["--prot"], ["--port"], ["--port", "http"], ["--port="]])
def test_a_wrong_option_is_a_usage_error(folder, args):
    assert run(folder, *args).returncode == 2


def test_help_needs_nothing(folder):
    done = run(folder, "--help")
    assert done.returncode == 0
    assert all(option in done.stdout for option in ("--port N", "--empty", "--check"))
