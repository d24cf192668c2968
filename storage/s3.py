"""An S3 store (MinIO, Ceph): objects at `ab/cd/<key>` of one bucket, as the folder store names its files.

The key is the SHA-256 the server is asked to check, so that a damaged upload is refused by the server itself and a
damaged download is noticed at its end. What a server can do beyond plain S3 is tried, never believed.
"""

import re
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from storage.s3_parts import upload_in_parts
from storage.s3_reading import Whereabouts, open_object
from storage.s3_trial import try_abilities
from storage.store import (
    CHUNK,
    NotStored,
    StillRetained,
    StorageError,
    StoredFile,
    StoreHealth,
    StoreUnavailable,
    path_of,
)

PART = 16 * 1024 * 1024
_LEFT_OVER = timedelta(days=1)
# A key retained for at least so long needs no fresh time: nobody can delete it meanwhile.
_LONG_RETAINED = timedelta(days=2)
_OBJECT = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/([0-9a-f]{64})")
_LOCKS = {"governance": "GOVERNANCE", "compliance": "COMPLIANCE"}
_MISSING = frozenset({"404", "NoSuchKey", "NoSuchBucket", "NotFound", "NoSuchVersion"})


@dataclass(frozen=True)
class S3Address:
    """`s3://ACCESS-KEY@host:port/bucket`, with options after a question mark.

    `tls=0` for plain HTTP (default 1), `sse=AES256` or `aws:kms` to have the server encrypt, `lock=governance` or
    `compliance` to have it retain (originals from the start for `lock_days=N`), `region=NAME`, `ca=FILE` with the
    certificate of a private authority.
    """

    access_key: str
    endpoint: str
    bucket: str
    region: str
    encryption: str | None
    lock: str | None
    lock_days: int
    authority: str | None

    @classmethod
    def parse(cls, url: str) -> "S3Address":
        """Raises `StorageError` for an address with anything missing, unknown or secret in it."""
        parts = urlsplit(url)
        options = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        bucket = parts.path.strip("/")
        tls = options.pop("tls", "1")
        encryption, lock = options.pop("sse", None), options.pop("lock", None)
        days = options.pop("lock_days", "0")
        region, authority = options.pop("region", "us-east-1"), options.pop("ca", None)
        known = encryption in {None, "AES256", "aws:kms"} and lock in {None, *_LOCKS} and tls in {"0", "1"}
        known = known and days.isdecimal() and (lock is not None or int(days) == 0)
        if parts.password or options or not known or not (parts.hostname and parts.username and bucket):
            # The address may hold a secret that somebody put in the wrong place: it is not repeated.
            raise StorageError("store_url_unknown", url=f"s3://{parts.hostname or ''}")
        place = parts.netloc.rpartition("@")[2]
        endpoint = f"{'https' if tls == '1' else 'http'}://{place}"
        return cls(
            access_key=unquote(parts.username),
            endpoint=endpoint,
            bucket=bucket,
            region=region,
            encryption=encryption,
            lock=_LOCKS.get(lock or ""),
            lock_days=int(days),
            authority=authority,
        )


