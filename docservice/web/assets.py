"""Styles, scripts, fonts and pictures: own files by their hash, packages from npm by their version, for ever cached.

Only what stands in the allow-list below is reachable of `node_modules`, and only the files of `static/`.
"""

import gzip
import hashlib
import json
import mimetypes
import re
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Request, Response

from docservice.core.errors import NotFound
from docservice.core.words import N_
from docservice.edge import open_to_all
from signing.agent import ADDRESS as AGENT_ADDRESS

# Where VGCA Sign Service listens on the official's own computer.
VGCA_ADDRESS = "wss://127.0.0.1:8987"
HERE = Path(str(files("docservice").joinpath("web")))
STATIC, PACKAGES = HERE / "static", HERE / "node_modules"
FOREVER = "public, max-age=31536000, immutable"
_COMPRESSED = {".js", ".mjs", ".css", ".svg", ".json"}
_TYPES = {
    ".mjs": "text/javascript",
    ".js": "text/javascript",
    ".wasm": "application/wasm",
    ".bcmap": "application/octet-stream",
}

# ProseMirror and what it stands on, by the names they import one another.
EDITOR = (
    "orderedmap",
    "prosemirror-commands",
    "prosemirror-history",
    "prosemirror-keymap",
    "prosemirror-model",
    "prosemirror-state",
    "prosemirror-tables",
    "prosemirror-transform",
    "prosemirror-view",
    "rope-sequence",
    "w3c-keyname",
)

# What a page may load of each package: a file, or everything below a folder (ends in a slash).
ALLOWED = {
    "htmx.org": ("dist/htmx.min.js",),
    "@fontsource-variable/inter": (
        "files/inter-latin-wght-normal.woff2",
        "files/inter-vietnamese-wght-normal.woff2",
    ),
    # The editor of the drafting page.
    **{package: ("dist/index.js",) for package in EDITOR if package != "w3c-keyname"},
    "w3c-keyname": ("index.js",),
    "pdfjs-dist": (
        "legacy/build/pdf.min.mjs",
        "legacy/build/pdf.worker.min.mjs",
        "cmaps/",
        "standard_fonts/",
        "wasm/",
        "iccs/",
    ),
}


class AssetNotThere(NotFound):
    code = "asset_not_there"
    message = N_("Không tìm thấy tệp giao diện.")


@dataclass(frozen=True)
class Asset:
    media_type: str
    plain: bytes
    gzipped: bytes | None


@cache
def versions() -> dict[str, str]:
    """The version of each package, from the lock file."""
    lock = json.loads((HERE / "package-lock.json").read_text("utf-8"))
    found = {}
    for path, entry in lock["packages"].items():
        if path.startswith("node_modules/") and "version" in entry:
            found[path.removeprefix("node_modules/")] = entry["version"]
    return found


def vendor(package: str, path: str) -> str:
    """The address of a package's file; with its version in it, so that it may be kept for ever."""
    return f"/vendor/{package}@{versions()[package]}/{path}"


@cache
def static(name: str) -> str:
    """The address of an own file, with its hash in it."""
    return f"/static/{hashlib.sha256(_own(name)).hexdigest()[:16]}/{name}"


def _own(name: str) -> bytes:
    """An own file's bytes; a style sheet names a package's file as `vendor(package path)`."""
    data = (STATIC / name).read_bytes()
    if not name.endswith(".css"):
        return data
    return re.sub(r"vendor\((\S+) (\S+)\)", lambda m: f"url({vendor(m[1], m[2])})", data.decode()).encode()


@cache
def import_map() -> str:
    """Bare names of the own modules, of the editor's packages and of pdf.js: a relative import would miss the hash."""
    names = {f"app/{path.stem}": static(path.name) for path in sorted(STATIC.glob("*.mjs"))}
    names |= {package: vendor(package, ALLOWED[package][0]) for package in EDITOR}
    names["pdfjs"] = vendor("pdfjs-dist", "legacy/build/pdf.min.mjs")
    return json.dumps({"imports": names})


# For PDF files of ours and of strangers: a browser's own viewer shows them, and whatever is in them runs nothing.
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'"


@cache
def content_security_policy() -> str:
    """Nothing but our own files runs; the inline import map is named by its hash."""
    digest = b64encode(hashlib.sha256(import_map().encode()).digest()).decode()
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'wasm-unsafe-eval' 'sha256-{digest}'",
            "style-src 'self'",
            f"connect-src 'self' {AGENT_ADDRESS} {VGCA_ADDRESS}",
            "img-src 'self' data: blob:",
            "worker-src 'self' blob:",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "object-src 'none'",
        )
    )


@cache
def icon(name: str) -> str:
    """A drawing of bootstrap-icons as inline SVG, hidden from screen readers: the words beside it say what it is."""
    if not name.replace("-", "").isalnum():
        raise AssetNotThere
    svg = (PACKAGES / "bootstrap-icons/icons" / f"{name}.svg").read_text("utf-8")
    inside = svg[svg.index(">") + 1 : svg.rindex("</svg>")].strip()
    return f'<svg class="icon" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">{inside}</svg>'


router = APIRouter(dependencies=[open_to_all("the same files for everybody, before and after sign-in")])


@router.get("/static/{digest}/{name}")
def static_file(request: Request, digest: str, name: str) -> Response:
    """An own file; an address with another hash is not there, so nothing stale is ever kept."""
    if Path(name).name != name or not (STATIC / name).is_file() or static(name) != f"/static/{digest}/{name}":
        raise AssetNotThere
    return _answer(request, _load_own(name))


@router.get("/vendor/{path:path}")
def vendor_file(request: Request, path: str) -> Response:
    """A package's file, if the allow-list has it."""
    for package, allowed in ALLOWED.items():
        prefix = f"{package}@{versions()[package]}/"
        if path.startswith(prefix) and ".." not in path:
            inner = path.removeprefix(prefix)
            if any(inner == entry or (entry.endswith("/") and inner.startswith(entry)) for entry in allowed):
                file = PACKAGES / package / inner
                if file.is_file():
                    return _answer(request, _load(file))
    raise AssetNotThere


@router.get("/favicon.ico")
def favicon(request: Request) -> Response:
    """The mark of the service."""
    return _answer(request, _load_own("mark.svg"))


@cache
def _load(path: Path) -> Asset:
    return _asset(path, path.read_bytes())


@cache
def _load_own(name: str) -> Asset:
    return _asset(STATIC / name, _own(name))


def _asset(path: Path, data: bytes) -> Asset:
    media = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(media, data, gzip.compress(data, 9, mtime=0) if path.suffix in _COMPRESSED else None)


def _answer(request: Request, asset: Asset) -> Response:
    headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
    if asset.gzipped is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
        return Response(asset.gzipped, media_type=asset.media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(asset.plain, media_type=asset.media_type, headers=headers)
