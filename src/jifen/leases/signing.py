"""Digital signatures of PDF files: made by the company's key, and checked (S0-58)."""

from io import BytesIO
from typing import NamedTuple

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from jifen.leases.keys import Signer, fingerprint_of

FIELD = "Company"


class Finding(NamedTuple):
    """What the check of a signed file found."""

    intact: bool  # not a byte was changed since it was signed
    fingerprint: str  # of the certificate, "" where there is no signature


def sign(pdf: bytes, signer: Signer, *, reason: str, company: str) -> bytes:
    """Return a PDF with the company's signature over all of it."""
    simple = SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(signer.certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(signer.key),
        cert_registry=SimpleCertificateStore(),
    )
    metadata = PdfSignatureMetadata(
        field_name=FIELD, reason=reason, name=company, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
    )
    signed = sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), metadata, signer=simple)
    return bytes(signed.getvalue())


def check(pdf: bytes) -> Finding:
    """Return whether a file is as it was signed, and by which certificate."""
    try:
        signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
        if len(signatures) != 1:
            return Finding(intact=False, fingerprint="")
        certificate = signatures[0].signer_cert
        trusted = ValidationContext(trust_roots=[certificate], allow_fetching=False)
        status = validate_pdf_signature(signatures[0], trusted)
    except (PdfError, SigningError, PathError, ValueError):
        return Finding(intact=False, fingerprint="")
    intact = bool(status.intact and status.valid and status.coverage == SignatureCoverageLevel.ENTIRE_FILE)
    return Finding(intact, fingerprint_of(certificate.dump()))