class S3Store:
    """One bucket. It is made when it is missing; nothing is asked of the server before the first verb."""

    def __init__(self, url: str, *, password: str, base: Path, part_bytes: int = PART) -> None:
        self._address = S3Address.parse(url)
        self._bucket = self._address.bucket
        self._part_bytes = part_bytes
        authority = self._address.authority
        self._s3: Any = boto3.client(
            "s3",
            endpoint_url=self._address.endpoint,
            region_name=self._address.region,
            aws_access_key_id=self._address.access_key,
            aws_secret_access_key=password,
            verify=str(base / authority) if authority else None,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                retries={"mode": "standard", "max_attempts": 3},
                connect_timeout=5,
                read_timeout=60,
                # Our own checksums are SHA-256 and asked for one by one.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def put(self, source: BinaryIO, *, original: bool = False) -> StoredFile:
        # Small files stay in memory; the name must be known before the first byte is sent.
        with tempfile.SpooledTemporaryFile(max_size=self._part_bytes) as spool:
            digest, size = sha256(), 0
            try:
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    spool.write(chunk)
            except OSError as error:
                raise StoreUnavailable("store_unavailable", reason=str(error)) from error
            stored = StoredFile(digest.hexdigest(), size)
            spool.seek(0)
            with _translated(stored.key):
                self._put_named(spool, stored)
        if original and self._address.lock_days:
            self.retain(stored.key, datetime.now(UTC) + timedelta(days=self._address.lock_days))
        return stored

    def open(self, key: str) -> BinaryIO:
        name = path_of(key)
        return open_object(Whereabouts(self._s3, self._bucket, name, key, _translated))

    def exists(self, key: str) -> bool:
        name = path_of(key)
        try:
            with _translated(key):
                self._s3.head_object(Bucket=self._bucket, Key=name)
        except NotStored:
            return False
        return True

    def delete(self, key: str) -> None:
        name = path_of(key)
        with _translated(key):
            try:
                for version in self._versions(name):
                    self._s3.delete_object(Bucket=self._bucket, Key=name, VersionId=version)
            except ClientError as error:
                if _code(error) == "NoSuchBucket":
                    return
                if _code(error) in {"AccessDenied", "InvalidRequest", "ObjectLocked"} and self._retained(name):
                    raise StillRetained("still_retained", key=key) from error
                raise

    def list(self, *, older_than: datetime | None = None) -> Iterator[StoredFile]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket)
        try:
            with _translated("*"):
                for page in pages:
                    for item in page.get("Contents", ()):
                        found = _OBJECT.fullmatch(item["Key"])
                        if found and (older_than is None or item["LastModified"] < older_than):
                            yield StoredFile(found[1], int(item["Size"]))
        except NotStored:
            return  # no bucket yet: nothing was ever put

    def retain(self, key: str, until: datetime) -> datetime | None:
        name = path_of(key)
        with _translated(key):
            self._s3.head_object(Bucket=self._bucket, Key=name)
            if self._address.lock is None:
                return None
            present = self._retained(name)
            if present is not None and present >= until:
                return present
            retention = {"Mode": self._address.lock, "RetainUntilDate": until}
            self._s3.put_object_retention(Bucket=self._bucket, Key=name, Retention=retention)
            return until

    def check(self) -> StoreHealth:
        place = f"{self._address.endpoint}/{self._bucket}"
        with _translated("*"):
            self._make_bucket()
            abilities = try_abilities(self._s3, self._bucket, self._address.encryption)
        warnings = []
        if self._address.encryption and "encryption" not in abilities:
            warnings.append("store_not_encrypted")
        if self._address.lock and "object_lock" not in abilities:
            warnings.append("store_lock_missing")
        if self._address.endpoint.startswith("http:") and not _is_loopback(self._address.endpoint):
            warnings.append("store_without_tls")
        return StoreHealth(place, None, writable=True, warnings=tuple(warnings), abilities=abilities)

    def drop_left_overs(self) -> int:
        """Give up uploads that nobody went on with for a day; returns how many. MinIO does so by itself."""
        dropped = 0
        with _translated("*"):
            for upload in self._s3.list_multipart_uploads(Bucket=self._bucket).get("Uploads", ()):
                if upload["Initiated"] < datetime.now(UTC) - _LEFT_OVER:
                    self._s3.abort_multipart_upload(Bucket=self._bucket, Key=upload["Key"], UploadId=upload["UploadId"])
                    dropped += 1
        return dropped

    def close(self) -> None:
        self._s3.close()

    def _put_named(self, spool: Any, stored: StoredFile) -> None:
        try:
            self._put_new(spool, stored)
        except ClientError as error:
            if _code(error) == "NoSuchBucket":
                self._make_bucket()
                spool.seek(0)
                self._put_new(spool, stored)
            elif _code(error) in {"PreconditionFailed", "412"}:
                self._refresh(path_of(stored.key))
            else:
                raise

    def _put_new(self, spool: Any, stored: StoredFile) -> None:
        name, extra = path_of(stored.key), self._encryption()
        if stored.size <= self._part_bytes:
            self._s3.put_object(
                Bucket=self._bucket,
                Key=name,
                Body=spool.read(),
                ChecksumSHA256=b64encode(bytes.fromhex(stored.key)).decode(),
                IfNoneMatch="*",
                **extra,
            )
            return
        try:
            self._s3.head_object(Bucket=self._bucket, Key=name)
        except ClientError as error:
            if _code(error) not in _MISSING:
                raise
            upload_in_parts(self._s3, self._bucket, name, spool, part_bytes=self._part_bytes, extra=extra)
        else:
            self._refresh(name)

    def _refresh(self, name: str) -> None:
        """Give an object the present time, so that no clean-up takes it for forgotten: it is copied onto itself."""
        if self._address.lock:
            retained = self._retained(name)
            if retained is not None and retained > datetime.now(UTC) + _LONG_RETAINED:
                return
        self._s3.copy_object(
            Bucket=self._bucket,
            Key=name,
            CopySource={"Bucket": self._bucket, "Key": name},
            MetadataDirective="REPLACE",
            **self._encryption(),
        )

    def _retained(self, name: str) -> datetime | None:
        try:
            said = self._s3.get_object_retention(Bucket=self._bucket, Key=name)
        except ClientError as error:
            if _code(error) in {
                "NoSuchObjectLockConfiguration",
                "ObjectLockConfigurationNotFoundError",
                "InvalidRequest",
                "NoSuchKey",
                "MethodNotAllowed",
            }:
                return None
            raise
        until: datetime | None = said.get("Retention", {}).get("RetainUntilDate")
        return until

    def _versions(self, name: str) -> Iterator[str]:
        pages = self._s3.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=name)
        for page in pages:
            for item in [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]:
                if item["Key"] == name:
                    yield str(item["VersionId"])

    def _encryption(self) -> dict[str, str]:
        return {"ServerSideEncryption": self._address.encryption} if self._address.encryption else {}

    def _make_bucket(self) -> None:
        try:
            self._s3.head_bucket(Bucket=self._bucket)
        except ClientError as error:
            if _code(error) not in _MISSING:
                raise
            with_lock = {"ObjectLockEnabledForBucket": True} if self._address.lock else {}
            try:
                self._s3.create_bucket(Bucket=self._bucket, **with_lock)
            except ClientError as refused:
                if _code(refused) != "BucketAlreadyOwnedByYou":
                    raise


@contextmanager
def _translated(key: str) -> Iterator[None]:
    """The vendor's errors as the port's; nothing of the answer but its code is passed on."""
    try:
        yield
    except ClientError as error:
        if _code(error) in _MISSING:
            raise NotStored("not_stored", key=key) from error
        raise StoreUnavailable("store_unavailable", reason=_code(error)) from error
    except (BotoCoreError, OSError) as error:
        raise StoreUnavailable("store_unavailable", reason=type(error).__name__) from error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))


def _is_loopback(endpoint: str) -> bool:
    return urlsplit(endpoint).hostname in {"127.0.0.1", "::1", "localhost"}
