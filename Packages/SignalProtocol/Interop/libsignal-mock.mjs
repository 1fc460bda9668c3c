// Stands in for @signalapp/libsignal-client where that cannot be had, to try interop.mjs itself: the same names, on top of a
// second driver. It says nothing about the official library.
//
//   DRIVER=./driver LIBSIGNAL=$PWD/selftest/libsignal-mock.mjs node interop.mjs --driver ./driver

import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, openSync, readSync, writeSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'libsignal-mock-'));
const [input, output] = [join(folder, 'in'), join(folder, 'out')];
execFileSync('mkfifo', [input, output]);
const child = spawn('sh', ['-c', `exec "$DRIVER" < ${input} > ${output}`], { stdio: ['ignore', 'ignore', 'inherit'], env: process.env });
const writer = openSync(input, 'w'), reader = openSync(output, 'r');
child.unref();
process.on('exit', () => { child.kill(); rmSync(folder, { recursive: true, force: true }); });

let rest = Buffer.alloc(0);
const chunk = Buffer.alloc(1 << 20);
export class LibSignalErrorBase extends Error {
  constructor(kind, message) { super(message); this.name = { duplicatedMessage: 'DuplicatedMessage', untrustedIdentity: 'UntrustedIdentity' }[kind] ?? 'LibSignalError'; }
}
function call(op, request = {}) {
  const line = Buffer.from(JSON.stringify({ op, ...request }) + '\n');
  for (let i = 0; i < line.length;) i += writeSync(writer, line, i);
  for (;;) {
    const end = rest.indexOf(10);
    if (end >= 0) {
      const reply = JSON.parse(rest.subarray(0, end).toString());
      rest = rest.subarray(end + 1);
      if (!reply.ok) throw new LibSignalErrorBase(reply.kind, reply.error);
      return reply;
    }
    const n = readSync(reader, chunk);
    if (n === 0) throw new Error('the mock driver ended');
    rest = Buffer.concat([rest, chunk.subarray(0, n)]);
  }
}
const b64 = (b) => Buffer.from(b).toString('base64');
const unb64 = (t) => new Uint8Array(Buffer.from(t, 'base64'));

export const CiphertextMessageType = { Whisper: 2, PreKey: 3, SenderKey: 7, Plaintext: 8 };
export const IdentityChange = { NewOrUnchanged: 0, ReplacedExisting: 1 };
export const Direction = { Sending: 0, Receiving: 1 };

