# One image for web, workers and inference; the compose file says who is who.

FROM node:24-bookworm-slim AS dashboard
WORKDIR /build
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci
COPY frontend/ ./
RUN npm run build

FROM python:3.12-slim-bookworm AS environment
WORKDIR /app
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# An index with another build of torch, such as the CPU's alone, which makes a much smaller image.
ARG TORCH_INDEX=""
COPY constraints.txt pyproject.toml README.md manage.py ./
RUN python -m venv /venv \
    && /venv/bin/pip install -c constraints.txt hatchling \
    && if [ -n "$TORCH_INDEX" ]; then /venv/bin/pip install -c constraints.txt --index-url "$TORCH_INDEX" torch; fi
COPY platform/ platform/
COPY projects/ projects/
COPY annotations/ annotations/
COPY training/ training/
COPY deployments/ deployments/
# In place: the settings find the dashboard beside the packages.
RUN /venv/bin/pip install -c constraints.txt --no-build-isolation -e .

FROM python:3.12-slim-bookworm
RUN useradd --create-home --uid 10001 tessera && mkdir /data && chown tessera /data
COPY --from=environment /venv /venv
COPY --from=environment /app /app
COPY --from=dashboard /build/dist /app/frontend/dist
WORKDIR /app
ENV PATH=/venv/bin:$PATH TESSERA_DATA_DIR=/data DJANGO_SETTINGS_MODULE=tessera.settings PYTHONUNBUFFERED=1 \
    MALLOC_ARENA_MAX=2
USER 10001
VOLUME /data
EXPOSE 8000
CMD ["tessera", "up", "--host", "0.0.0.0"]
