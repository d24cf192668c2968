# The service as an image: Debian 12, the same packages and the same hash-pinned lock as `make run`.
# Build: docker build -t docservice .
FROM node:22-slim AS browser
WORKDIR /web
COPY docservice/web/package.json docservice/web/package-lock.json docservice/web/.npmrc ./
COPY docservice/web/stubs stubs
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund

FROM debian:12-slim

COPY scripts/packages-run.txt /tmp/
RUN apt-get update \
    && sed 's/#.*//' /tmp/packages-run.txt | awk '{print $1}' \
       | DEBIAN_FRONTEND=noninteractive xargs apt-get install -y --no-install-recommends \
    && rm -rf /var/lib/apt/lists/* /tmp/packages-run.txt

WORKDIR /srv/docservice
COPY requirements.lock ./
RUN python3 -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

COPY pyproject.toml README.md ./
COPY docservice docservice
COPY signing signing
COPY search search
COPY templates templates
COPY storage storage
COPY --from=browser /web/node_modules docservice/web/node_modules
# Editable: forms, samples and catalogues are read from where the code lies.
RUN .venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation -e .

# The service owns its data and nothing else here.
RUN useradd --system --uid 10001 --home-dir /data --no-create-home docservice \
    && install -d -o docservice -g docservice -m 0700 /data /backups /run/convert
USER docservice
ENV DATA_DIR=/data PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
VOLUME /data

ENTRYPOINT ["/srv/docservice/.venv/bin/docservice"]
EXPOSE 8000
CMD ["serve", "--host", "0.0.0.0"]
