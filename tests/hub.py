"""A hub that tests serve themselves: as much of Hugging Face's as its client asks for, and what goes wrong with it."""

import hashlib
import json
import re
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

LOGGED_IN = "hf_right"
_API = re.compile(r"/api/models/([^/]+/[^/]+)(?:/(revision|tree|refs)(?:/([^/]+))?)?")
_FILE = re.compile(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)")
_LARGE = (".safetensors", ".bin")  # kept by their sha256, as with Git LFS


@dataclass
class Repository:
    """A model of the hub; ``sizes`` are what it claims of files, where that is not their length."""

    files: dict[str, bytes]
    private: bool = False
    gated: bool = False
    granted: bool = True  # to who is logged in
    sizes: dict[str, int] = field(default_factory=dict)
    revisions: tuple[str, ...] = ("main",)

    @property
    def commit(self) -> str:
        return hashlib.sha1(repr(sorted(self.files.items())).encode(), usedforsecurity=False).hexdigest()

    def size(self, name: str) -> int:
        return self.sizes.get(name, len(self.files[name]))

    def has(self, revision: str) -> bool:
        return revision in (*self.revisions, self.commit)


@dataclass
class Hub:
    """What is served, what goes wrong, and what was asked.

    ``status`` is what all is answered with, ``seconds`` how long it takes, ``drops`` after how many bytes a file breaks
    off, each time that it is in the list.
    """

    repositories: dict[str, Repository] = field(default_factory=dict)
    status: int | None = None
    seconds: float = 0.0
    drops: dict[str, list[int]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def fetched(self) -> list[str]:
        """The files of which bytes were sent, each as often as it was asked for."""
        return [
            one.removeprefix("GET ").partition(" bytes=")[0].rpartition("/")[2]
            for one in self.asked
            if re.match("GET .*/resolve/", one)
        ]

    def serve(self) -> ThreadingHTTPServer:
        """Begin to answer, in threads; the caller ends it."""
        hub = self

        class Answers(_Answers):
            served = hub

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        server.daemon_threads = True
        self.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return server


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or else each answer waits 40 ms
    served: Hub

    def log_message(self, *_: object) -> None:
        """Nothing on standard error."""

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        hub, path = self.served, urlsplit(self.path).path
        said = self.headers.get("Range")
        hub.asked.append(f"{self.command} {unquote(path)}{f' {said}' if said else ''}")
        time.sleep(hub.seconds)
        if hub.status is not None:
            self._refuse(hub.status)
        elif self._token() not in (None, LOGGED_IN):
            self._refuse(401, message="Invalid credentials in Authorization header")
        elif found := _API.fullmatch(path):
            self._api(found[1], found[2], unquote(found[3] or "main"))
        elif found := _FILE.fullmatch(path):
            self._file(found[1], unquote(found[2]), unquote(found[3]))
        else:
            self._refuse(404)

    def _token(self) -> str | None:
        said = self.headers.get("Authorization")
        return said and said.removeprefix("Bearer ")

    def _repository(self, name: str, revision: str) -> Repository | None:
        """The repository, if it may be seen; what else there is to say is said."""
        found = self.served.repositories.get(name)
        if found is None or (found.private and self._token() is None):
            self._refuse(404 if self._token() else 401, code="RepoNotFound")
        elif not found.has(revision):
            self._refuse(404, code="RevisionNotFound")
        else:
            return found
        return None

    def _api(self, name: str, what: str | None, revision: str) -> None:
        if (repository := self._repository(name, revision)) is None:
            return
        if what == "refs":
            refs = [{"name": one, "ref": one, "targetCommit": repository.commit} for one in repository.revisions]
            self._json({"branches": refs, "tags": [], "converts": []})
        elif what == "tree":
            self._json([_entry(repository, one) for one in sorted(repository.files)])
        else:
            siblings = [_sibling(repository, one) for one in sorted(repository.files)]
            self._json({"id": name, "sha": repository.commit, "siblings": siblings, "gated": repository.gated})

    def _file(self, name: str, revision: str, file: str) -> None:
        if (repository := self._repository(name, revision)) is None:
            return
        if repository.gated and not (self._token() and repository.granted):
            self._refuse(403 if self._token() else 401, code="GatedRepo")
        elif file not in repository.files:
            self._refuse(404, code="EntryNotFound")
        else:
            self._content(repository, file)

    def _content(self, repository: Repository, file: str) -> None:
        content = repository.files[file]
        begin = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").partition("-")[0])
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        self.send_header("ETag", f'"{_hash(file, content)}"')
        self.send_header("X-Repo-Commit", repository.commit)
        self.send_header("X-Linked-Size", str(len(content)))
        self.send_header("Content-Length", str(len(content) - begin))
        self.end_headers()
        if self.command == "GET":
            drops = self.served.drops.get(file, [])
            self.wfile.write(content[begin : drops[0] if drops else None])
            if drops:
                drops.pop(0)
                self.close_connection = True

    def _json(self, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _refuse(self, status: int, *, code: str = "", message: str = "") -> None:
        self.send_response(status)
        for name, said in (("X-Error-Code", code), ("X-Error-Message", message)):
            if said:
                self.send_header(name, said)
        self.send_header("Content-Length", "0")
        self.end_headers()


def _hash(name: str, content: bytes) -> str:
    kind = hashlib.sha256 if name.endswith(_LARGE) else hashlib.sha1
    return kind(content, usedforsecurity=False).hexdigest()


def _entry(repository: Repository, name: str) -> dict[str, object]:
    """As a tree lists it."""
    hashed, size = _hash(name, repository.files[name]), repository.size(name)
    lfs = {"lfs": {"oid": hashed, "size": size, "pointerSize": 134}} if name.endswith(_LARGE) else {}
    return {"type": "file", "path": name, "oid": hashed, "size": size, **lfs}


def _sibling(repository: Repository, name: str) -> dict[str, object]:
    """As the list beside a commit has it."""
    hashed, size = _hash(name, repository.files[name]), repository.size(name)
    lfs = {"lfs": {"sha256": hashed, "size": size, "pointerSize": 134}} if name.endswith(_LARGE) else {}
    return {"rfilename": name, "blobId": hashed, "size": size, **lfs}
