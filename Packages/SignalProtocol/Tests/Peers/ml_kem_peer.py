"""Answers requests with PyPI's `kyber-py`, a pure Python implementation of FIPS 203: a JSON list of objects of hex strings
in, one of answers out."""

import json
import sys

from kyber_py.ml_kem import ML_KEM_768, ML_KEM_1024

SIZES = {"768": ML_KEM_768, "1024": ML_KEM_1024}


def answer(size, seed, message, ciphertext, altered):
    kem = SIZES[size]
    seed, message, ciphertext, altered = map(bytes.fromhex, (seed, message, ciphertext, altered))
    public, private = kem._keygen_internal(seed[:32], seed[32:])
    secret, own = kem._encaps_internal(public, message)
    return {
        "public": public,
        "private": private,
        "secret": secret,
        "ciphertext": own,
        "opened": kem.decaps(private, ciphertext),
        "rejected": kem.decaps(private, altered),
    }


with open(sys.argv[1], encoding="utf-8") as file:
    requests = json.load(file)
json.dump([{name: value.hex() for name, value in answer(**request).items()} for request in requests], sys.stdout)
