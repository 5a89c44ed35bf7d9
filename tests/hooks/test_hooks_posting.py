"""What is posted goes where it may, and whoever answers cannot hold us up."""

from __future__ import annotations

import datetime
import socket
import ssl
import threading
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from receiver import free_host, raw_server

from feeds.hooks.post import MOST_READ, AddressRefused, NoAnswer, Poster, checked_address
from jobs.webhook import NotTold, post_json


@pytest.mark.parametrize(
    "address",
    [
        "http://hook.example/",
        "ftp://hook.example/",
        "https://",
        "https://me:secret@hook.example/",
        "https://hook.example:port/",
        "https://hook.example:99999/",
        "https://[hook.example/",
        "https://hook.example/a b",
        "https://hook.example/ł",
        "https://hook.example/\r\nX-More: yes",
        "hook.example",
        "file:///etc/passwd",
    ],
)
def test_addresses_that_nothing_is_posted_to(address):
    with pytest.raises(AddressRefused):
        checked_address(address)
    with pytest.raises(NotTold):
        post_json(address, {})


def test_a_private_host_is_open_only_by_name_and_port(receiver):
    assert Poster(receiver.url, [receiver.host]).post(b"{}").accepted
    for allowed in ([], ["127.0.0.1"], ["127.0.0.1:1"]):
        with pytest.raises(AddressRefused):
            Poster(receiver.url, allowed).post(b"{}")
    with pytest.raises(AddressRefused, match="--allow-host 127"):
        Poster(receiver.url.replace("http:", "https:")).post(b"{}")
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    "found",
    [
        ["127.0.0.1"],
        ["9.9.9.9", "10.0.0.1"],
        ["2a00:1450:4001:80b::200e", "::1"],
        ["169.254.169.254"],
    ],
)
def test_one_private_address_of_a_name_is_enough_to_refuse_it(found):
    with pytest.raises(AddressRefused, match="no public address"):
        Poster("https://hook.example/", resolve=lambda *_: found).post(b"{}")


def test_a_name_that_moves_into_the_private_network_is_refused_at_the_next_connection(receiver):
    port = int(receiver.host.partition(":")[2])
    answers = [[], ["127.0.0.1"]]
    poster = Poster(f"https://hook.example:{port}/", resolve=lambda *_: answers.pop(0))
    with pytest.raises(NoAnswer, match="has no address"):
        poster.post(b"{}")
    with pytest.raises(AddressRefused):
        poster.post(b"{}")
    assert receiver.connections == 0


def test_the_name_is_asked_for_once_and_the_address_found_is_the_one_that_is_used(receiver):
    port = receiver.host.partition(":")[2]
    host = f"hook.example:{port}"
    asked = []

    def resolve(name, number):
        asked.append((name, number))
        return ["127.0.0.9", "127.0.0.1"]  # nobody listens at the first

    with Poster(f"http://{host}/x?y=1", [host], resolve=resolve) as poster:
        assert poster.post(b"{}").status == 204
        assert poster.post(b"{}").status == 204
    assert asked == [("hook.example", int(port))]
    assert receiver.connections == 1
    assert receiver.got[0].headers["host"] == host
    assert receiver.got[0].headers["content-type"] == "application/json"