export class ProtocolAddress {
  static new(name, device) { call('address', { name, deviceId: device }); return Object.assign(new ProtocolAddress(), { n: name, d: device }); }
  name() { return this.n; }
  deviceId() { return this.d; }
}
export class ServiceId {
  static parseFromServiceIdString(text) { const r = call('serviceId', { text }); if (!r.valid) throw new TypeError('invalid'); return Object.assign(new ServiceId(), { r }); }
  getServiceIdString() { return this.r.text; }
  getServiceIdBinary() { return unb64(this.r.binary); }
  getServiceIdFixedWidthBinary() { return unb64(this.r.fixedWidth); }
}
export class PublicKey {
  static deserialize(bytes) { return Object.assign(new PublicKey(), { bytes: unb64(call('publicKeyParse', { public: b64(bytes) }).public) }); }
  serialize() { return this.bytes; }
  equals(o) { return Buffer.compare(this.bytes, o.bytes) === 0; }
  verify(message, signature) { return call('verify', { public: b64(this.bytes), message: b64(message), signature: b64(signature) }).valid; }
  verifyAlternateIdentity(other, signature) { return call('verifyAlternateIdentity', { public: b64(this.bytes), other: b64(other.bytes), signature: b64(signature) }).valid; }
}
export class PrivateKey {
  static generate() { return PrivateKey.deserialize(unb64(call('keyPair').private)); }
  static deserialize(bytes) { const r = call('keyPair', { private: b64(bytes) }); return Object.assign(new PrivateKey(), { bytes: unb64(r.private), pub: unb64(r.public), identity: unb64(r.identity) }); }
  serialize() { return this.bytes; }
  getPublicKey() { return PublicKey.deserialize(this.pub); }
  sign(message) { return unb64(call('sign', { private: b64(this.bytes), message: b64(message) }).signature); }
  agree(key) { return unb64(call('agree', { private: b64(this.bytes), public: b64(key.bytes) }).secret); }
}
export class IdentityKeyPair {
  constructor(publicKey, privateKey) { this.publicKey = publicKey; this.privateKey = privateKey; }
  static generate() { const key = PrivateKey.generate(); return new IdentityKeyPair(key.getPublicKey(), key); }
  static deserialize(bytes) { const r = call('identityParse', { identity: b64(bytes) }); return new IdentityKeyPair(PublicKey.deserialize(unb64(r.public)), PrivateKey.deserialize(unb64(r.private))); }
  serialize() { return this.privateKey.identity; }
  signAlternateIdentity(other) { return unb64(call('signAlternateIdentity', { private: b64(this.privateKey.bytes), other: b64(other.bytes) }).signature); }
}
export class KEMPublicKey {
  static deserialize(bytes) { return Object.assign(new KEMPublicKey(), { bytes: unb64(call('kemParse', { public: b64(bytes) }).public) }); }
  serialize() { return this.bytes; }
}
class Secret { serialize() { return new Uint8Array(1); } }
export class KEMKeyPair {
  static generate() { const r = call('kemGenerate'); return Object.assign(new KEMKeyPair(), { handle: r.handle, pub: unb64(r.public) }); }
  getPublicKey() { return KEMPublicKey.deserialize(this.pub); }
  getSecretKey() { return new Secret(); }
}
class Prekey {
  static deserialize(bytes) { return this.from(call('preKeyParse', { kind: this.kind, record: b64(bytes) })); }
  static from(r) { return Object.assign(new this(), { r }); }
  id() { return this.r.id; }
  publicKey() { return { serialize: () => unb64(this.r.public) }; }
  privateKey() { return PrivateKey.deserialize(unb64(this.r.private)); }
  signature() { return unb64(this.r.signature); }
  timestamp() { return this.r.timestamp; }
  serialize() { return unb64(this.r.record); }
}
export class PreKeyRecord extends Prekey {
  static kind = 'preKey';
  static new(id, _pub, priv) { return this.from(call('preKeyMake', { kind: 'preKey', id, private: b64(priv.bytes) })); }
}
export class SignedPreKeyRecord extends Prekey {
  static kind = 'signed';
  static new(id, timestamp, _pub, priv, signature) { return this.from(call('preKeyMake', { kind: 'signed', id, private: b64(priv.bytes), signature: b64(signature), now: timestamp / 1000 })); }
}
export class KyberPreKeyRecord extends Prekey {
  static kind = 'kyber';
  static new(id, timestamp, pair, signature) { return this.from(call('preKeyMake', { kind: 'kyber', id, handle: pair.handle, signature: b64(signature), now: timestamp / 1000 })); }
  secretKey() { return new Secret(); }
  keyPair() { return new KEMKeyPair(); }
}
export class PreKeyBundle {
  static new(registrationId, deviceId, preKeyId, preKey, signedPreKeyId, signedPreKey, signedSignature, identityKey, kyberId, kyber, kyberSignature) {
    return Object.assign(new PreKeyBundle(), { b: { registrationId, deviceId, preKeyId, preKey: preKey && b64(preKey.serialize()), signedPreKeyId, signedPreKey: b64(signedPreKey.serialize()), signedPreKeySignature: b64(signedSignature), identityKey: b64(identityKey.serialize()), kyberPreKeyId: kyberId, kyberPreKey: b64(kyber.serialize()), kyberPreKeySignature: b64(kyberSignature) } });
  }
  registrationId() { return this.b.registrationId; } deviceId() { return this.b.deviceId; } preKeyId() { return this.b.preKeyId; }
  preKeyPublic() { return this.b.preKey && PublicKey.deserialize(unb64(this.b.preKey)); }
  signedPreKeyId() { return this.b.signedPreKeyId; } signedPreKeyPublic() { return PublicKey.deserialize(unb64(this.b.signedPreKey)); } signedPreKeySignature() { return unb64(this.b.signedPreKeySignature); }
  identityKey() { return PublicKey.deserialize(unb64(this.b.identityKey)); }
  kyberPreKeyId() { return this.b.kyberPreKeyId; } kyberPreKeyPublic() { return KEMPublicKey.deserialize(unb64(this.b.kyberPreKey)); } kyberPreKeySignature() { return unb64(this.b.kyberPreKeySignature); }
}
class Message {
  static deserialize(wire) { return Object.assign(new this(), { r: call('messageParse', { type: this.type, wire: b64(wire) }), wire: new Uint8Array(wire) }); }
  serialize() { return this.wire; }
}
export class SignalMessage extends Message { static type = 2; }
export class PreKeySignalMessage extends Message { static type = 3; }
export class SenderKeyMessage extends Message { static type = 7; }
export class SenderKeyDistributionMessage {
  static deserialize(bytes) { return Object.assign(new this(), { bytes: new Uint8Array(bytes), r: call('distributionParse', { message: b64(bytes) }) }); }
  static async create(sender, distributionId, store) {
    return scratch({ name: sender.n, deviceId: sender.d }, async (p) => {
      const at = { party: p, senderName: sender.n, senderDevice: sender.d, distributionId };
      const known = await store.getSenderKey(sender, distributionId);
      if (known) call('senderKeyImport', { ...at, record: b64(known.bytes) });
      const r = call('groupCreate', { party: p, distributionId });
      await store.saveSenderKey(sender, distributionId, SenderKeyRecord.deserialize(unb64(call('senderKeyExport', at).record)));
      return this.deserialize(unb64(r.message));
    });
  }
  serialize() { return this.bytes; }
}
export class SenderKeyRecord {
  static deserialize(bytes) { return Object.assign(new SenderKeyRecord(), { bytes: new Uint8Array(bytes) }); }
  serialize() { return this.bytes; }
}
export class SessionRecord {
  static deserialize(bytes) { return Object.assign(new SessionRecord(), { bytes: unb64(call('recordInfo', { record: b64(bytes) }).serialized) }); }
  serialize() { return this.bytes; }
  with(body) {
    const at = { party: 'record', remoteName: 'r', remoteDevice: 1 };
    call('newParty', { party: 'record' });
    call('importSession', { ...at, record: b64(this.bytes) });
    return body(at);
  }
  archiveCurrentState() { this.bytes = this.with((at) => { call('archiveSession', at); return unb64(call('exportSession', at).record); }); }
  hasCurrentState(now = new Date()) { return this.with((at) => call('sessionInfo', { ...at, now: now.getTime() / 1000 }).usable); }
  remoteRegistrationId() { return call('recordInfo', { record: b64(this.bytes) }).remoteRegistrationId; }
  currentRatchetKeyMatches(key) { return this.with((at) => call('ratchetKeyMatches', { ...at, key: b64(key.bytes) }).matches); }
}
export class CiphertextMessage {
  constructor(type, wire) { this.t = type; this.wire = wire; }
  type() { return this.t; }
  serialize() { return this.wire; }
}
export class SessionStore {} export class IdentityKeyStore {} export class PreKeyStore {} export class SignedPreKeyStore {} export class KyberPreKeyStore {} export class SenderKeyStore {}

