"""nginx and Caddy in front of servers, each with its file of deploy/ and nothing else changed.

Where a test asks for it: with the file's own lines for a path below the host's root, or with those
left out that a careless operator leaves out.
"""

import contextlib
import datetime
import ipaddress
import os
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sessions_app.simulation.servers import PROJECT
from tests.support import debian
from tests.support.ports import ReservedPort
from tests.support.waiting import WITHIN_SECONDS

DEPLOY = PROJECT / "deploy"
HOST = "localhost"
ROOT_PATH = "/hello3d"  # of their lines for a path

STARTS = 3
CADDY_TRIES_AGAIN = '"msg":"will retry"'

Name = Literal["nginx", "caddy"]


@dataclass
class Proxy:
    """One process: https on `port`, plain http on `http_port`, all its files in `folder`.

    Servers are at `upstreams`, each an address and port or unix:PATH, as nginx has it. `changes`
    are texts of nginx's file, and what stands there instead.
    """

    name: Name
    folder: Path
    upstreams: tuple[str, ...]
    is_below_a_path: bool = False
    changes: Mapping[str, str] = field(default_factory=dict)
    reserved_ports: tuple[ReservedPort, ReservedPort] = field(
        default_factory=lambda: (ReservedPort(), ReservedPort())
    )
    _process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        return self.reserved_ports[0].number

    @property
    def http_port(self) -> int:
        return self.reserved_ports[1].number

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}"

    @property
    def root_path(self) -> str:
        return ROOT_PATH if self.is_below_a_path else ""

    @property
    def home(self) -> str:
        """What all addresses begin with."""
        return f"{self.url}{self.root_path}"

    @property
    def trust(self) -> ssl.SSLContext:
        """What a client needs to believe the proxy's certificate."""
        return ssl.create_default_context(cafile=str(self.authority))

    @property
    def logged(self) -> str:
        """All that it has written so far, to any log."""
        return "".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    @property
    def authority(self) -> Path:
        """The file of the certificate that signs the proxy's own."""
        if self.name == "nginx":
            return self.folder / "fullchain.pem"
        return self.folder / "caddy/pki/authorities/local/root.crt"

    def start(self) -> "Proxy":
        program = debian.find(self.name)
        assert program is not None, f"Install {self.name}, for example: apt-get install {self.name}"
        command = self._nginx(program) if self.name == "nginx" else self._caddy(program)
        for _ in range(STARTS):
            self._begin(command)
            if self._answers():
                return self
            self.stop()  # Caddy has cleaned its new folder while it wrote into it
            (self.folder / "output.log").unlink()
        raise RuntimeError(f"{self.name} did not start")

    def _begin(self, command: list[str]) -> None:
        with (self.folder / "output.log").open("ab") as output:
            self._process = subprocess.Popen(
                command,
                stdout=output,
                stderr=output,
                env=os.environ
                | {
                    "HELLO3D_DOMAIN": HOST,
                    "HELLO3D_UPSTREAM": " ".join(self.upstreams).replace("unix:", "unix/"),
                    "HOME": str(self.folder),
                    "XDG_DATA_HOME": str(self.folder),
                    "XDG_CONFIG_HOME": str(self.folder),
                },
            )

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(WITHIN_SECONDS)

    def _answers(self) -> bool:
        """Wait until it does; return False where it tries again in a minute.

        Raises:
            RuntimeError: it has ended, or does not answer.
        """
        assert self._process is not None
        deadline = time.monotonic() + WITHIN_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            address = (HOST, self.port)
            with contextlib.suppress(OSError), socket.create_connection(address, 1) as plain:
                self.trust.wrap_socket(plain, server_hostname=HOST).close()
                return True
            if self.name == "caddy" and CADDY_TRIES_AGAIN in self.logged:
                return False
            time.sleep(0.05)
        raise RuntimeError(self.logged[-3000:])

    def _caddy(self, program: str) -> list[str]:
        options = (
            "\tadmin off\n\tskip_install_trust\n\tdefault_bind 127.0.0.1\n"
            f"\thttp_port {self.http_port}\n\thttps_port {self.port}\n"
        )
        comment = "\t# What Caddy itself"
        text = _replaced((DEPLOY / "Caddyfile").read_text(), {comment: options + comment})
        if self.root_path:
            text = _below_a_path(text, of_the_host="\n\timport hello3d\n")
        path = self.folder / "Caddyfile"
        path.write_text(text)
        return [program, "run", "--config", str(path), "--adapter", "caddyfile"]

    def _nginx(self, program: str) -> list[str]:
        _write_certificate(self.folder)
        text = _replaced(
            (DEPLOY / "nginx.conf").read_text(),
            {
                "server 127.0.0.1:8000 max_fails=0;": "".join(
                    f"server {one} max_fails=0; " for one in self.upstreams
                ),
                "listen 80;": f"listen 127.0.0.1:{self.http_port};",
                "listen [::]:80;": "",
                "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
                "listen [::]:443 ssl http2;": "",
                "server_name scenes.example.org": f"server_name {HOST}",
                "/etc/ssl/hello3d/": f"{self.folder}/",
                "/var/log/nginx/": f"{self.folder}/",
            },
        )
        if self.root_path:
            text = _below_a_path(text, of_the_host="\n    location / {")
        (self.folder / "hello3d.conf").write_text(_replaced(text, self.changes))
        own = self.folder / "nginx.conf"
        kept = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        folders = " ".join(f"{name}_temp_path {self.folder}/{name};" for name in kept)
        user = "user root;" if os.geteuid() == 0 else ""
        own.write_text(
            f"daemon off; pid {self.folder}/pid; {user} events {{ worker_connections 4096; }}\n"
            f"http {{ {folders} include {self.folder}/hello3d.conf; }}\n"
        )
        command = [program, "-e", "stderr", "-c", str(own)]
        checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr
        return command


def _below_a_path(text: str, *, of_the_host: str) -> str:
    """Put the lines that are commented out in place of those before, which begin so."""
    kept, rest = text.split(of_the_host)
    _, lines = rest.split("# Below a path,")
    lines = re.sub(r"(?m)^(\s*)#(?=\S| {4}|\t)", r"\1", lines.split("\n", 1)[1])
    return f"{kept}\n{lines}"


def _replaced(text: str, changes: Mapping[str, str]) -> str:
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def _write_certificate(folder: Path) -> None:
    """A certificate for localhost, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName(HOST), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
