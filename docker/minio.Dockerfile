# MinIO from its last commit upstream (AGPL, a program of its own): ready-made images are no longer published.
# The same version as scripts/local_servers/programs.py builds for the tests.
FROM golang:1.26 AS build
RUN CGO_ENABLED=0 GOBIN=/out GOFLAGS="-trimpath -buildvcs=false" \
    go install -ldflags="-s -w" github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c

FROM debian:12-slim
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10002 --no-create-home minio \
    && install -d -o minio -g minio -m 0700 /data
COPY --from=build /out/minio /usr/local/bin/minio
USER minio
VOLUME /data
EXPOSE 9000
ENTRYPOINT ["minio"]
CMD ["server", "--quiet", "--address", ":9000", "/data"]
