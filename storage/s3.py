"""An S3 place (MinIO, Ceph): objects at `ab/cd/<name>` of one bucket, as the folder names its files.

The server is asked to check the SHA-256 of what it gets, so that a damaged upload is refused by the server itself.
What a server can do beyond plain S3 is tried, never believed.
"""

import io
import re
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from storage.place import Lying
from storage.s3_going import Going
from storage.s3_parts import upload_in_parts
from storage.s3_reading import Whereabouts, open_object
from storage.s3_trial import has_lock, try_abilities
from storage.store import (
    LockMissing,
    NotStored,
    StillRetained,
    StorageError,
    StoreHealth,
    StoreUnavailable,
)

PART = 16 * 1024 * 1024
_LEFT_OVER = timedelta(days=1)
# Until a case file says how long: the year in which its documents come together, and a day to spare.
_FIRST_LOCK_DAYS = 366
_SECOND = timedelta(seconds=1)
# A key retained for at least so long needs no fresh time: nobody can delete it meanwhile.
_LONG_RETAINED = timedelta(days=2)
_OBJECT = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}(\.[a-z]+)?")
# Notes of uploads in parts that are under way.
_BEGUN = ".begun/"
_LOCKS = {"governance": "GOVERNANCE", "compliance": "COMPLIANCE"}
_MISSING = frozenset({"404", "NoSuchKey", "NoSuchBucket", "NotFound", "NoSuchVersion"})


