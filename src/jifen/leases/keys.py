"""The company's key for signatures: given by the settings, or made at first use and kept encrypted (S0-58).

A key that no key in JIFEN_FIELD_KEY opens any more is replaced by a new one; what it signed stays valid, because each
document carries its certificate.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.leases.accounts import company_account
from jifen.leases.errors import LeaseError
from jifen.leases.models import SigningKey
from jifen.members.keys import ID_BYTES, field_keys
from jifen.programmes.models import Programme

NONCE_BYTES = 12
KEY_BITS = 3072
YEARS = 20
NAME_MAX = 64  # of a common name in a certificate


class SigningKeyError(LeaseError):
    """The file that the settings name holds no key and certificate that can be used."""

    def __init__(self) -> None:
        super().__init__(
            say("{name} names no file with a key and a certificate that its password opens", name="JIFEN_SIGNING_KEY")
        )


class Signer(NamedTuple):
    """A private key and its certificate, DER."""

    key: bytes
    certificate: bytes

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the certificate, hexadecimal."""
        return fingerprint_of(self.certificate)


def fingerprint_of(certificate: bytes) -> str:
    """Return the SHA-256 of a certificate (DER), hexadecimal."""
    return x509.load_der_x509_certificate(certificate).fingerprint(hashes.SHA256()).hex()


def signer_of(programme_id: int) -> Signer:
    """Return the key that signs for a programme's company; it is made where there is none."""
    if settings.SIGNING_KEY:
        return _given(Path(settings.SIGNING_KEY), settings.SIGNING_PASSWORD)
    return _newest(programme_id) or _made(programme_id)


def _given(path: Path, password: str) -> Signer:
    """Return the key of a PKCS #12 file."""
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(path.read_bytes(), password.encode() or None)
    except (OSError, ValueError) as error:
        raise SigningKeyError from error
    if key is None or certificate is None:
        raise SigningKeyError
    return Signer(_der(key), certificate.public_bytes(serialization.Encoding.DER))


def _newest(programme_id: int) -> Signer | None:
    row = SigningKey.objects.filter(programme_id=programme_id).order_by("-pk").first()
    if row is None:
        return None
    closed = bytes(row.key_cipher)
    for field_key in field_keys():
        if closed.startswith(field_key.id):
            nonce, cipher = closed[ID_BYTES : ID_BYTES + NONCE_BYTES], closed[ID_BYTES + NONCE_BYTES :]
            return Signer(field_key.cipher.decrypt(nonce, cipher, _bound_to(programme_id)), bytes(row.certificate))
    return None


def _made(programme_id: int) -> Signer:
    """Make a key with a self-signed certificate, and keep it; of two at the same time the second takes the first's."""
    with transaction.atomic():
        programme = Programme.objects.select_for_update(no_key=True).get(pk=programme_id)
        signer = _newest(programme_id) or _self_signed(programme)
        field_key, nonce = field_keys()[0], os.urandom(NONCE_BYTES)
        SigningKey.objects.get_or_create(
            fingerprint=signer.fingerprint,
            defaults={
                "programme": programme,
                "certificate": signer.certificate,
                "key_cipher": field_key.id
                + nonce
                + field_key.cipher.encrypt(nonce, signer.key, _bound_to(programme_id)),
                "created_at": timezone.now(),
            },
        )
    return signer


def _self_signed(programme: Programme) -> Signer:
    account = company_account(programme.pk)
    company = account.company if account is not None else programme.title
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, company[:NAME_MAX])])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_signs_documents(), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Signer(_der(key), certificate.public_bytes(serialization.Encoding.DER))


def _signs_documents() -> x509.KeyUsage:
    """Return the use of a key that signs, and that its owner cannot deny."""
    other = ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign")
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        encipher_only=False,
        decipher_only=False,
        **dict.fromkeys(other, False),
    )


def _der(key: PrivateKeyTypes) -> bytes:
    """Return a private key as PKCS #8, open."""
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _bound_to(programme_id: int) -> bytes:
    return f"signing key of programme {programme_id}".encode()
