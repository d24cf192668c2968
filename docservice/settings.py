"""Every setting of the service: read once, frozen, passed down. No other module reads the environment.

Relative paths and the `file:`, `sqlite:`, `tantivy:` and `folder:` URLs are resolved under `DATA_DIR`, never under
the working directory. No password stands in a URL. `docs/settings.md` is checked against this class by a test.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings from the environment, upper case: `DATA_DIR`, `DATABASE_URL` and so on."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    data_dir: Path = Field(Path("data"), description="Folder of everything the embedded profile keeps.")
    database_url: str = Field("sqlite:doc.db", description="sqlite:FILE or postgresql+psycopg://user@host/name.")
    database_password_file: Path | None = Field(None, description="File with the database password, mode 0600.")
    storage_url: str = Field("file:files", description="Where files lie: file:FOLDER or s3://key@host:port/bucket.")
    storage_password_file: Path | None = Field(None, description="File with the S3 secret key, mode 0600.")
    storage_key_url: str = Field(
        "", description="Master key files are sealed under: file:FILE or pkcs11:TOKEN/KEY[,OLDER]; empty: not sealed."
    )
    storage_key_pin_file: Path | None = Field(None, description="File with the PIN of the master key's token, 0600.")
    copy_url: str = Field("", description="Where second copies of files lie, as STORAGE_URL; empty: none.")
    copy_password_file: Path | None = Field(None, description="File with the S3 secret key of that place, mode 0600.")
    file_check_days: int = Field(30, ge=1, le=365, description="In how many days every file's hash is checked once.")
    search_url: str = Field("tantivy:search", description="The index: tantivy:FOLDER or http(s)://user@host:port/name.")
    search_password_file: Path | None = Field(None, description="File with Elasticsearch's password, mode 0600.")
    queue_url: str = Field("thread:", description="What wakes jobs: thread: (this process) or redis://host:port/n.")
    queue_password_file: Path | None = Field(None, description="File with the password of Redis, mode 0600.")
    carrier_url: str = Field("folder:mail", description="How parcels travel: folder:FOLDER of mailboxes.")
    keys_dir: Path = Field(Path("keys"), description="Folder of keys; kept apart from backups of the data.")
    hsm_module: Path | None = Field(None, description="PKCS#11 library of the server's HSM, where there is one.")
    trust_dir: Path = Field(Path("keys/trust"), description="Folder of trust anchors and CRLs (PEM or DER).")
    tsa_url: str = Field("demo:", description="RFC 3161 time stamps: demo: (the demo authority) or an http(s) address.")
    sign_refuses: str = Field(
        "hidden_content,field_differs,covered_text,unused_content,embedded_files",
        description="What in a file forbids signing it; besides these: annotations, open_fields.",
    )
    remote_url: str = Field(
        "", description="Signing service for phones (CSC API 1.0.4), ending in /csc/v1; empty: none."
    )
    remote_client_id: str = Field("", description="How this node is known at the signing service.")
    remote_secret_file: Path | None = Field(None, description="File with the secret for it, mode 0600.")
    remote_sign_in: Literal["oauth2", "login"] = Field(
        "oauth2", description="oauth2: client credentials; login: auth/login with name and password."
    )
    remote_wait_seconds: int = Field(240, ge=30, le=900, description="How long a person may take on the phone.")
    remote_resumes: bool = Field(
        False, description="Whether the service knows a transaction again (clientData) and asks its person once."
    )
    intake_limit_mb: int = Field(64, ge=1, le=64, description="Largest parcel taken in, in MB.")
    convert_url: str = Field("office:", description="Who converts: office: (own processes) or unix:SOCKET (a service).")
    converters: int = Field(1, ge=1, le=8, description="Office processes that convert at the same time.")
    fonts_dir: Path | None = Field(None, description="Folder with the operator's licensed Times New Roman.")
    sandboxes: int = Field(2, ge=1, le=16, description="Children that examine and read files at the same time.")
    public_url: str = Field(
        "http://127.0.0.1:8000", description="Address people type; https makes the session cookie secure."
    )
    trusted_proxies: str = Field("", description="Addresses whose forwarded headers are believed, parted by commas.")
    web_threads: int = Field(6, ge=2, le=32, description="Requests worked on at the same time.")
    requests_per_minute: int = Field(
        1200, ge=60, description="Requests a person, or before sign-in an address, may send in a minute."
    )
    upload_limit_mb: int = Field(64, ge=1, le=64, description="Largest file a person may upload, in MB.")
    log_format: Literal["text", "json"] = Field(
        "text", description="Log lines for a terminal, or JSON for a collector."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="The least that is written; info: a line for each request and job."
    )
    metrics_token_file: Path | None = Field(None, description="File with the token that opens /metrics, mode 0600.")
    metrics_listen: str = Field("", description="HOST:PORT where a worker or the beat answers /metrics and /ready.")
    otel_url: str = Field("", description="OTLP/HTTP address that gets spans (OpenTelemetry); empty: none.")
    catalogue_file: Path | None = Field(
        None, description="TOML with laws, agencies of other nodes, families and kinds; see docs/operator.md."
    )
    alerts_file: Path | None = Field(None, description="TOML with other limits for alerts; see docs/operator.md.")
    mail_url: str = Field("", description="Mail server alerts go through: smtp(s)://login@host:port; empty: none.")
    mail_password_file: Path | None = Field(None, description="File with the password of that login, mode 0600.")
    mail_to: str = Field("", description="Addresses that get alerts, parted by commas.")
    mail_from: str = Field("", description="Address alerts come from; empty: the first of MAIL_TO.")
    backup_dir: Path | None = Field(None, description="Where backups go by the schedule; another disk or machine.")
    backup_recipient: str = Field("", description="Public keys (age) of those who can read backups, parted by commas.")
    backup_hours: int = Field(24, ge=1, le=720, description="How old the newest backup may become.")
    backup_keep: int = Field(14, ge=1, le=1000, description="How many backups are kept.")
    backup_keys: bool = Field(False, description="Whether KEYS_DIR goes into backups (encrypted like the rest).")
    tls_certificate_file: Path | None = Field(None, description="The proxy's certificate (PEM), to warn of its end.")
    language: Literal["vi", "en"] = Field("vi", description="Language of the command line.")

    def path(self, value: Path) -> Path:
        """A path as it is, or under `data_dir` when relative."""
        return value if value.is_absolute() else self.base / value

    @property
    def fonts(self) -> Path | None:
        """The folder of the operator's own Times New Roman."""
        return self.path(self.fonts_dir) if self.fonts_dir else None

    def secret(self, file: Path | None) -> str | None:
        """A password from its file; none is ever part of an address."""
        return self.path(file).read_text(encoding="utf-8").strip() if file else None

    def secrets(self) -> Iterator[str]:
        """Every secret the settings name, so that the log can mask them; a file that is not there holds none."""
        for name in type(self).model_fields:
            file = getattr(self, name)
            if name.endswith(("_password_file", "_secret_file", "_token_file")) and file and self.path(file).is_file():
                yield self.path(file).read_text(encoding="utf-8").strip()

    @property
    def is_embedded(self) -> bool:
        """Whether one process alone may work here: its database, index or queue is of one process."""
        return (
            self.database_url.startswith("sqlite:")
            or self.search_url.startswith("tantivy:")
            or self.queue_url == "thread:"
        )

    @property
    def base(self) -> Path:
        """The absolute data folder."""
        return self.data_dir.absolute()
