# Sourced by run, test, check: makes .venv at the root and keeps it as the locks say. Nothing is installed that a lock
# does not name with its hash, and nothing is built.

# Many processes start here: what Python compiles is kept for the next, whatever the machine's own mind is.
unset PYTHONDONTWRITEBYTECODE

say() { printf '%s\n' "$*" >&2; }

as_root() { [ "$(id -u)" = 0 ] && printf '' || printf 'sudo '; }

# Find a Python that is new enough and can make a venv, or print the one line that installs it.
find_python() {
  local python=${NEONCARD_PYTHON:-python3}
  if ! command -v "$python" >/dev/null; then
    say "Python 3.11 or newer is needed: $(as_root)apt-get install -y python3 python3-venv"
    return 1
  fi
  if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    say "Python 3.11 or newer is needed; $("$python" --version) is on the path. NEONCARD_PYTHON=/path/to/python3.11 names another."
    return 1
  fi
  if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    say "python3-venv is missing: $(as_root)apt-get install -y python3-venv"
    return 1
  fi
  printf '%s' "$python"
}

# prepare LOCK: .venv exists and holds what LOCK names; quick when it already does.
prepare() {
  local lock=$1 stamp=".venv/.$1.sum" sum python
  sum=$(sha256sum <"$lock")
  if [ -x .venv/bin/python ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ] && .venv/bin/python -c '' 2>/dev/null; then
    link
    return
  fi
  python=$(find_python) || return 1
  if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    say "Making .venv"
    "$python" -m venv --clear .venv
  fi
  say "Installing what $lock names"
  if ! .venv/bin/python -m pip install --quiet --no-input --disable-pip-version-check --only-binary :all: \
    --require-hashes -r "$lock"; then
    say "That did not work. Is there a connection to the package index? Nothing else was changed; run it again."
    return 1
  fi
  link
  printf '%s' "$sum" >"$stamp"
}

# Neoncard itself: the source folder on the venv's path, and the command. No build, so no build backend to fetch.
link() {
  local site root=$PWD
  if [ ! -x .venv/bin/neoncard ] || [ "$(cat .venv/.root 2>/dev/null)" != "$root" ]; then
    site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    printf '%s\n' "$root/src" >"$site/neoncard.pth"
    printf '%s\n' '#!/bin/sh' "exec \"$root/.venv/bin/python\" -m neoncard \"\$@\"" >.venv/bin/neoncard
    chmod +x .venv/bin/neoncard
    printf '%s' "$root" >.venv/.root
  fi
}