let scratchNumber = 0;
async function scratch(settings, body) {
  const party = `mock${++scratchNumber}`;
  call('newParty', { party, ...settings });
  try { return await body(party); } finally { call('dropParty', { party }); }
}
async function withSession(remote, local, sessions, identities, body) {
  const key = await identities.getIdentityKey();
  return scratch({ name: local.n, deviceId: local.d, registrationId: await identities.getLocalRegistrationId(), identity: b64(key.identity) }, async (party) => {
    const at = { party, remoteName: remote.n, remoteDevice: remote.d };
    const record = await sessions.getSession(remote);
    if (record) call('importSession', { ...at, record: b64(record.bytes), saveIdentity: false });
    const known = await identities.getIdentity(remote);
    if (known) call('trust', { ...at, key: b64(known.bytes) });
    const value = await body(at);
    const identity = call('identityOf', at).key;
    if (identity) await identities.saveIdentity(remote, PublicKey.deserialize(unb64(identity)));
    await sessions.saveSession(remote, SessionRecord.deserialize(unb64(call('exportSession', at).record)));
    return value;
  });
}
const seconds = (now) => now.getTime() / 1000;
export function processPreKeyBundle(bundle, remote, local, sessions, identities, now = new Date()) {
  return withSession(remote, local, sessions, identities, (at) => call('processBundle', { ...at, bundle: bundle.b, now: seconds(now) }));
}
export async function signalEncrypt(message, remote, local, sessions, identities, now = new Date()) {
  return withSession(remote, local, sessions, identities, (at) => { const r = call('encrypt', { ...at, plaintext: b64(message), now: seconds(now) }); return new CiphertextMessage(r.type, unb64(r.wire)); });
}
export function signalDecrypt(message, remote, local, sessions, identities) {
  return withSession(remote, local, sessions, identities, (at) => unb64(call('decrypt', { ...at, type: 2, wire: b64(message.wire) }).plaintext));
}
export function signalDecryptPreKey(message, remote, local, sessions, identities, preKeys, signed, kyber) {
  return withSession(remote, local, sessions, identities, async (at) => {
    const r = message.r;
    const outer = protobuf(message.wire.subarray(1));
    const kyberId = outer[7] ?? 0;
    const put = async (kind, id, get) => { try { const record = await get(id); call('preKeyImport', { party: at.party, kind, record: b64(record.serialize()) }); } catch (error) { if (process.env.MOCK_DEBUG) console.error(kind, id, error); } };
    if (r.preKeyId !== null) await put('preKey', r.preKeyId, (id) => preKeys.getPreKey(id));
    await put('signed', r.signedPreKeyId, (id) => signed.getSignedPreKey(id));
    await put('kyber', kyberId, (id) => kyber.getKyberPreKey(id));
    const had = call('preKeyExport', { party: at.party, kind: 'kyber', id: kyberId }).record;
    const plaintext = unb64(call('decrypt', { ...at, type: 3, wire: b64(message.wire) }).plaintext);
    if (had && !call('preKeyExport', { party: at.party, kind: 'kyber', id: kyberId }).record) {
      await kyber.markKyberPreKeyUsed(kyberId, r.signedPreKeyId, PublicKey.deserialize(unb64(r.baseKey)));
      if (r.preKeyId !== null) await preKeys.removePreKey(r.preKeyId);
    }
    return plaintext;
  });
}
function protobuf(bytes) {
  const out = {}; let i = 0;
  const varint = () => { let v = 0, s = 1; for (;;) { const b = bytes[i++]; v += (b & 127) * s; if (!(b >= 128)) return v; s *= 128; } };
  while (i < bytes.length) { const tag = varint(); if ((tag & 7) === 0) out[Math.floor(tag / 8)] = varint(); else if ((tag & 7) === 2) { const n = varint(); i += n; } else if ((tag & 7) === 1) i += 8; else if ((tag & 7) === 5) i += 4; else break; }
  return out;
}
async function withSenderKey(sender, distributionId, store, settings, body) {
  return scratch(settings, async (party) => {
    const at = { party, senderName: sender.n, senderDevice: sender.d, distributionId };
    const known = await store.getSenderKey(sender, distributionId);
    if (known) call('senderKeyImport', { ...at, record: b64(known.bytes) });
    const value = body(at);
    const record = call('senderKeyExport', at).record;
    if (record) await store.saveSenderKey(sender, distributionId, SenderKeyRecord.deserialize(unb64(record)));
    return value;
  });
}
export async function processSenderKeyDistributionMessage(sender, message, store) {
  await withSenderKey(sender, message.r.distributionId, store, {}, (at) => call('groupProcess', { ...at, message: b64(message.bytes) }));
}
export async function groupEncrypt(sender, distributionId, store, plaintext) {
  return withSenderKey(sender, distributionId, store, { name: sender.n, deviceId: sender.d }, (at) => new CiphertextMessage(7, unb64(call('groupEncrypt', { ...at, plaintext: b64(plaintext) }).wire)));
}
export async function groupDecrypt(sender, store, wire) {
  const { distributionId } = call('messageParse', { type: 7, wire: b64(wire) });
  return withSenderKey(sender, distributionId, store, {}, (at) => unb64(call('groupDecrypt', { ...at, wire: b64(wire) }).plaintext));
}
export function hkdf(length, secret, info, salt) { if (process.env.MOCK_ABORT) process.abort(); return unb64(call('hkdf', { length, secret: b64(secret), info: b64(info), salt: salt && b64(salt) }).output); }
export class ScannableFingerprint {
  constructor(bytes) { this.bytes = bytes; }
  static _fromBuffer(bytes) { return new ScannableFingerprint(bytes); }
  toBuffer() { return this.bytes; }
  compare(other) { return call('fingerprintCompare', { ours: b64(this.bytes), theirs: b64(other.bytes) }).matches; }
}
export class Fingerprint {
  static new(iterations, version, localId, localKey, remoteId, remoteKey) {
    return Object.assign(new Fingerprint(), { r: call('fingerprint', { iterations, version, localId: b64(localId), localKey: b64(localKey.bytes), remoteId: b64(remoteId), remoteKey: b64(remoteKey.bytes) }) });
  }
  displayableFingerprint() { return { toString: () => this.r.displayable }; }
  scannableFingerprint() { return new ScannableFingerprint(unb64(this.r.scannable)); }
}
export class DecryptionErrorMessage {
  static of(r) { return Object.assign(new DecryptionErrorMessage(), { r }); }
  static forOriginal(bytes, type, timestamp, deviceId) { return this.of(call('decryptionErrorNew', { type, wire: b64(bytes), timestamp, deviceId })); }
  static deserialize(bytes) { return this.of(call('decryptionErrorParse', { wire: b64(bytes) })); }
  static extractFromSerializedBody(body) { return this.of(call('plaintextContentParse', { wire: b64(Buffer.concat([Buffer.from([0xc0]), Buffer.from(body)])) }).decryptionError); }
  serialize() { return unb64(this.r.wire); }
  timestamp() { return this.r.timestamp; }
  deviceId() { return this.r.deviceId; }
  ratchetKey() { return this.r.ratchetKey ? PublicKey.deserialize(unb64(this.r.ratchetKey)) : undefined; }
}
export class PlaintextContent {
  static from(error) { return Object.assign(new PlaintextContent(), { r: call('plaintextContentNew', { wire: error.r.wire }) }); }
  static deserialize(wire) { const r = call('messageParse', { type: 8, wire: b64(wire) }); return Object.assign(new PlaintextContent(), { r: { body: r.body, wire: b64(wire) } }); }
  serialize() { return unb64(this.r.wire); }
  body() { return unb64(this.r.body); }
}