def certificate(folder, name):
    """A certificate for a name that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    day = datetime.timedelta(days=1)
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_tls_is_checked_against_the_name_not_the_address(tmp_path, monkeypatch):
    path = certificate(tmp_path, "hook.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    names, requests = [], []
    context.sni_callback = lambda _sock, name, _context: names.append(name)

    def talk(connection):
        with context.wrap_socket(connection, server_side=True) as secure:
            request = b""
            # Headers and body may come apart; what is closed unread is reset.
            while not request.endswith(b"{}"):
                if not (piece := secure.recv(4096)):
                    return
                request += piece
            requests.append(request)
            secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with raw_server(talk) as host:
        port = host.partition(":")[2]
        for name in ("hook.example", "other.example"):
            address = f"https://{name}:{port}/"
            poster = Poster(address, [f"{name}:{port}"], resolve=lambda *_: ["127.0.0.1"])
            if name == "hook.example":
                assert poster.post(b"{}").accepted
            else:
                with pytest.raises(NoAnswer, match="certificate is refused") as refusal:
                    poster.post(b"{}")
                assert not refusal.value.arrived
            poster.close()
    assert names == ["hook.example", "other.example"]
    assert f"Host: hook.example:{port}\r\n".encode() in requests[0]
    assert len(requests) == 1


def test_whoever_answers_a_byte_at_a_time_is_left():
    def drip(connection):
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for _ in range(600):
            connection.sendall(b"X-More: yes\r\n")
            time.sleep(0.05)

    with raw_server(drip) as host, pytest.raises(NoAnswer, match=r"within 0\.5 seconds") as late:
        Poster(f"http://{host}/", [host], timeout=0.5).post(b"{}")
    assert late.value.arrived


def test_of_a_long_answer_little_is_read_and_its_status_counts():
    sent = []

    def flood(connection):
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 202 Fine\r\nContent-Length: 1000000000\r\n\r\n")
        while True:
            sent.append(connection.send(b"x" * 65536))

    with raw_server(flood) as host, Poster(f"http://{host}/", [host]) as poster:
        for _ in range(2):
            answer = poster.post(b"{}")
            assert (answer.words, len(answer.body)) == ("202 Accepted", MOST_READ)
    assert sum(sent) < 50_000_000


def test_a_status_whose_body_never_comes_counts_too():
    def promise(connection):
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        time.sleep(30)

    with raw_server(promise) as host:
        assert Poster(f"http://{host}/", [host], timeout=0.5).post(b"{}").accepted


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (b"", "without an answer"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", r"no HTTP \(BadStatusLine\)"),
        (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n", "no HTTP"),
        (b"HTTP/1.1 2" + b"0" * 70_000, r"no HTTP \(LineTooLong\)"),
    ],
)
def test_what_is_no_answer_is_told_in_our_words(said, reason):
    def talk(connection):
        connection.recv(4096)
        connection.sendall(said)

    with raw_server(talk) as host, pytest.raises(NoAnswer, match=reason) as none:
        Poster(f"http://{host}/", [host]).post(b"{}")
    assert none.value.arrived
    assert "SSH" not in str(none.value)


def test_nobody_there():
    host = free_host()
    with pytest.raises(NoAnswer, match="refused") as none:
        Poster(f"http://{host}/", [host]).post(b"{}")
    assert not none.value.arrived
    with pytest.raises(NoAnswer, match="name is not found"):
        Poster("https://hook.invalid/", resolve=_unknown).post(b"{}")


def _unknown(*_):
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def test_a_kept_connection_that_was_closed_meanwhile_is_opened_again():
    closed = threading.Event()
    got = []

    def once(connection):
        got.append(connection.recv(4096))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        connection.close()
        closed.set()

    with raw_server(once) as host, Poster(f"http://{host}/", [host]) as poster:
        for _ in range(3):
            assert poster.post(b"{}").accepted
            assert closed.wait(60)
            closed.clear()
    assert len(got) == 3


@pytest.mark.parametrize(
    "said", [b"HTTP/1.0 200 OK\r\n\r\n", b"HTTP/1.1 204 No\r\nConnection: close\r\n\r\n"]
)
def test_a_connection_that_the_other_side_does_not_keep_is_opened_anew(said):
    got = []

    def once(connection):
        got.append(connection.recv(4096))
        connection.sendall(said)

    with raw_server(once) as host, Poster(f"http://{host}/", [host]) as poster:
        assert [poster.post(b"{}").accepted for _ in range(3)] == [True] * 3
    assert len(got) == 3
