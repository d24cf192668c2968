"""A large object in parts, going on where a broken upload stopped.

The object's name is the hash of its clear bytes, so an unfinished upload of this name holds parts of the same file,
whoever began it: the server says which it has, by their checksums, and only the rest is sent. A sealed file is sealed
again under the head that was noted when it began (`.begun/`), or no part would be the same.
"""

from base64 import b64encode
from hashlib import sha256
from typing import Any, BinaryIO

from botocore.exceptions import ClientError


def upload_in_parts(
    s3: Any, bucket: str, name: str, source: BinaryIO, *, part_bytes: int, extra: dict[str, str]
) -> int:
    """Send the parts the server does not have yet, then join all; returns how many were sent."""
    upload = _unfinished(s3, bucket, name)
    if upload is None:
        begun = s3.create_multipart_upload(Bucket=bucket, Key=name, ChecksumAlgorithm="SHA256", **extra)
        upload = str(begun["UploadId"])
    there = _parts(s3, bucket, name, upload)
    parts: list[dict[str, Any]] = []
    sent = 0
    while chunk := source.read(part_bytes):
        number, digest = len(parts) + 1, b64encode(sha256(chunk).digest()).decode()
        tag = there.get((number, digest, len(chunk)))
        if tag is None:
            said = s3.upload_part(
                Bucket=bucket, Key=name, UploadId=upload, PartNumber=number, Body=chunk, ChecksumSHA256=digest
            )
            tag = str(said["ETag"])
            sent += 1
        parts.append({"PartNumber": number, "ETag": tag, "ChecksumSHA256": digest})
    s3.complete_multipart_upload(Bucket=bucket, Key=name, UploadId=upload, MultipartUpload={"Parts": parts})
    return sent


def _unfinished(s3: Any, bucket: str, name: str) -> str | None:
    """The youngest unfinished upload of this name."""
    said = s3.list_multipart_uploads(Bucket=bucket, Prefix=name)
    uploads = [upload for upload in said.get("Uploads", ()) if upload["Key"] == name]
    return str(max(uploads, key=lambda upload: upload["Initiated"])["UploadId"]) if uploads else None


def _parts(s3: Any, bucket: str, name: str, upload: str) -> dict[tuple[int, str, int], str]:
    """What the server has: the tag of each part by number, checksum and size."""
    found: dict[tuple[int, str, int], str] = {}
    try:
        for page in s3.get_paginator("list_parts").paginate(Bucket=bucket, Key=name, UploadId=upload):
            for part in page.get("Parts", ()):
                found[part["PartNumber"], part.get("ChecksumSHA256", ""), part["Size"]] = part["ETag"]
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "NoSuchUpload":
            raise
    return found
