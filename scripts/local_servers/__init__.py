"""PostgreSQL, Redis, MinIO and Elasticsearch on loopback, as an ordinary user, for tests and for `make run-server`."""

from scripts.local_servers.elasticsearch import Elasticsearch
from scripts.local_servers.minio import Minio
from scripts.local_servers.place import Place, Purpose, ServerUnavailable
from scripts.local_servers.postgres import Postgres
from scripts.local_servers.redis import Redis
from scripts.local_servers.running import Server, is_running, keep, let_go, use

KINDS: dict[str, type[Server]] = {
    "postgres": Postgres,
    "redis": Redis,
    "minio": Minio,
    "elasticsearch": Elasticsearch,
}

__all__ = [
    "KINDS",
    "Elasticsearch",
    "Minio",
    "Place",
    "Postgres",
    "Purpose",
    "Redis",
    "Server",
    "ServerUnavailable",
    "is_running",
    "keep",
    "let_go",
    "use",
]
