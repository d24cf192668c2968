"""Software tokens for tests: SoftHSM with one key and its certificate each, and one that is pulled out."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pkcs11
from asn1crypto import x509 as asn1_x509
from asn1crypto.keys import PublicKeyInfo
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from pkcs11 import Attribute, CertificateType, KeyType, ObjectClass
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key

from signing.authority import DemoAuthority
from signing.tokens import list_tokens

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN, SO_PIN = "24681357", "87654321"


@dataclass(frozen=True)
class Token:
    """A token of the shelf: its serial, and the hash of the certificate in it."""

    serial: str
    certificate_sha256: str


class Pulled:
    """The shelf's tokens behind a module that has none any more after a number of signatures."""

    def __init__(self, folder: Path) -> None:
        source = Path(__file__).with_name("pulled.c")
        self.module = folder / "pulled.so"
        command = ["cc", "-Wall", "-Wextra", "-shared", "-fPIC", "-o", str(self.module), str(source), "-ldl"]
        subprocess.run(command, check=True)
        # A module is one for a process and a path: this one is apart from the shelf's own.
        shutil.copy(MODULE.resolve(), folder / "behind.so")
        self._left = folder / "left"
        os.environ["PULLED_MODULE"] = str(folder / "behind.so")
        os.environ["PULLED_AFTER"] = str(self._left)
        self.plug_in(0)

    def plug_in(self, signatures: int, *, refusals: int = 0, answer: int = 0) -> None:
        """In the slot again, for so many signatures; the first sessions are refused with this answer (CKR_...)."""
        self._left.write_text(f"{signatures} {refusals} {answer}")


class Shelf:
    """A folder of tokens. SoftHSM reads its settings once a process: there is one shelf for a test run."""

    def __init__(self, folder: Path) -> None:
        (folder / "tokens").mkdir()
        settings = folder / "softhsm2.conf"
        settings.write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
        os.environ["SOFTHSM2_CONF"] = str(settings)

    def add(self, name: str, kind: KeyType, authority: DemoAuthority, *, now: datetime) -> Token:
        """A new token with a new key, certified by a demo authority."""
        command = ["softhsm2-util", "--init-token", "--free", "--label", name, "--pin", PIN, "--so-pin", SO_PIN]
        subprocess.run(command, check=True, capture_output=True)
        library = pkcs11.lib(str(MODULE))
        library.reinitialize()
        (serial,) = [token.serial for token in list_tokens(MODULE) if token.label == name]
        (token,) = [t for t in library.get_tokens() if t.label.strip() == name]
        with token.open(rw=True, user_pin=PIN) as session:
            public = load_der_public_key(self._generate(session, kind))
            assert isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)
            certificate = authority.certify(public, common_name=name, organization="UBND xã", now=now)
            for number, held in ((b"1", certificate), (b"9", authority.intermediate)):
                der = held.public_bytes(Encoding.DER)
                session.create_object(
                    {
                        Attribute.CLASS: ObjectClass.CERTIFICATE,
                        Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
                        Attribute.TOKEN: True,
                        Attribute.ID: number,
                        Attribute.VALUE: der,
                        Attribute.SUBJECT: asn1_x509.Certificate.load(der).subject.dump(),
                    }
                )
        return Token(serial, asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER)).sha256.hex())

    def _generate(self, session: pkcs11.Session, kind: KeyType) -> bytes:
        if kind is KeyType.RSA:
            public, _ = session.generate_keypair(KeyType.RSA, 2048, store=True, id=b"1")
            info = PublicKeyInfo.wrap(encode_rsa_public_key(public), "rsa")
            return bytes(info.dump())
        curve = {Attribute.EC_PARAMS: encode_named_curve_parameters("1.2.840.10045.3.1.7")}
        parameters = session.create_domain_parameters(KeyType.EC, curve, local=True)
        public, _ = parameters.generate_keypair(store=True, id=b"1")
        return bytes(encode_ec_public_key(public))