@dataclass(frozen=True)
class S3Address:
    """`s3://ACCESS-KEY@host:port/bucket`, with options after a question mark.

    `tls=0` for plain HTTP (default 1), `sse=AES256` or `aws:kms` to have the server encrypt, `lock=governance` or
    `compliance` to have it retain (originals from the start for `lock_days=N`, 366 when not said, 0 for not at all),
    `region=NAME`, `ca=FILE` with the certificate of a private authority.
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
        days = options.pop("lock_days", str(_FIRST_LOCK_DAYS) if lock else "0")
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


class S3Place:
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
        self._going = Going(self._s3, self._bucket, self._delete)

    def draft(self) -> AbstractContextManager[BinaryIO]:
        # Small files stay in memory; the name must be known before the first byte is sent.
        return cast("AbstractContextManager[BinaryIO]", tempfile.SpooledTemporaryFile(max_size=self._part_bytes))

    def keep(
        self, draft: BinaryIO, name: str, *, original: bool = False, again: bool = False, note: bytes = b""
    ) -> None:
        with _translated(name):
            size = draft.seek(0, io.SEEK_END)
            before = self._retained(name) if again and self._address.lock else None
            try:
                self._keep(draft, name, size, again=again, note=note)
            except ClientError as error:
                if _code(error) != "NoSuchBucket":
                    raise
                self._make_bucket()
                self._keep(draft, name, size, again=again, note=note)
        if before is not None:
            self.retain(name, before)
        if original and self._address.lock_days:
            self.retain(name, None)

    def begun(self, name: str, *, size: int) -> bytes | None:
        if size <= self._part_bytes:
            return None
        try:
            with _translated(name):
                noted: bytes = self._s3.get_object(Bucket=self._bucket, Key=_begun(name))["Body"].read()
        except NotStored:
            return None
        return noted

    def open(self, name: str) -> BinaryIO:
        return open_object(Whereabouts(self._s3, self._bucket, name, _translated))

    def size(self, name: str) -> int | None:
        try:
            with _translated(name):
                return int(self._s3.head_object(Bucket=self._bucket, Key=name)["ContentLength"])
        except NotStored:
            return None

    def delete(self, name: str, *, not_put_since: datetime | None) -> bool:
        with _translated(name):
            try:
                if not_put_since is None:
                    self._delete(name)
                    return True
                with self._going.mark(name):
                    young = self._put_at(name)
                    # HTTP tells times in whole seconds.
                    if young is not None and young + _SECOND > not_put_since:
                        return False
                    self._delete(name)
            except ClientError as error:
                if _code(error) == "NoSuchBucket":
                    return True
                if _code(error) in {"AccessDenied", "InvalidRequest", "ObjectLocked"} and self._retained(name):
                    raise StillRetained("still_retained", key=name.rpartition("/")[2]) from error
                raise
        return True

    def list(self, *, older_than: datetime | None = None) -> Iterator[Lying]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket)
        try:
            with _translated("*"):
                for page in pages:
                    for item in page.get("Contents", ()):
                        if _OBJECT.fullmatch(item["Key"]) and (older_than is None or item["LastModified"] < older_than):
                            yield Lying(item["Key"], int(item["Size"]))
        except NotStored:
            return  # no bucket yet: nothing was ever put

    def retains(self) -> bool:
        return self._address.lock is not None

    def retain(self, name: str, until: datetime | None) -> datetime | None:
        now = datetime.now(UTC)
        until = until or now + timedelta(days=self._address.lock_days)
        with _translated(name):
            self._s3.head_object(Bucket=self._bucket, Key=name)
            if self._address.lock is None:
                return None
            present = self._retained(name)
            # What is over asks for nothing: a server refuses a day in the past.
            if until <= now or (present is not None and present >= until):
                return present
            retention = {"Mode": self._address.lock, "RetainUntilDate": until}
            try:
                self._s3.put_object_retention(Bucket=self._bucket, Key=name, Retention=retention)
            except ClientError as error:
                if _code(error) != "InvalidRequest" or has_lock(self._s3, self._bucket):
                    raise
                place = f"{self._address.endpoint}/{self._bucket}"
                raise LockMissing("store_lock_missing", place=place) from error
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
        """Give up uploads that nobody went on with for a day. MinIO does so by itself."""
        dropped = 0
        oldest = datetime.now(UTC) - _LEFT_OVER
        try:
            with _translated("*"):
                for page in self._s3.get_paginator("list_multipart_uploads").paginate(Bucket=self._bucket):
                    for upload in page.get("Uploads", ()):
                        if upload["Initiated"] < oldest:
                            self._s3.abort_multipart_upload(
                                Bucket=self._bucket, Key=upload["Key"], UploadId=upload["UploadId"]
                            )
                            dropped += 1
                for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=_BEGUN):
                    for item in page.get("Contents", ()):
                        if item["LastModified"] < oldest:
                            self._delete(item["Key"])
        except NotStored:
            return dropped  # no bucket yet
        return dropped

    def close(self) -> None:
        self._s3.close()

    def _keep(self, draft: BinaryIO, name: str, size: int, *, again: bool, note: bytes) -> None:
        if again:
            self._send(draft, name, size)
            return
        while not self._send_new(draft, name, size, note):
            if self._refresh(name) and not self._going.is_marked(name):
                return
            # Somebody may be deleting it at this moment; when he is done it is sent anew, if it went.
            self._going.wait_for(name)

    def _send_new(self, draft: BinaryIO, name: str, size: int, note: bytes) -> bool:
        """False where the name is taken."""
        if size > self._part_bytes:
            if self._put_at(name) is not None:
                return False
            if note:
                self._s3.put_object(Bucket=self._bucket, Key=_begun(name), Body=note)
            self._send(draft, name, size)
            if note:
                self._delete(_begun(name))
            return True
        try:
            self._send(draft, name, size, IfNoneMatch="*")
        except ClientError as error:
            if _code(error) in {"PreconditionFailed", "412"}:
                return False
            raise
        return True

    def _send(self, draft: BinaryIO, name: str, size: int, **condition: str) -> None:
        draft.seek(0)
        extra = self._encryption()
        if size > self._part_bytes:
            upload_in_parts(self._s3, self._bucket, name, draft, part_bytes=self._part_bytes, extra=extra)
            return
        data = draft.read()
        digest = b64encode(sha256(data).digest()).decode()
        self._s3.put_object(Bucket=self._bucket, Key=name, Body=data, ChecksumSHA256=digest, **condition, **extra)

    def _refresh(self, name: str) -> bool:
        """Give an object the present time, so that no clean-up takes it for forgotten: it is copied onto itself.

        False where it went meanwhile.
        """
        if self._address.lock:
            retained = self._retained(name)
            if retained is not None and retained > datetime.now(UTC) + _LONG_RETAINED:
                return True
        try:
            self._s3.copy_object(
                Bucket=self._bucket,
                Key=name,
                CopySource={"Bucket": self._bucket, "Key": name},
                MetadataDirective="REPLACE",
                **self._encryption(),
            )
        except ClientError as error:
            if _code(error) not in _MISSING:
                raise
            return False
        return True

    def _delete(self, name: str) -> None:
        for version in self._versions(name):
            self._s3.delete_object(Bucket=self._bucket, Key=name, VersionId=version)

    def _put_at(self, name: str) -> datetime | None:
        try:
            said: datetime = self._s3.head_object(Bucket=self._bucket, Key=name)["LastModified"]
        except ClientError as error:
            if _code(error) not in _MISSING:
                raise
            return None
        return said

    def _retained(self, name: str) -> datetime | None:
        try:
            said = self._s3.get_object_retention(Bucket=self._bucket, Key=name)
        except ClientError as error:
            if _code(error) in {
                "NoSuchObjectLockConfiguration",
                "ObjectLockConfigurationNotFoundError",
                "InvalidRequest",
                "NoSuchKey",
                "NoSuchBucket",
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


def _begun(name: str) -> str:
    return f"{_BEGUN}{name.rpartition('/')[2]}"


@contextmanager
def _translated(name: str) -> Iterator[None]:
    """The vendor's errors as the port's; nothing of the answer but its code is passed on."""
    try:
        yield
    except ClientError as error:
        if _code(error) in _MISSING:
            raise NotStored("not_stored", key=name.rpartition("/")[2]) from error
        raise StoreUnavailable("store_unavailable", reason=_code(error)) from error
    except (BotoCoreError, OSError) as error:
        raise StoreUnavailable("store_unavailable", reason=type(error).__name__) from error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))


def _is_loopback(endpoint: str) -> bool:
    return urlsplit(endpoint).hostname in {"127.0.0.1", "::1", "localhost"}
