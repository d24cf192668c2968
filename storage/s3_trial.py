"""What an S3 server can do beyond the plain verbs, found by trying it on an object of its own."""

from typing import Any
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

_TRIAL = b"docservice"
_TAGS = {"TagSet": [{"Key": "trial", "Value": "1"}]}


def try_abilities(s3: Any, bucket: str, encryption: str | None) -> tuple[str, ...]:
    """`versioning`, `object_lock`, `tags`, `put_once` and `encryption`, as far as they work.

    Writes, reads and removes one small object under `.trial/`, so an error of the plain verbs is raised as it is.
    Tags are tried here only: one server was seen to replace the object by the text of its tags.
    """
    name = f".trial/{uuid4().hex}"
    extra = {"ServerSideEncryption": encryption} if encryption else {}
    try:
        s3.put_object(Bucket=bucket, Key=name, Body=_TRIAL, **extra)
    except ClientError:
        if not extra:
            raise
        s3.put_object(Bucket=bucket, Key=name, Body=_TRIAL)
    try:
        found = {
            "encryption": s3.head_object(Bucket=bucket, Key=name).get("ServerSideEncryption") is not None,
            "object_lock": has_lock(s3, bucket),
            "put_once": _refuses_second(s3, bucket, name),
            "tags": _keeps_tags(s3, bucket, name),
            "versioning": _said(s3.get_bucket_versioning, Bucket=bucket).get("Status") == "Enabled",
        }
    finally:
        s3.delete_object(Bucket=bucket, Key=name)
    return tuple(ability for ability, works in found.items() if works)


def has_lock(s3: Any, bucket: str) -> bool:
    """Whether the bucket was made with object lock."""
    said = _said(s3.get_object_lock_configuration, Bucket=bucket)
    return bool(said.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") == "Enabled")


def _refuses_second(s3: Any, bucket: str, name: str) -> bool:
    try:
        s3.put_object(Bucket=bucket, Key=name, Body=_TRIAL, IfNoneMatch="*")
    except ClientError as error:
        return error.response.get("Error", {}).get("Code") in {"PreconditionFailed", "412"}
    return False


def _keeps_tags(s3: Any, bucket: str, name: str) -> bool:
    _said(s3.put_object_tagging, Bucket=bucket, Key=name, Tagging=_TAGS)
    kept = _said(s3.get_object_tagging, Bucket=bucket, Key=name).get("TagSet")
    body = s3.get_object(Bucket=bucket, Key=name)["Body"]
    with body:
        return bool(kept == _TAGS["TagSet"] and body.read() == _TRIAL)


def _said(ask: Any, **arguments: Any) -> dict[str, Any]:
    """An answer, empty where the server does not know the question."""
    try:
        return dict(ask(**arguments))
    except (ClientError, BotoCoreError):
        return {}
