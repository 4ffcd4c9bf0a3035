# One image for web, worker, beat and the one-off set-up; docker-compose.yml says which.

FROM python:3.12.12-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements/base.txt /tmp/base.txt
RUN /opt/venv/bin/pip install --require-hashes -r /tmp/base.txt

FROM python:3.12.12-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=marketplace.config.settings STATE=/srv/state
# What WeasyPrint sets PDFs with; without it they are offered as pages to print.
RUN apt-get update && apt-get install -y --no-install-recommends \
      libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-inter fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --create-home --uid 10001 comptoir \
    && install -d -o comptoir -g comptoir /srv/state /srv/state/media \
       /srv/state/private /srv/state/beat /srv/keys
COPY --from=build /opt/venv /opt/venv
WORKDIR /srv/comptoir
COPY --chown=root:root . .
RUN python -m marketplace.config.catalogues compile
USER comptoir
# The addresses are never reached: collecting files needs settings, not services.
RUN DATABASE_URL=postgresql://build/build REDIS_URL=redis://build/0 \
    python manage.py collectstatic --noinput --verbosity 0
EXPOSE 8000
CMD ["gunicorn", "marketplace.config.wsgi", "--bind=0.0.0.0:8000"]
