"""Answers requests with PyPI's `cryptography`: a JSON list of objects of hex strings in, one of answers out."""

import json
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac, padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def digest(algorithm, message):
    state = hashes.Hash(algorithm)
    state.update(message)
    return state.finalize()


def code(key, message):
    state = hmac.HMAC(key, hashes.SHA256())
    state.update(message)
    return state.finalize()


def encrypt(key, iv, message):
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return encryptor.update(padder.update(message) + padder.finalize()) + encryptor.finalize()


def public(key):
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def opened(key, sealed, data):
    try:
        return AESGCM(key).decrypt(sealed[:12], sealed[12:], data)
    except InvalidTag:
        return b"invalid"


OPERATIONS = {
    "sha256": lambda r: digest(hashes.SHA256(), r["message"]),
    "sha512": lambda r: digest(hashes.SHA512(), r["message"]),
    "hmac": lambda r: code(r["key"], r["message"]),
    "hkdf": lambda r: HKDF(hashes.SHA256(), len(r["output"]), r["salt"], r["info"]).derive(r["key"]),
    "cbc": lambda r: encrypt(r["key"], r["iv"], r["message"]),
    "gcm": lambda r: r["nonce"] + AESGCM(r["key"]).encrypt(r["nonce"], r["message"], r["data"]),
    "gcm-open": lambda r: opened(r["key"], r["sealed"], r["data"]),
    "x25519-public": lambda r: public(X25519PrivateKey.from_private_bytes(r["key"])),
    "x25519": lambda r: X25519PrivateKey.from_private_bytes(r["key"]).exchange(
        X25519PublicKey.from_public_bytes(r["theirs"])),
    "ed25519": lambda r: public(Ed25519PrivateKey.from_private_bytes(r["key"]))
    + Ed25519PrivateKey.from_private_bytes(r["key"]).sign(r["message"]),
    "scrypt": lambda r: Scrypt(r["salt"], 32, 1024, 8, 1).derive(r["message"]),
}

with open(sys.argv[1], encoding="utf-8") as file:
    requests = json.load(file)
answers = []
for request in requests:
    values = {name: bytes.fromhex(value) for name, value in request.items() if name != "operation"}
    answers.append({"result": OPERATIONS[request["operation"]](values).hex()})
json.dump(answers, sys.stdout)
