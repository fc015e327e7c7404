# One image for web, worker, beat and release; docker-compose.yml says which. No build tools, no root, no secrets.
FROM python:3.11-slim-bookworm AS packages
COPY requirements.lock /tmp/
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /tmp/requirements.lock

FROM python:3.11-slim-bookworm
# What WeasyPrint draws with, a font as wide as Arial, letters for the borough's languages, and pg_dump. The distribution's security updates decide the versions.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fonts-liberation fonts-noto-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /tmp --shell /usr/sbin/nologin portal \
    && install --directory --owner=portal --group=portal /var/lib/portal/media
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    BIND=0.0.0.0:8000 \
    LOCAL_DIR=/tmp \
    MEDIA_ROOT=/var/lib/portal/media \
    XDG_CACHE_HOME=/tmp
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/portal
COPY . .
# Hashed, compressed static files become part of the image; the key is for this one command and stays nowhere.
RUN SECRET_KEY=not-a-secret-only-for-collecting-static-files python manage.py collectstatic --noinput
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 CMD ["python", "script/healthy.py", "web"]
ENTRYPOINT ["script/run"]
CMD ["web"]
