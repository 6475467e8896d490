"""RSA signatures with SHA-256, as both providers make them."""

import base64
import binascii
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

KEY_BITS = 2048


def make_pair() -> tuple[bytes, bytes]:
    """Return a new private key and its public key, PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, public


def sign(private: bytes, said: bytes) -> str:
    """Return the signature of a private key (PEM) in base64."""
    return base64.b64encode(_private(private).sign(said, padding.PKCS1v15(), hashes.SHA256())).decode()


def is_signed(public: bytes, said: bytes, signature: str) -> bool:
    """Return whether a signature in base64 is that of a public key (PEM)."""
    try:
        _public(public).verify(base64.b64decode(signature, validate=True), said, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, binascii.Error):
        return False
    return True


@lru_cache(maxsize=8)
def _private(pem: bytes) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(pem, None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


@lru_cache(maxsize=8)
def _public(pem: bytes) -> rsa.RSAPublicKey:
    key = serialization.load_pem_public_key(pem)
    assert isinstance(key, rsa.RSAPublicKey)
    return key
