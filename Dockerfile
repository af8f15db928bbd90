# syntax=docker/dockerfile:1

# The wheel is built and installed here; nothing of it but the finished environment reaches the image below.
FROM python:3.12-slim AS build
WORKDIR /src
# `--build-arg REQUIREMENTS=embeddings` brings what reads a model as well (NEWSLETTER_EMBEDDINGS_MODEL).
ARG REQUIREMENTS=run
COPY requirements/${REQUIREMENTS}.txt requirements/build.txt requirements/
RUN python -m venv /venv \
    && /venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/${REQUIREMENTS}.txt \
    && python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md ./
COPY newsletter newsletter
COPY workers workers
COPY templates templates
RUN python -m pip wheel --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-deps /wheels/*.whl

FROM python:3.12-slim
# Orders Arabic and Hebrew in the pictures of shared links.
RUN apt-get update && apt-get install --yes --no-install-recommends libfribidi0 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin newsletter \
    && install --directory --owner newsletter --group newsletter /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    NEWSLETTER_DATA_DIR=/data \
    NEWSLETTER_LOG_STYLE=json \
    NEWSLETTER_WEB_HOST=0.0.0.0
WORKDIR /data
USER newsletter
VOLUME /data
EXPOSE 8000
# One image, many roles: docker-compose.yml names the command of each.
CMD ["newsletter", "up"]
