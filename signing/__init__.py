"""Signatures on bytes: making them, and judging them. Knows PDF, keys, certificates, time; nothing of offices."""

from signing.encoding import encode_once

encode_once()
