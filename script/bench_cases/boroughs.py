"""Databases to measure on: the same borough with few and with very many organisations, made once and kept."""

import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import psycopg2

SMALL, LARGE = 1_000, 180_000


def address(name: str) -> str:
    """Where the database of this name is, beside the one the environment names."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"{parts.path}_{name}"))


def environment(name: str, **more) -> dict:
    return {
        "DATABASE_URL": address(name),
        "DEBUG": "0",
        "LOG_LEVEL": "ERROR",
        "BASE_URL": "http://127.0.0.1",
        "STATIC_ROOT": os.path.join(os.environ["LOCAL_DIR"], "bench", "static"),
        **more,
    }


def create(name: str) -> bool:
    """Make an empty database; False when it is already there."""
    parts = urlsplit(address(name))
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [parts.path[1:]])
        if cursor.fetchone():
            return False
        cursor.execute(f'CREATE DATABASE "{parts.path[1:]}"')
    return True


def manage(name: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env=os.environ | environment(name),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return done.stdout


def borough(organisations: int) -> str:
    """Name of the database with so many organisations, filled if it is new."""
    name = f"bench_{organisations}"
    if create(name):
        print(f"Filling {name} …", flush=True)
        manage(name, "migrate", "-v0")
        manage(name, "shell", "-v0", "-c", "from script.bench_cases.boroughs import lay_out; lay_out()")
        manage(name, "generate_organisations", str(organisations))
    manage(name, "migrate", "-v0")
    with psycopg2.connect(address(name)) as connection:
        connection.cursor().execute("ANALYZE")
    return name


def lay_out() -> None:
    """The demo borough's wards and lists through the portal's own operations, and an officer who may sign in."""
    from vcse_portal.accounts.operations import open_account
    from vcse_portal.borough.models import Directorate
    from vcse_portal.demo import borough

    borough.lay_out()
    strategy = Directorate.objects.get(code="strategy")
    open_account(email="officer@bench.example", name="Officer", roles=["partnerships"], directorate=strategy)


def sign_in() -> str:
    """A session cookie of the officer; run inside `manage shell`."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.cached_db import SessionStore

    from vcse_portal.accounts.models import User

    user = User.objects.get(email="officer@bench.example")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def base() -> str:
    """The base site's own database with its user and session; returns the cookie."""
    settings = {
        "DJANGO_SETTINGS_MODULE": "script.bench_cases.base.settings",
        "DATABASE_URL": address("bench_base"),
    }
    create("bench_base")
    program = (
        "import django; django.setup()\n"
        "from django.core.management import call_command; call_command('migrate', verbosity=0)\n"
        "from django.contrib.auth.models import User\n"
        "from django.contrib.sessions.backends.db import SessionStore\n"
        "u, _ = User.objects.get_or_create(username='officer'); s = SessionStore()\n"
        "s['_auth_user_id'] = str(u.pk); s['_auth_user_hash'] = u.get_session_auth_hash()\n"
        "s['_auth_user_backend'] = 'django.contrib.auth.backends.ModelBackend'\n"
        "s.save(); print('sessionid=' + s.session_key)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | settings, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
