"""Buckets of a test's own on the real MinIO; they go with the server, which keeps nothing of tests."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from scripts.local_servers import Minio
from storage import MasterKeys, Store
from storage.plain import PlainStore
from storage.s3 import S3Place
from storage.sealed import SealedStore

# The smallest part S3 allows; the product's is larger.
SMALL_PART = 5 * 1024 * 1024


@contextmanager
def s3_store(server: Minio, options: str = "", *, masters: MasterKeys | None = None) -> Iterator[Store]:
    """A store on a bucket that does not exist yet; `options` as in `&lock=governance`."""
    place = s3_place(server, server.url(f"test-{uuid.uuid4().hex}") + options)
    store: Store = SealedStore(place, masters) if masters else PlainStore(place)
    try:
        yield store
    finally:
        store.close()


def s3_place(server: Minio, url: str) -> S3Place:
    return S3Place(url, password=password(server), base=Path("unused"), part_bytes=SMALL_PART)


def password(server: Minio) -> str:
    return server.password_file.read_text(encoding="utf-8")


def bare_client(server: Minio, *, endpoint: str | None = None) -> Any:
    """The vendor's client, for looking at what lies in a bucket and for spoiling it."""
    return boto3.client(
        "s3",
        endpoint_url=endpoint or f"http://127.0.0.1:{server.port}",
        region_name="us-east-1",
        aws_access_key_id="docservice",
        aws_secret_access_key=password(server),
        config=Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required"),
    )
