"""A private certificate authority for the broker: its own certificate, and the server's that it signs."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from stack.errors import AuthorityExists, AuthorityMissing
from stack.owned import make_folder, read_owned, write_owned
from stack.settings import TlsSettings

#: Clocks of devices are a little behind.
EARLIER = timedelta(hours=1)
_UNUSED = {
    "content_commitment": False,
    "key_encipherment": False,
    "data_encipherment": False,
    "key_agreement": False,
    "encipher_only": False,
    "decipher_only": False,
}


@dataclass(frozen=True, slots=True)
class Authority:
    """Four files of ``folder``: keys for their owner alone, certificates too, since they are installed elsewhere."""

    folder: Path
    settings: TlsSettings

    @property
    def ca_file(self) -> Path:
        """What devices and the hub get."""
        return self.folder / "ca.crt"

    @property
    def ca_key_file(self) -> Path:
        """Stays here, or somewhere safer: whoever has it can be the broker."""
        return self.folder / "ca.key"

    @property
    def server_file(self) -> Path:
        return self.folder / "server.crt"

    @property
    def server_key_file(self) -> Path:
        return self.folder / "server.key"

    def establish(self, hosts: Sequence[str], now: datetime) -> None:
        """A new authority and a server's certificate for these names; :class:`AuthorityExists` rather than overwrite."""
        for file in (self.ca_file, self.ca_key_file, self.server_file, self.server_key_file):
            if file.exists() or file.is_symlink():
                raise AuthorityExists(file=file)
        make_folder(self.folder, mode=0o700)
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _authority(key, now, self.settings.authority_days)
        _write_key(self.ca_key_file, key)
        write_owned(self.ca_file, _pem(certificate))
        self._certify(certificate, key, hosts, now)

    def renew(self, now: datetime, hosts: Sequence[str] = ()) -> tuple[str, ...]:
        """A new key and certificate of the server, for the names that it had or for others; for which.

        :class:`AuthorityMissing` if there is none here.
        """
        try:
            certificate = x509.load_pem_x509_certificate(read_owned(self.ca_file).encode())
            key = serialization.load_pem_private_key(read_owned(self.ca_key_file).encode(), None)
            names = tuple(hosts) or self._hosts()
        except (OSError, ValueError) as error:
            raise AuthorityMissing(folder=self.folder) from error
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise AuthorityMissing(folder=self.folder)
        self._certify(certificate, key, names, now)
        return names

    def expires_at(self) -> datetime:
        """When the server's certificate does."""
        return x509.load_pem_x509_certificate(read_owned(self.server_file).encode()).not_valid_after_utc

    def _hosts(self) -> tuple[str, ...]:
        present = x509.load_pem_x509_certificate(read_owned(self.server_file).encode())
        names = present.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return tuple(str(name.value) for name in names)

    def _certify(
        self, ca: x509.Certificate, ca_key: ec.EllipticCurvePrivateKey, hosts: Sequence[str], now: datetime
    ) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        # Nothing that it signed counts longer than the authority itself.
        until = min(now + timedelta(days=self.settings.server_days), ca.not_valid_after_utc)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(_name(hosts[0]))
            .issuer_name(ca.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - EARLIER)
            .not_valid_after(until)
            .add_extension(x509.SubjectAlternativeName([_host(each) for each in hosts]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(digital_signature=True, key_cert_sign=False, crl_sign=False, **_UNUSED),
                critical=True,
            )
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
            )
            .sign(ca_key, hashes.SHA256())
        )
        _write_key(self.server_key_file, key)
        write_owned(self.server_file, _pem(certificate))


def _authority(key: ec.EllipticCurvePrivateKey, now: datetime, days: int) -> x509.Certificate:
    name = _name("Falaj broker authority")
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=False, key_cert_sign=True, crl_sign=True, **_UNUSED),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _write_key(file: Path, key: ec.EllipticCurvePrivateKey) -> None:
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_owned(file, pem.decode())
