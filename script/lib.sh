# shellcheck shell=sh
# What the scripts share. Sourced, never run:  . "$(dirname "$0")/lib.sh"
set -eu
cd "$(dirname "$0")/.."
ROOT=$(pwd)
export LOCAL_DIR="${LOCAL_DIR:-$ROOT/.local}"
PYTHON=${PYTHON:-/usr/bin/python3}

say() { printf '%s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

# ---- system packages -------------------------------------------------------------------------------------

has_library() { "$PYTHON" -c "import ctypes, sys; ctypes.CDLL(sys.argv[1])" "$1" 2>/dev/null; }
has_python() { "$PYTHON" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
has_postgres() { [ -n "${DATABASE_URL:-}${PG_BINDIR:-}" ] || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null; }
has_redis() { [ -n "${REDIS_URL:-}" ] || command -v redis-server >/dev/null || command -v valkey-server >/dev/null; }
has_font() { find /usr/share/fonts /usr/local/share/fonts -iname "$1" 2>/dev/null | grep -q .; }
has_pdftotext() { command -v pdftotext >/dev/null; }
has_office() { command -v soffice >/dev/null; }
has_chromium() { [ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null || command -v google-chrome >/dev/null; }

missing_packages() { # Debian's names of what is not there; $1 = test asks for a browser too
  has_python || echo python3-venv
  has_postgres || echo postgresql
  has_redis || echo redis-server
  has_python || return 0 # the libraries are looked for with Python
  has_library libpango-1.0.so.0 || echo libpango-1.0-0
  has_library libpangoft2-1.0.so.0 || echo libpangoft2-1.0-0
  has_library libharfbuzz-subset.so.0 || echo libharfbuzz-subset0
  has_font 'liberation*' || echo fonts-liberation
  has_font 'NotoSansGujarati*' || echo fonts-noto-core # the borough's languages, in reports
  [ "$1" != test ] || has_pdftotext || echo poppler-utils
  [ "$1" != test ] || has_chromium || echo chromium
  [ "$1" != test ] || has_office || echo libreoffice-calc-nogui # opens our exports, to see that nothing runs
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

apt_install() { # without starting the system's own PostgreSQL and Redis: the scripts run private ones
  # shellcheck disable=SC2016
  as_root env DEBIAN_FRONTEND=noninteractive sh -ec '
    policy=/usr/sbin/policy-rc.d
    if [ ! -e $policy ]; then
      trap "rm -f $policy" EXIT
      printf "#!/bin/sh\nexit 101\n" >$policy
      chmod +x $policy
    fi
    apt-get update -q
    apt-get install -qy --no-install-recommends "$@"
  ' sh "$@" >&2
}

packages() { # $1 = run or test; twice, for Python has to be there to look for libraries
  for _ in once again; do
    missing=$(missing_packages "$1" | tr '\n' ' ')
    [ -n "$missing" ] || return 0
    if ! command -v apt-get >/dev/null || ! as_root true 2>/dev/null; then break; fi
    say "Installing $missing"
    # shellcheck disable=SC2046,SC2086
    apt_install $missing || apt_install $(printf '%s\n' $missing | grep -vx chromium) || break # Ubuntu has none
  done
  missing=$(missing_packages "$1" | tr '\n' ' ')
  [ -z "$missing" ] || stop "Please install these (Debian's names) and run this again: $missing(Python 3.11 or newer; PYTHON, PG_BINDIR, CHROMIUM, DATABASE_URL and REDIS_URL can point elsewhere)."
}

# ---- Python ----------------------------------------------------------------------------------------------

python_env() { # the hash-locked virtual environment, rebuilt only when the lock, the place or Python changes
  stamp=.venv/.made-from-$({ cat requirements-dev.lock; echo "$ROOT"; "$PYTHON" -V; } | sha256sum | cut -c1-16)
  [ ! -e "$stamp" ] || return 0
  say "Making the virtual environment from requirements-dev.lock"
  rm -rf .venv
  "$PYTHON" -m venv .venv
  .venv/bin/pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-dev.lock >&2
  touch "$stamp"
}

secret_key() {
  [ -n "${SECRET_KEY:-}" ] && return 0
  [ -s "$LOCAL_DIR/secret_key" ] || (umask 077 && "$PYTHON" -c 'import secrets; print(secrets.token_urlsafe(50))' >"$LOCAL_DIR/secret_key")
  SECRET_KEY=$(cat "$LOCAL_DIR/secret_key")
  export SECRET_KEY
}

# ---- all together ----------------------------------------------------------------------------------------

set_up() { # $1 = run or test; one at a time
  if ! mkdir -p "$LOCAL_DIR" || [ ! -w "$LOCAL_DIR" ]; then
    stop "$LOCAL_DIR belongs to somebody else: run as its owner, or remove it."
  fi
  exec 8>>"$LOCAL_DIR/set-up"
  flock -n 8 || { say "Waiting for another script to finish setting up" && flock 8; }
  packages "$1"
  python_env
  secret_key
  exec 8>&-
  export DEBUG="${DEBUG-1}"
}

services() { # $1 = dev or test: private PostgreSQL and Redis for as long as this process, or what it execs, lives
  mkdir -p "$LOCAL_DIR/$1"
  exec 9>>"$LOCAL_DIR/$1/users"
  flock -s 9
  addresses=$("$PYTHON" script/services.py "$1") || exit 1
  eval "$addresses"
}
