"""Over https the certificate must be the named host's, although the connection is pinned to an address."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, ip_network

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from interactor.egress.caller import GuardedHttpCaller

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A file with a key and its self-signed certificate, for api.example.com and 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    names = [x509.DNSName("api.example.com"), x509.IPAddress(IPv4Address("127.0.0.1"))]
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    encoding = serialization.Encoding.PEM
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + signed.public_bytes(encoding))
    return file


@pytest.fixture
def server(receive, certificate):
    """A TLS server that notes in `server.names` for which name it was asked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    names: list[str | None] = []
    context.sni_callback = lambda connection, name, _: names.append(name)
    receiver = receive(OK, tls=context)
    receiver.names = names
    return receiver


@pytest.fixture
def caller(certificate):
    trusting = ssl.create_default_context(cafile=str(certificate))
    return GuardedHttpCaller((ip_network("127.0.0.0/8"),), resolver=lambda host: ["127.0.0.1"], tls=trusting)


def test_the_named_host_is_asked_for_and_believed(call, server, caller):
    outcome = call(f"https://api.example.com:{server.port}/", caller)
    assert (outcome.status, outcome.body) == (200, "ok")
    assert server.names == ["api.example.com"]
    assert f"Host: api.example.com:{server.port}".encode() in server.requests[0].split(b"\r\n")


def test_an_address_is_believed_when_the_certificate_names_it(call, server, caller):
    assert call(f"https://127.0.0.1:{server.port}/", caller).status == 200


def test_another_name_is_not_believed(call, server, caller):
    outcome = call(f"https://other.example.com:{server.port}/", caller)
    assert (outcome.code, outcome.retriable) == ("http_error", True)
    assert outcome.message.startswith("other.example.com has a certificate that is not valid: Hostname mismatch")
    assert server.names == ["other.example.com"]
    assert server.requests == []


def test_an_authority_that_the_machine_does_not_trust_is_not_believed(call, server):
    caller = GuardedHttpCaller((ip_network("127.0.0.0/8"),), resolver=lambda host: ["127.0.0.1"])
    outcome = call(f"https://api.example.com:{server.port}/", caller)
    assert "has a certificate that is not valid: self" in outcome.message
    assert server.requests == []


def test_a_server_that_speaks_no_tls_is_a_failure(call, receive, caller):
    def answer(connection, over):
        connection.recv(65536)
        connection.sendall(OK)

    outcome = call(f"https://api.example.com:{receive(answer).port}/", caller)
    assert (outcome.code, outcome.message) == ("http_error", "api.example.com does not speak TLS as it should")


def test_a_long_body_goes_through_tls_whole(call, server, caller):
    call(f"https://api.example.com:{server.port}/", caller, method="POST", body="x" * 1_000_000)
    assert server.requests[0].endswith(b"\r\n\r\n" + b"x" * 1_000_000)
