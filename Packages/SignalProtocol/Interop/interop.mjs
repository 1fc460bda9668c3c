#!/usr/bin/env node
// Holds this package's SignalProtocol (the Swift driver, over JSON lines) against the official library
// (@signalapp/libsignal-client 0.101…0.103), live and in both directions. `make interop` runs it; by hand, where that
// package is installed:
//
//   node interop.mjs --driver ./interop-driver                      # everything, about 5–10 minutes
//   node interop.mjs --driver ./interop-driver --quick              # a tenth of the messages
//   node interop.mjs --driver ./interop-driver --only e,g --seeds 7 # some scenarios, one seed
//   node interop.mjs --driver ./interop-driver --pairs ours-ours    # checks this program, without the official library's word
//
// Options: --messages N (of e; 20000), --seeds 1,2,3,4,5, --out results.json, --pairs ours-official,official-ours,
// LIBSIGNAL=/path/to/index.js imports the official library from elsewhere.
//
// Nothing stops it: a check that fails is counted and printed with its scenario, its pair of libraries, its seed and its
// step, and the next one goes on. Each scenario runs in a process of its own (with a driver of its own), so that not even
// a native library that aborts ends the rest; --together runs all of them in one. Exit status 1 if anything failed.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import process from 'node:process';

// ------------------------------------------------------------------------------------------------ options

const options = { driver: './driver', only: null, seeds: null, messages: 20000, quick: false, out: null, pairs: null };
for (let i = 2; i < process.argv.length; i++) {
  const name = process.argv[i].replace(/^--/, '');
  const value = () => process.argv[++i];
  switch (name) {
    case 'driver': options.driver = value(); break;
    case 'only': options.only = new Set(value().split(',')); break;
    case 'seeds': options.seeds = value().split(',').map(Number); break;
    case 'messages': options.messages = Number(value()); break;
    case 'quick': options.quick = true; break;
    case 'together': options.together = true; break;
    case 'out': options.out = value(); break;
    case 'pairs': options.pairs = value().split(','); break;
    default: console.error(`unknown option ${process.argv[i]}`); process.exit(2);
  }
}
const scale = options.quick ? 0.1 : 1;
const some = (n) => Math.max(3, Math.round(n * scale));
const seeds = options.seeds ?? (options.quick ? [1] : [1, 2, 3, 4, 5]);
const pairs = (options.pairs ?? ['ours-official', 'official-ours']).map((text) => text.split('-'));

const isChild = process.env.INTEROP_CHILD === '1';
// Installed in the folder where this is run, or wherever LIBSIGNAL says.
function installed() {
  const folder = join(process.cwd(), 'node_modules/@signalapp/libsignal-client');
  const { main = 'dist/index.js' } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, main);
}
const SC = await import(process.env.LIBSIGNAL ?? installed());

// Names that are used here, and may have changed since v0.101.0, which this was written against.
const missing = ['ProtocolAddress', 'ServiceId', 'PublicKey', 'PrivateKey', 'IdentityKeyPair', 'KEMPublicKey', 'KEMKeyPair', 'PreKeyRecord', 'SignedPreKeyRecord',
  'KyberPreKeyRecord', 'PreKeyBundle', 'SessionRecord', 'SenderKeyRecord', 'SignalMessage', 'PreKeySignalMessage', 'SenderKeyMessage', 'SenderKeyDistributionMessage',
  'PlaintextContent', 'DecryptionErrorMessage', 'CiphertextMessageType', 'Fingerprint', 'ScannableFingerprint', 'SessionStore', 'IdentityKeyStore', 'PreKeyStore',
  'SignedPreKeyStore', 'KyberPreKeyStore', 'SenderKeyStore', 'hkdf', 'processPreKeyBundle', 'signalEncrypt', 'signalDecrypt', 'signalDecryptPreKey', 'groupEncrypt',
  'groupDecrypt', 'processSenderKeyDistributionMessage'].filter((name) => SC[name] === undefined);
if (missing.length) console.error(`!! @signalapp/libsignal-client has no ${missing.join(', ')}; what needs them will fail`);

// ------------------------------------------------------------------------------------------------ small things

const b64 = (bytes) => Buffer.from(bytes).toString('base64');
/** A Uint8Array with a buffer of its own, as the official types want it. */
const fresh = (bytes) => { const copy = new Uint8Array(bytes.length); copy.set(bytes); return copy; };
const unb64 = (text) => fresh(Buffer.from(text, 'base64'));
const hex = (bytes) => Buffer.from(bytes).toString('hex');
const same = (a, b) => a != null && b != null && Buffer.compare(Buffer.from(a), Buffer.from(b)) === 0;
const utf8 = (text) => fresh(Buffer.from(text, 'utf8'));
const uuidText = (bytes) => { const h = hex(bytes); return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`; };

/** Seeded, so that a failure can be had again. The keys are random all the same. */
class Random {
  constructor(seed) { this.state = (seed * 2654435761 + 0x9e3779b9) >>> 0; for (let i = 0; i < 8; i++) this.next(); }
  next() { // mulberry32
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  below(n) { return Math.floor(this.next() * n); }
  chance(p) { return this.next() < p; }
  pick(list) { return list[this.below(list.length)]; }
  bytes(n) { const out = new Uint8Array(n); for (let i = 0; i < n; i++) out[i] = this.below(256); return out; }
  shuffle(list) { for (let i = list.length - 1; i > 0; i--) { const j = this.below(i + 1); [list[i], list[j]] = [list[j], list[i]]; } return list; }
}
const uuid = (random) => { const b = random.bytes(16); b[6] = (b[6] & 15) | 64; b[8] = (b[8] & 63) | 128; return uuidText(b); };

// Just enough protocol buffers to look at a message from outside.
function fields(bytes) {
  const found = new Map();
  let i = 0;
  const varint = () => { let v = 0n, s = 0n; for (;;) { const b = bytes[i++]; v |= BigInt(b & 127) << s; if (b < 128) return v; s += 7n; } };
  while (i < bytes.length) {
    const tag = Number(varint());
    if ((tag & 7) === 0) found.set(tag >> 3, varint());
    else if ((tag & 7) === 2) { const n = Number(varint()); found.set(tag >> 3, bytes.subarray(i, i + n)); i += n; }
    else if ((tag & 7) === 1) i += 8; else if ((tag & 7) === 5) i += 4; else return found;
  }
  return found;
}
const ratchetKeyOf = (message) => hex(message.type === 3
  ? fields(fields(message.wire.subarray(1)).get(4).subarray(1)).get(1) : fields(message.wire.subarray(1, -8)).get(1));

// ------------------------------------------------------------------------------------------------ the driver

class DriverError extends Error {
  constructor(op, reply) { super(`${op}: ${reply.error}`); this.kind = reply.kind; this.wrote = reply.wrote; }
}

class Driver {
  constructor(path) {
    this.waiting = [];
    this.partial = [];
    this.child = spawn(path, [], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.child.on('exit', (code, signal) => {
      this.dead = `the driver ended: code ${code}, signal ${signal}`;
      if (!this.closing) console.error(`!! ${this.dead}; last request: ${String(this.last).slice(0, 400)}`);
      for (const { reject } of this.waiting.splice(0)) reject(new Error(this.dead));
    });
    this.child.stdin.on('error', () => {});
    this.child.stdout.on('data', (chunk) => {
      let start = 0, end;
      while ((end = chunk.indexOf(10, start)) >= 0) {
        this.partial.push(chunk.subarray(start, end));
        const line = Buffer.concat(this.partial).toString('utf8');
        this.partial = [];
        start = end + 1;
        const { resolve, reject, op } = this.waiting.shift();
        const reply = JSON.parse(line);
        if (reply.ok) resolve(reply); else reject(new DriverError(op, reply));
      }
      if (start < chunk.length) this.partial.push(chunk.subarray(start));
    });
  }
  call(op, request = {}) {
    if (this.dead) return Promise.reject(new Error(this.dead));
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject, op });
      this.last = JSON.stringify({ op, ...request });
      this.child.stdin.write(this.last + '\n');
    });
  }
  close() { this.closing = true; this.child.stdin.end(); }
}
const driver = isChild || options.together ? new Driver(options.driver) : null;
let partyNumber = 0;

// ------------------------------------------------------------------------------------------------ ends
//
// An end is one device with its stores, held by one library. Both kinds have the same methods, so that every scenario is
// written once. A bundle is an object of base64 strings and numbers, a message is {type, wire}.

class OursEnd {
  kind = 'ours';
  static async make({ name, device = 1, registrationId = 1 + Math.floor(Math.random() * 16380), identity = null }) {
    const end = new OursEnd();
    end.party = `p${++partyNumber}`;
    end.name = name; end.device = device;
    const reply = await driver.call('newParty', {
      party: end.party, name, deviceId: device, registrationId, identity: identity && b64(identity) });
    end.registrationId = reply.registrationId;
    end.identityKey = unb64(reply.identityKey);
    end.preKeys = { preKey: new Set(), signed: new Set(), kyber: new Set() };
    return end;
  }
  call(op, request = {}) { return driver.call(op, { party: this.party, ...request }); }
  at(remote) { return { remoteName: remote.name, remoteDevice: remote.device }; }
  async bundle({ oneTime = true, lastResort = false } = {}) {
    const { ok, ...bundle } = await this.call('bundle', { oneTime, lastResort });
    this.preKeys.signed.add(bundle.signedPreKeyId);
    this.preKeys.kyber.add(bundle.kyberPreKeyId);
    if (bundle.preKeyId !== null) this.preKeys.preKey.add(bundle.preKeyId);
    return bundle;
  }
  async process(bundle, remote, now = null) { await this.call('processBundle', { ...this.at(remote), bundle, now }); }
  async encrypt(remote, plaintext, now = null) {
    const reply = await this.call('encrypt', { ...this.at(remote), plaintext: b64(plaintext), now });
    return { type: reply.type, wire: unb64(reply.wire) };
  }
  async decrypt(remote, message) {
    const reply = await this.call('decrypt', { ...this.at(remote), type: message.type, wire: b64(message.wire) });
    return unb64(reply.plaintext);
  }
  /** form: 'official', what both libraries read, or 'compact', what only this one reads. */
  async exportSession(remote, form = 'official') {
    const reply = await this.call('exportSession', { ...this.at(remote), form });
    this.lastHasSeed = reply.hasSeed;
    return reply.record === null ? null : unb64(reply.record);
  }
  async importSession(remote, record) { await this.call('importSession', { ...this.at(remote), record: b64(record) }); }
  async archive(remote) { await this.call('archiveSession', this.at(remote)); }
  async info(remote, now = null) {
    const reply = await this.call('sessionInfo', { ...this.at(remote), now });
    return { exists: reply.exists, usable: reply.usable, remoteRegistrationId: reply.remoteRegistrationId, epoch: reply.epoch };
  }
  async ratchetKeyMatches(remote, key) { return (await this.call('ratchetKeyMatches', { ...this.at(remote), key: b64(key) })).matches; }
  async exportIdentity() { return unb64((await this.call('identityExport')).identity); }
  async trust(remote, key) { await this.call('trust', { ...this.at(remote), key: b64(key) }); }
  async exportPreKey(kind, id, form = 'official') {
    const { record } = await this.call('preKeyExport', { kind, id, form });
    return record === null ? null : unb64(record);
  }
  async importPreKey(kind, record, { lastResort = false } = {}) {
    const reply = await this.call('preKeyImport', { kind, record: b64(record), lastResort });
    this.preKeys[kind].add(reply.id);
    return reply.id;
  }
  async snapshot() { await this.call('snapshot'); }
  async unchanged() { return (await this.call('unchanged')).unchanged; }
  async restore() { await this.call('restore'); }
  async close() { await this.call('dropParty'); }

  async groupCreate(distributionId) { return unb64((await this.call('groupCreate', { distributionId })).message); }
  async groupProcess(sender, message) {
    await this.call('groupProcess', { senderName: sender.name, senderDevice: sender.device, message: b64(message) });
  }
  async groupEncrypt(distributionId, plaintext) {
    return unb64((await this.call('groupEncrypt', { distributionId, plaintext: b64(plaintext) })).wire);
  }
  async groupDecrypt(sender, wire) {
    const reply = await this.call('groupDecrypt', { senderName: sender.name, senderDevice: sender.device, wire: b64(wire) });
    return unb64(reply.plaintext);
  }
  async exportSenderKey(sender, distributionId) {
    const { record } = await this.call('senderKeyExport', { senderName: sender.name, senderDevice: sender.device, distributionId });
    return record === null ? null : unb64(record);
  }
  async importSenderKey(sender, distributionId, record) {
    await this.call('senderKeyImport', { senderName: sender.name, senderDevice: sender.device, distributionId, record: b64(record) });
  }
}

const addressKey = (address) => `${address.name()}::${address.deviceId()}`;

class Sessions extends SC.SessionStore {
  constructor(state) { super(); this.state = state; }
  async saveSession(name, record) { this.state.sessions.set(addressKey(name), record.serialize()); }
  async getSession(name) {
    const bytes = this.state.sessions.get(addressKey(name));
    return bytes ? SC.SessionRecord.deserialize(bytes) : null;
  }
  async getExistingSessions(addresses) {
    return addresses.map((name) => {
      const bytes = this.state.sessions.get(addressKey(name));
      if (!bytes) throw new Error(`no session for ${addressKey(name)}`);
      return SC.SessionRecord.deserialize(bytes);
    });
  }
}
class Identities extends SC.IdentityKeyStore {
  constructor(state, key, registrationId) { super(); this.state = state; this.key = key; this.registrationId = registrationId; }
  async getIdentityKey() { return this.key; }
  async getLocalRegistrationId() { return this.registrationId; }
  async isTrustedIdentity(name, key, _direction) {
    const known = this.state.identities.get(addressKey(name));
    return known === undefined || same(known, key.serialize());
  }
  async saveIdentity(name, key) {
    const known = this.state.identities.get(addressKey(name));
    this.state.identities.set(addressKey(name), key.serialize());
    return known === undefined || same(known, key.serialize())
      ? SC.IdentityChange?.NewOrUnchanged ?? 0 : SC.IdentityChange?.ReplacedExisting ?? 1;
  }
  async getIdentity(name) {
    const known = this.state.identities.get(addressKey(name));
    return known ? SC.PublicKey.deserialize(known) : null;
  }
}
class PreKeys extends SC.PreKeyStore {
  constructor(state) { super(); this.state = state; }
  async savePreKey(id, record) { this.state.preKey.set(id, record.serialize()); }
  async getPreKey(id) {
    const bytes = this.state.preKey.get(id);
    if (!bytes) throw new Error(`pre-key ${id} not found`);
    return SC.PreKeyRecord.deserialize(bytes);
  }
  async removePreKey(id) { this.state.preKey.delete(id); }
}
class SignedPreKeys extends SC.SignedPreKeyStore {
  constructor(state) { super(); this.state = state; }
  async saveSignedPreKey(id, record) { this.state.signed.set(id, record.serialize()); }
  async getSignedPreKey(id) {
    const bytes = this.state.signed.get(id);
    if (!bytes) throw new Error(`signed pre-key ${id} not found`);
    return SC.SignedPreKeyRecord.deserialize(bytes);
  }
}
class KyberPreKeys extends SC.KyberPreKeyStore {
  constructor(state) { super(); this.state = state; }
  async saveKyberPreKey(id, record) { this.state.kyber.set(id, record.serialize()); }
  async getKyberPreKey(id) {
    const bytes = this.state.kyber.get(id);
    if (!bytes) throw new Error(`kyber pre-key ${id} not found`);
    return SC.KyberPreKeyRecord.deserialize(bytes);
  }
  async markKyberPreKeyUsed(id, signedPreKeyId, baseKey) {
    if (!this.state.lastResort.has(id)) { this.state.kyber.delete(id); return; }
    const use = `${id}/${signedPreKeyId}/${hex(baseKey.serialize())}`;
    if (this.state.uses.has(use)) throw new Error('reused base key');
    this.state.uses.set(use, true);
  }
}
class SenderKeys extends SC.SenderKeyStore {
  constructor(state) { super(); this.state = state; }
  async saveSenderKey(sender, distributionId, record) { this.state.senderKeys.set(`${addressKey(sender)}/${distributionId}`, record.serialize()); }
  async getSenderKey(sender, distributionId) {
    const bytes = this.state.senderKeys.get(`${addressKey(sender)}/${distributionId}`);
    return bytes ? SC.SenderKeyRecord.deserialize(bytes) : null;
  }
}

// The official library has announced that addresses will have to be service ids some day.
const plainNames = (() => { try { SC.ProtocolAddress.new('+14151111111', 1); return true; } catch { return false; } })();

// Since 0.9x these take the local address as well; older ones take it not at all, or only for encryption.
const takesLocal = { process: SC.processPreKeyBundle.length >= 5, encrypt: SC.signalEncrypt.length >= 5, decrypt: SC.signalDecrypt.length >= 5, decryptPreKey: SC.signalDecryptPreKey.length >= 8 };

class OfficialEnd {
  kind = 'official';
  static async make({ name, device = 1, registrationId = 1 + Math.floor(Math.random() * 16380), identity = null }) {
    const end = new OfficialEnd();
    end.name = name; end.device = device; end.registrationId = registrationId;
    end.address = SC.ProtocolAddress.new(name, device);
    end.identityPair = identity ? SC.IdentityKeyPair.deserialize(identity) : SC.IdentityKeyPair.generate();
    end.identityKey = end.identityPair.publicKey.serialize();
    end.state = { sessions: new Map(), identities: new Map(), preKey: new Map(), signed: new Map(), kyber: new Map(), lastResort: new Map(), uses: new Map(), senderKeys: new Map() };
    end.stores();
    end.preKeys = { preKey: new Set(), signed: new Set(), kyber: new Set() };
    end.nextId = 1;
    return end;
  }
  stores() {
    this.sessionStore = new Sessions(this.state);
    this.identityStore = new Identities(this.state, this.identityPair.privateKey, this.registrationId);
    this.preKeyStore = new PreKeys(this.state);
    this.signedStore = new SignedPreKeys(this.state);
    this.kyberStore = new KyberPreKeys(this.state);
    this.senderKeyStore = new SenderKeys(this.state);
  }
  of(remote) { return SC.ProtocolAddress.new(remote.name, remote.device); }
  async bundle({ oneTime = true, lastResort = false } = {}) {
    const identity = this.identityPair.privateKey;
    const signed = SC.PrivateKey.generate(), signedId = this.nextId++;
    const signedSignature = identity.sign(signed.getPublicKey().serialize());
    const kyber = SC.KEMKeyPair.generate(), kyberId = this.nextId++;
    const kyberSignature = identity.sign(kyber.getPublicKey().serialize());
    await this.signedStore.saveSignedPreKey(signedId, SC.SignedPreKeyRecord.new(signedId, Date.now(), signed.getPublicKey(), signed, signedSignature));
    await this.kyberStore.saveKyberPreKey(kyberId, SC.KyberPreKeyRecord.new(kyberId, Date.now(), kyber, kyberSignature));
    if (lastResort) this.state.lastResort.set(kyberId, true);
    this.preKeys.signed.add(signedId); this.preKeys.kyber.add(kyberId);
    let preKeyId = null, preKey = null;
    if (oneTime) {
      preKey = SC.PrivateKey.generate(); preKeyId = this.nextId++;
      await this.preKeyStore.savePreKey(preKeyId, SC.PreKeyRecord.new(preKeyId, preKey.getPublicKey(), preKey));
      this.preKeys.preKey.add(preKeyId);
    }
    // Through the official type and back, so that its accessors are used as well.
    const bundle = SC.PreKeyBundle.new(this.registrationId, this.device, preKeyId, preKey && preKey.getPublicKey(), signedId, signed.getPublicKey(), signedSignature, this.identityPair.publicKey, kyberId, kyber.getPublicKey(), kyberSignature);
    return {
      registrationId: bundle.registrationId(), deviceId: bundle.deviceId(), identityKey: b64(bundle.identityKey().serialize()),
      signedPreKeyId: bundle.signedPreKeyId(), signedPreKey: b64(bundle.signedPreKeyPublic().serialize()), signedPreKeySignature: b64(bundle.signedPreKeySignature()),
      kyberPreKeyId: bundle.kyberPreKeyId(), kyberPreKey: b64(bundle.kyberPreKeyPublic().serialize()), kyberPreKeySignature: b64(bundle.kyberPreKeySignature()),
      preKeyId: bundle.preKeyId(), preKey: bundle.preKeyPublic() ? b64(bundle.preKeyPublic().serialize()) : null,
    };
  }
  parseBundle(b) {
    return SC.PreKeyBundle.new(b.registrationId, b.deviceId, b.preKeyId, b.preKey === null ? null : SC.PublicKey.deserialize(unb64(b.preKey)),
      b.signedPreKeyId, SC.PublicKey.deserialize(unb64(b.signedPreKey)), unb64(b.signedPreKeySignature), SC.PublicKey.deserialize(unb64(b.identityKey)),
      b.kyberPreKeyId, SC.KEMPublicKey.deserialize(unb64(b.kyberPreKey)), unb64(b.kyberPreKeySignature));
  }
  date(now) { return now === null ? new Date() : new Date(now * 1000); }
  async process(b, remote, now = null) {
    const bundle = this.parseBundle(b);
    if (takesLocal.process) await SC.processPreKeyBundle(bundle, this.of(remote), this.address, this.sessionStore, this.identityStore, this.date(now));
    else await SC.processPreKeyBundle(bundle, this.of(remote), this.sessionStore, this.identityStore, this.date(now));
  }
  async encrypt(remote, plaintext, now = null) {
    const message = takesLocal.encrypt
      ? await SC.signalEncrypt(fresh(plaintext), this.of(remote), this.address, this.sessionStore, this.identityStore, this.date(now))
      : await SC.signalEncrypt(fresh(plaintext), this.of(remote), this.sessionStore, this.identityStore, this.date(now));
    return { type: message.type(), wire: fresh(message.serialize()) };
  }
  async decrypt(remote, { type, wire }) {
    const from = this.of(remote);
    if (type === SC.CiphertextMessageType.PreKey) {
      const message = SC.PreKeySignalMessage.deserialize(fresh(wire));
      return takesLocal.decryptPreKey
        ? await SC.signalDecryptPreKey(message, from, this.address, this.sessionStore, this.identityStore, this.preKeyStore, this.signedStore, this.kyberStore)
        : await SC.signalDecryptPreKey(message, from, this.sessionStore, this.identityStore, this.preKeyStore, this.signedStore, this.kyberStore);
    }
    const message = SC.SignalMessage.deserialize(fresh(wire));
    return takesLocal.decrypt
      ? await SC.signalDecrypt(message, from, this.address, this.sessionStore, this.identityStore)
      : await SC.signalDecrypt(message, from, this.sessionStore, this.identityStore);
  }
  async exportSession(remote) { return this.state.sessions.get(addressKey(this.of(remote))) ?? null; }
  async importSession(remote, record) {
    const parsed = SC.SessionRecord.deserialize(fresh(record));
    await this.sessionStore.saveSession(this.of(remote), parsed);
    if (remote.identityKey) this.state.identities.set(addressKey(this.of(remote)), remote.identityKey);
  }
  async archive(remote) {
    const record = await this.sessionStore.getSession(this.of(remote));
    record.archiveCurrentState();
    await this.sessionStore.saveSession(this.of(remote), record);
  }
  async info(remote, now = null) {
    const record = await this.sessionStore.getSession(this.of(remote));
    if (!record) return { exists: false };
    const usable = record.hasCurrentState(this.date(now));
    let remoteRegistrationId = null;
    try { remoteRegistrationId = record.remoteRegistrationId(); } catch { /* no current session */ }
    return { exists: true, usable, remoteRegistrationId };
  }
  async ratchetKeyMatches(remote, key) {
    const record = await this.sessionStore.getSession(this.of(remote));
    return record.currentRatchetKeyMatches(SC.PublicKey.deserialize(fresh(key)));
  }
  async exportIdentity() { return this.identityPair.serialize(); }
  async trust(remote, key) { this.state.identities.set(addressKey(this.of(remote)), fresh(key)); }
  async exportPreKey(kind, id) { return this.state[kind].get(id) ?? null; }
  async importPreKey(kind, record, { lastResort = false } = {}) {
    const type = { preKey: SC.PreKeyRecord, signed: SC.SignedPreKeyRecord, kyber: SC.KyberPreKeyRecord }[kind];
    const parsed = type.deserialize(fresh(record));
    // Reads the keys too: a record is otherwise taken as it is.
    parsed.publicKey().serialize();
    if (kind === 'kyber') parsed.secretKey().serialize(); else parsed.privateKey().serialize();
    this.state[kind].set(parsed.id(), parsed.serialize());
    if (lastResort) this.state.lastResort.set(parsed.id(), true);
    this.preKeys[kind].add(parsed.id());
    this.nextId = Math.max(this.nextId, parsed.id() + 1);
    return parsed.id();
  }
  copy() { return Object.fromEntries(Object.entries(this.state).map(([name, map]) => [name, new Map(map)])); }
  async snapshot() { this.kept = this.copy(); }
  async unchanged() {
    return Object.entries(this.state).every(([name, map]) => {
      const kept = this.kept[name];
      return kept.size === map.size && [...map].every(([key, value]) => value === true ? kept.get(key) === true : kept.has(key) && same(kept.get(key), value));
    });
  }
  async restore() { this.state = Object.fromEntries(Object.entries(this.kept).map(([name, map]) => [name, new Map(map)])); this.stores(); }
  async close() {}

  async groupCreate(distributionId) { return fresh((await SC.SenderKeyDistributionMessage.create(this.address, distributionId, this.senderKeyStore)).serialize()); }
  async groupProcess(sender, message) {
    await SC.processSenderKeyDistributionMessage(this.of(sender), SC.SenderKeyDistributionMessage.deserialize(fresh(message)), this.senderKeyStore);
  }
  async groupEncrypt(distributionId, plaintext) {
    return fresh((await SC.groupEncrypt(this.address, distributionId, this.senderKeyStore, fresh(plaintext))).serialize());
  }
  async groupDecrypt(sender, wire) { return SC.groupDecrypt(this.of(sender), this.senderKeyStore, fresh(wire)); }
  async exportSenderKey(sender, distributionId) { return this.state.senderKeys.get(`${addressKey(this.of(sender))}/${distributionId}`) ?? null; }
  async importSenderKey(sender, distributionId, record) {
    await this.senderKeyStore.saveSenderKey(this.of(sender), distributionId, SC.SenderKeyRecord.deserialize(fresh(record)));
  }
}

const make = (kind, settings) => (kind === 'ours' ? OursEnd : OfficialEnd).make(settings);
const other = (kind) => pairs.some((pair) => pair.includes('official')) ? (kind === 'ours' ? 'official' : 'ours') : 'ours';

/** The same device, held by the other library from now on: identity, prekeys and the sessions with `remotes`. */
async function moved(end, kind, remotes, form = 'official') {
  const copy = await make(kind, { name: end.name, device: end.device, registrationId: end.registrationId, identity: await end.exportIdentity() });
  for (const remote of remotes) {
    const record = end.kind === 'ours' ? await end.exportSession(remote, form) : await end.exportSession(remote);
    if (record) { await copy.importSession(remote, record); await copy.trust(remote, remote.identityKey); }
  }
  for (const type of ['preKey', 'signed', 'kyber']) {
    for (const id of end.preKeys[type]) {
      const record = await end.exportPreKey(type, id);
      if (record) await copy.importPreKey(type, record, { lastResort: end.state?.lastResort?.has(id) ?? false });
    }
  }
  return copy;
}

// ------------------------------------------------------------------------------------------------ counting

const results = new Map();
let current = null;
let where = '';

function tally() {
  if (!results.has(current)) results.set(current, { passed: 0, failed: 0, failures: [], notes: [] });
  return results.get(current);
}
function check(condition, what) {
  const t = tally();
  if (condition) { t.passed++; return true; }
  t.failed++;
  if (t.failures.length < 20) { t.failures.push(`${where}: ${what}`); console.log(`  FAILED ${current} ${where}: ${what}`); }
  return false;
}
const note = (text) => { tally().notes.push(text); console.log(`  ${current}: ${text}`); };
/** How it ended: {ok, value} or {ok: false, kind, error}. */
async function verdict(promise) {
  try { return { ok: true, value: await promise }; } catch (error) {
    const kind = error instanceof DriverError ? error.kind : error.name ?? 'Error';
    return { ok: false, kind, error: String(error?.message ?? error) };
  }
}
async function refused(promise, what) {
  const v = await verdict(promise);
  check(!v.ok, `${what}: was accepted`);
  return v;
}
/** A scenario that throws has failed where it was; the next one goes on. */
async function guarded(place, body) {
  where = place;
  try { await body(); } catch (error) {
    check(false, `threw: ${error?.stack?.split('\n').slice(0, 4).join(' | ') ?? error}`);
  }
}
async function eachPair(place, body) {
  for (const [first, second] of pairs) await guarded(`[${first}→${second}] ${place}`, () => body(first, second));
}

async function deliver(from, to, plaintext, what = 'message') {
  const message = await from.encrypt(to, plaintext);
  const received = await to.decrypt(from, message);
  check(same(received, plaintext), `${what}: another plaintext`);
  return message;
}
async function acquainted(first, second, random, { names, ...settings } = {}) {
  const [a, b] = names ?? [uuid(random), uuid(random)];
  const x = await make(first, { name: a, ...settings.first });
  const y = await make(second, { name: b, ...settings.second });
  await x.process(await y.bundle(settings), y);
  const first_ = await deliver(x, y, utf8('hello'), 'first message');
  check(first_.type === 3, `the first message is of type ${first_.type}`);
  const answer = await deliver(y, x, utf8('hello yourself'), 'answer');
  check(answer.type === 2, `the answer is of type ${answer.type}`);
  return [x, y];
}

const scenarios = [];
const scenario = (id, title, body) => scenarios.push({ id, title, body });

// ------------------------------------------------------------------------------------------------ a, b, f

async function establishment(first, second) {
  const random = new Random(11);
  const names = [
    ['service ids', [uuid(random), uuid(random)]], ['plain names', ['+14151111111', '+19192222222']],
    ['a service id and a plain name', [uuid(random), 'bob']], ['PNI', [`PNI:${uuid(random)}`, uuid(random)]], ['not ASCII', ['Zoë ☃', 'Ærøskøbing 🚀']],
  ];
  for (const [label, [a, b]] of names.filter(([, both]) => plainNames || both.every((name) => /-/.test(name)))) for (const oneTime of [true, false]) for (const lastResort of [false, true]) for (const devices of [[1, 1], [2, 127]]) {
    await guarded(`[${first}→${second}] ${label}, one-time ${oneTime}, last resort ${lastResort}, devices ${devices}`, async () => {
      const x = await make(first, { name: a, device: devices[0], registrationId: 1 + random.below(16380) });
      const y = await make(second, { name: b, device: devices[1], registrationId: 1 + random.below(16380) });
      const bundle = await y.bundle({ oneTime, lastResort });
      check((bundle.preKeyId !== null) === oneTime, 'a one-time prekey');
      await x.process(bundle, y);
      const early = [];
      for (let i = 0; i < 3; i++) {
        const text = random.bytes(random.below(300));
        const message = await x.encrypt(y, text);
        check(message.type === 3, `unanswered, type ${message.type}`);
        const outer = fields(message.wire.subarray(1));
        check(outer.has(1) === oneTime, 'the first message names a one-time prekey');
        check(message.wire[0] === 0x44, `version byte ${message.wire[0]}`);
        early.push([text, message]);
      }
      for (const i of [2, 0, 1]) check(same(await y.decrypt(x, early[i][1]), early[i][0]), `early message ${i}`);
      await refused(y.decrypt(x, early[0][1]), 'an early message once more');
      const answer = await deliver(y, x, random.bytes(40), 'answer');
      check(answer.type === 2, `answer of type ${answer.type}`);
      for (let i = 0; i < 10; i++) {
        check((await deliver(x, y, random.bytes(i))).type === 2, 'answered, type');
        await deliver(y, x, random.bytes(i));
      }
      const [ofX, ofY] = [await x.info(y), await y.info(x)];
      check(ofX.usable && ofY.usable, 'both usable');
      check(ofX.remoteRegistrationId === y.registrationId, `x knows registration id ${ofX.remoteRegistrationId}, not ${y.registrationId}`);
      check(ofY.remoteRegistrationId === x.registrationId, `y knows registration id ${ofY.remoteRegistrationId}, not ${x.registrationId}`);
      await x.close(); await y.close();
    });
  }
}
scenario('a', 'ours begins, the official answers', () => pairs.some(([p]) => p === 'ours') ? establishment(...pairs.find(([p]) => p === 'ours')) : null);
scenario('b', 'the official begins, ours answers', () => pairs.some(([p]) => p === 'official') ? establishment(...pairs.find(([p]) => p === 'official')) : null);

scenario('f', 'prekeys: used up, of last resort, damaged bundles', async () => {
  await eachPair('', async (first, second) => {
    const random = new Random(12);
    const place = where;
    // A one-time prekey serves once.
    for (const oneTime of [true, false]) {
      const y = await make(second, { name: uuid(random) });
      const bundle = await y.bundle({ oneTime, lastResort: true });
      const xs = [await make(first, { name: uuid(random) }), await make(first, { name: uuid(random) })];
      for (const x of xs) await x.process(bundle, y);
      const messages = [await xs[0].encrypt(y, utf8('1')), await xs[1].encrypt(y, utf8('2'))];
      check(same(await y.decrypt(xs[0], messages[0]), utf8('1')), 'the first to use a bundle');
      where = `${place} one-time ${oneTime}`;
      await y.snapshot();
      const v = await verdict(y.decrypt(xs[1], messages[1]));
      check(v.ok === !oneTime, oneTime ? 'a one-time prekey served twice' : `a bundle without one did not serve twice: ${v.error}`);
      if (oneTime) check(await y.unchanged(), 'a refused message changed the store');
    }
    where = place;
    // A Kyber prekey that is not of last resort serves once.
    {
      const y = await make(second, { name: uuid(random) });
      const bundle = await y.bundle({ oneTime: false, lastResort: false });
      const xs = [await make(first, { name: uuid(random) }), await make(first, { name: uuid(random) })];
      for (const x of xs) await x.process(bundle, y);
      await y.decrypt(xs[0], await xs[0].encrypt(y, utf8('1')));
      await refused(y.decrypt(xs[1], await xs[1].encrypt(y, utf8('2'))), 'a used Kyber prekey');
    }
    // Damaged bundles.
    const y = await make(second, { name: uuid(random) });
    const bundle = await y.bundle();
    for (const field of ['signedPreKeySignature', 'kyberPreKeySignature', 'signedPreKey', 'kyberPreKey', 'identityKey']) {
      const x = await make(first, { name: uuid(random) });
      await x.snapshot();
      const bytes = unb64(bundle[field]);
      bytes[10 + random.below(bytes.length - 20)] ^= 1 << random.below(8);
      await refused(x.process({ ...bundle, [field]: b64(bytes) }, y), `a bundle with another ${field}`);
      check(await x.unchanged(), `a refused bundle (${field}) changed the store`);
    }
    // Another bundle's one-time prekey: nobody signed it, so it is taken, and the first message cannot be read.
    {
      const x = await make(first, { name: uuid(random) });
      const stranger = await (await make('ours', { name: uuid(random) })).bundle();
      await x.process({ ...bundle, preKey: stranger.preKey }, y);
      await y.snapshot();
      await refused(y.decrypt(x, await x.encrypt(y, utf8('no'))), 'a first message with a wrong one-time prekey');
      check(await y.unchanged(), 'a refused first message changed the store');
    }
    // A changed identity is not trusted until somebody says so.
    {
      const [x, z] = await acquainted(first, second, random);
      const impostor = await make(second, { name: z.name, device: z.device });
      const theirs = await impostor.bundle();
      await refused(x.process(theirs, impostor), 'a bundle of another identity');
      await x.trust(z, impostor.identityKey);
      await x.process(theirs, impostor);
      await deliver(x, impostor, utf8('now trusted'));
      await deliver(impostor, x, utf8('now trusted'));
    }
  });
});

// ------------------------------------------------------------------------------------------------ c, d

scenario('c', 'ping-pong, 2,000 messages', async () => {
  await eachPair('', async (first, second) => {
    const random = new Random(13);
    const place = where;
    const [x, y] = await acquainted(first, second, random);
    for (let i = 0; i < some(2000); i++) {
      where = `${place} step ${i}`;
      if (i % 2) await deliver(y, x, random.bytes(random.below(200))); else await deliver(x, y, random.bytes(random.below(200)));
    }
    const ours = x.kind === 'ours' ? [x, y] : [y, x];
    if (ours[0].kind === 'ours') note(`[${first}→${second}] post-quantum epoch reached: ${(await ours[0].info(ours[1])).epoch}`);
  });
});

scenario('d', 'one-sided, 3,000 messages: in order, unanswered, and the last one first', async () => {
  await eachPair('', async (first, second) => {
    const random = new Random(14);
    const place = where;
    const n = some(3000);
    for (const forwards of [true, false]) {
      let [x, y] = await acquainted(first, second, random);
      if (!forwards) [x, y] = [y, x];
      for (let i = 0; i < n; i++) { where = `${place} in order, ${forwards ? 'forwards' : 'backwards'}, step ${i}`; await deliver(x, y, random.bytes(30)); }
      await deliver(y, x, utf8('at last'));
      await deliver(x, y, utf8('still there'));
    }
    // Unanswered.
    const x = await make(first, { name: uuid(random) }), y = await make(second, { name: uuid(random) });
    await x.process(await y.bundle(), y);
    for (let i = 0; i < n; i++) { where = `${place} unanswered, step ${i}`; check((await deliver(x, y, random.bytes(30))).type === 3, 'type'); }
    await deliver(y, x, utf8('at last'));
    // The last one first: then the others as far as their keys are kept. Both libraries must agree on how far that is.
    const [v, w] = await acquainted(first, second, random);
    const twin = await moved(w, other(second), [v]);
    const messages = [];
    for (let i = 0; i < n; i++) { const text = random.bytes(20); messages.push([text, await v.encrypt(w, text)]); }
    const order = [n - 1, ...Array(n - 1).keys()];
    let readable = 0, differences = 0;
    for (const i of order) {
      where = `${place} the last one first, message ${i}`;
      const a = await verdict(w.decrypt(v, messages[i][1])), b = await verdict(twin.decrypt(v, messages[i][1]));
      if (a.ok !== b.ok) { if (differences++ < 3) check(false, `${w.kind} says ${a.ok ? 'yes' : a.error}, ${twin.kind} says ${b.ok ? 'yes' : b.error}`); else tally().failed++; }
      else tally().passed++;
      if (a.ok) { readable++; check(same(a.value, messages[i][0]), 'plaintext'); }
      if (b.ok) check(same(b.value, messages[i][0]), 'plaintext of the twin');
    }
    note(`[${first}→${second}] of ${n}, the last one first, ${readable} were readable`);
    await deliver(w, v, utf8('go on'));
    await deliver(v, w, utf8('go on'));
  });
});

scenario('d2', 'jumps of 24,999 to 25,001 messages', async () => {
  if (options.quick) return note('left out by --quick');
  await eachPair('', async (first, second) => {
    const random = new Random(15);
    const place = where;
    const [x, y] = await acquainted(first, second, random);
    const twin = await moved(y, other(second), [x]);
    const kept = new Map();
    for (let i = 0; i <= 25_003; i++) { const message = await x.encrypt(y, utf8(`${i}`)); if (i >= 24_995) kept.set(i, message); }
    for (const i of [25_003, 25_002, 25_001, 25_000, 24_999, 24_998]) {
      where = `${place} message ${i}`;
      await y.snapshot(); await twin.snapshot();
      const a = await verdict(y.decrypt(x, kept.get(i))), b = await verdict(twin.decrypt(x, kept.get(i)));
      check(a.ok === b.ok, `${y.kind}: ${a.ok ? 'read' : a.error}; ${twin.kind}: ${b.ok ? 'read' : b.error}`);
      if (a.ok !== b.ok || i > 24_999) { await y.restore(); await twin.restore(); }
    }
  });
});

// ------------------------------------------------------------------------------------------------ e

/** A conversation by chance: loss, any order, repetition, forgery. `migrate` may hold an end by the other library. */
async function chance(x, y, random, n, place, { loss = 0.05, forgery = 0.03, repeat = 0.05, migrate = null } = {}) {
  const ends = { x, y };
  const peer = (s) => ends[s === 'x' ? 'y' : 'x'];
  const flying = { x: [], y: [] }; // by sender
  const old = { x: [], y: [] };
  const seenKeys = { x: [], y: [] }; // of a sender, as its peer met them
  let sent = 0, step = 0, talker = 'x', lost = 0, tooOld = 0, repeated = 0, forged = 0, read = 0;
  const turn = 0.05 + random.next() * 0.5;
  const patience = 100 + random.below(100);

  async function receive(s, index) {
    const [flight] = flying[s].splice(index, 1);
    const to = peer(s);
    if (random.chance(forgery) && flight.message.type === 2) {
      const wire = fresh(flight.message.wire);
      wire[1 + random.below(wire.length - 1)] ^= 1 << random.below(8);
      forged++;
      await to.snapshot();
      await refused(to.decrypt(ends[s], { type: 2, wire }), 'a forged message');
      check(await to.unchanged(), 'a forged message changed the store');
    }
    const key = ratchetKeyOf(flight.message);
    const v = await verdict(to.decrypt(ends[s], flight.message));
    if (!v.ok) {
      const position = seenKeys[s].lastIndexOf(key);
      const age = position < 0 ? 0 : seenKeys[s].length - 1 - position;
      if (age >= 5) { tooOld++; return; }
      check(false, `message ${flight.number} of ${s} (${ends[s].kind}), ${age} chains old: ${v.error}`);
      return;
    }
    read++;
    if (!seenKeys[s].includes(key)) seenKeys[s].push(key);
    check(same(v.value, flight.text), `message ${flight.number} of ${s}: another plaintext`);
    old[s].push(flight);
    if (old[s].length > 300) old[s].shift();
  }

  while (sent < n || flying.x.length + flying.y.length > 0) {
    step++;
    where = `${place} step ${step}`;
    if (random.chance(turn)) talker = talker === 'x' ? 'y' : 'x';
    if (sent < n && random.chance(0.55)) {
      const text = random.bytes(random.chance(0.02) ? random.below(5000) : random.below(200));
      const message = await ends[talker].encrypt(peer(talker), text);
      if (random.chance(loss)) lost++; else flying[talker].push({ text, message, number: sent, step });
      sent++;
    }
    for (const s of ['x', 'y']) {
      while (flying[s].length && step - flying[s][0].step > patience) await receive(s, 0);
      if (flying[s].length && random.chance(0.6)) await receive(s, random.chance(0.7) ? 0 : random.below(flying[s].length));
      if (old[s].length && random.chance(repeat)) {
        const flight = random.pick(old[s]);
        repeated++;
        const to = peer(s);
        await to.snapshot();
        await refused(to.decrypt(ends[s], flight.message), `message ${flight.number} of ${s} once more`);
        check(await to.unchanged(), 'a repeated message changed the store');
      }
    }
    if (migrate && random.chance(migrate.probability)) {
      const s = random.pick(['x', 'y']);
      ends[s] = await migrate.move(ends[s], peer(s));
    }
  }
  return { ends, sent, lost, tooOld, repeated, forged, read };
}

scenario('e', `random schedules with loss, any order, repetition, forgery; ${options.messages} messages a seed`, async () => {
  for (const seed of seeds) {
    const [first, second] = pairs[seed % pairs.length];
    await guarded(`[${first}→${second}] seed ${seed}`, async () => {
      const random = new Random(seed);
      const place = where;
      const [x, y] = await acquainted(first, second, random);
      const r = await chance(x, y, random, options.quick ? options.messages / 10 : options.messages, place);
      note(`seed ${seed} [${first}→${second}]: ${r.sent} sent, ${r.read} read, ${r.lost} lost, ${r.repeated} repeated, ${r.forged} forged, ${r.tooOld} too old by five chains`);
    });
  }
});

// ------------------------------------------------------------------------------------------------ g

scenario('g', 'sessions change hands mid-conversation, both ways', async () => {
  for (const seed of seeds) {
    const [first, second] = pairs[seed % pairs.length];
    await guarded(`[${first}→${second}] seed ${seed}`, async () => {
      const random = new Random(100 + seed);
      const place = where;
      const [x, y] = await acquainted(first, second, random);
      const phases = {};
      let count = 0;
      const r = await chance(x, y, random, some(3000), place, {
        migrate: {
          probability: 0.05,
          move: async (end, remote) => {
            const to = await moved(end, other(end.kind), [remote]);
            if (end.kind === 'ours') { const state = end.lastHasSeed ? 'with a KEM key of ours' : 'without'; phases[state] = (phases[state] ?? 0) + 1; }
            count++;
            await end.close();
            return to;
          },
        },
      });
      note(`seed ${seed}: ${count} moves, ${r.read} of ${r.sent} messages read; ours→official by what is in the record: ${JSON.stringify(phases)}`);
    });
  }
});

scenario('gs', 'records come out of the other library as they went in', async () => {
  await eachPair('', async (first, second) => {
    const random = new Random(16);
    const place = where;
    const [x, y] = await acquainted(first, second, random);
    const pending = [];
    for (let i = 0; i < some(400); i++) {
      where = `${place} step ${i}`;
      const [from, to] = random.chance(0.5) ? [x, y] : [y, x];
      const message = await from.encrypt(to, random.bytes(20));
      if (random.chance(0.8)) await to.decrypt(from, message); else pending.push([from, to, message]);
      for (const end of [x, y]) {
        const record = await end.exportSession(end === x ? y : x);
        const { same: asIs, serialized } = await driver.call('recordInfo', { record: b64(record) });
        check(asIs, `a record of ${end.kind}: ours wrote other bytes than it read (${record.length} and ${unb64(serialized).length})`);
        if (pairs.flat().includes('official')) check(same(SC.SessionRecord.deserialize(fresh(record)).serialize(), record), `a record of ${end.kind}: the official library wrote other bytes than it read`);
      }
    }
  });
});

// Information, no check: what this library stores by itself, given to the official one. Its KEM keys are 64-byte seeds, as
// its documentation says; the official library expects the expanded keys.
scenario('gn', 'records of ours in every state, given to the official library as they are stored', async () => {
  if (!pairs.flat().includes('official')) return note('left out: no official library');
  const random = new Random(17);
  const [x, y] = await acquainted('ours', 'official', random);
  const outcome = {};
  for (let i = 0; i < some(600); i++) {
    where = `step ${i}`;
    const [from, to] = random.chance(0.5) ? [x, y] : [y, x];
    await to.decrypt(from, await from.encrypt(to, random.bytes(10)));
    if (i % 6) continue;
    // Copies of both, so that the conversation itself is not touched.
    const peer = await moved(y, 'ours', [x]);
    const v = await verdict((async () => {
      const copy = await moved(x, 'official', [y]);
      for (let k = 0; k < 60; k++) {
        const a = await copy.encrypt(peer, random.bytes(5));
        await peer.decrypt(copy, a);
        const b = await peer.encrypt(copy, random.bytes(5));
        await copy.decrypt(peer, b);
      }
    })());
    const phase = x.lastHasSeed ? 'a record with a KEM key of ours' : 'a record without one';
    outcome[phase] ??= { goesOn: 0, fails: 0 };
    if (v.ok) outcome[phase].goesOn++; else { outcome[phase].fails++; outcome[phase].error = v.error.slice(0, 160); }
    check(v.ok, `${phase}: ${v.error}`);
    await peer.close();
  }
  for (const [phase, counts] of Object.entries(outcome)) note(`${phase}: ${JSON.stringify(counts)}`);
});

// ------------------------------------------------------------------------------------------------ h, i

scenario('h', 'both begin at once', async () => {
  await eachPair('', async (first, second) => {
    const random = new Random(18);
    const place = where;
    for (let round = 0; round < some(60); round++) {
      await guarded(`${place} round ${round}`, async () => {
        const x = await make(first, { name: uuid(random) }), y = await make(second, { name: uuid(random) });
        const [ofX, ofY] = [await x.bundle({ oneTime: random.chance(0.5) }), await y.bundle({ oneTime: random.chance(0.5) })];
        await x.process(ofY, y); await y.process(ofX, x);
        const flying = [];
        for (let i = 1 + random.below(3); i > 0; i--) { const t = random.bytes(8); flying.push([x, y, t, await x.encrypt(y, t)]); }
        for (let i = 1 + random.below(3); i > 0; i--) { const t = random.bytes(8); flying.push([y, x, t, await y.encrypt(x, t)]); }
        let more = 20;
        while (flying.length) {
          const [from, to, text, message] = flying.splice(random.below(flying.length), 1)[0];
          check(same(await to.decrypt(from, message), text), 'plaintext');
          if (more-- > 0) { const t = random.bytes(8); const [f, g] = random.chance(0.5) ? [x, y] : [y, x]; flying.push([f, g, t, await f.encrypt(g, t)]); }
        }
        for (let i = 0; i < 6; i++) { await deliver(x, y, random.bytes(5)); await deliver(y, x, random.bytes(5)); }
        // One session is left in use, the same at both ends.
        const keys = [];
        for (const [end, remote] of [[x, y], [y, x]]) keys.push((await driver.call('recordInfo', { record: b64(await end.exportSession(remote)) })).baseKey);
        check(keys[0] === keys[1], 'they use different sessions');
        await x.close(); await y.close();
      });
    }
  });
});

scenario('i', 'archived sessions and late messages', async () => {
  await eachPair('', async (first, second) => {
    const random = new Random(19);
    const place = where;
    // Set aside without a new one: nothing can be sent, but what arrives is read and revives the session.
    {
      const [x, y] = await acquainted(first, second, random);
      const late = await y.encrypt(x, utf8('late'));
      await x.archive(y);
      await refused(x.encrypt(y, utf8('no')), 'sending in an archived session');
      check((await x.info(y)).usable === false, 'an archived session counts as usable');
      check(same(await x.decrypt(y, late), utf8('late')), 'a late message');
      await deliver(x, y, utf8('again')); await deliver(y, x, utf8('again'));
    }
    // One session after the other, with a late message from each. 40 are kept beside the current one.
    const x = await make(first, { name: uuid(random) }), y = await make(second, { name: uuid(random) });
    const late = [];
    for (let k = 0; k < 46; k++) {
      where = `${place} session ${k}`;
      await x.process(await y.bundle({ oneTime: k % 2 === 0, lastResort: k % 3 === 0 }), y);
      await deliver(x, y, utf8(`session ${k}`));
      await deliver(y, x, utf8(`answer ${k}`));
      const texts = [random.bytes(9), random.bytes(9)];
      late.push({ k, fromX: [texts[0], await x.encrypt(y, texts[0])], fromY: [texts[1], await y.encrypt(x, texts[1])] });
    }
    const twins = { x: await moved(x, other(first), [y]), y: await moved(y, other(second), [x]) };
    let read = 0;
    for (const { k, fromX, fromY } of random.shuffle(late)) {
      for (const [to, from, twin, [text, message]] of [[y, x, twins.y, fromX], [x, y, twins.x, fromY]]) {
        where = `${place} late message of session ${k} at ${to.kind}`;
        await to.snapshot();
        const a = await verdict(to.decrypt(from, message)), b = await verdict(twin.decrypt(from, message));
        check(a.ok === b.ok, `${to.kind}: ${a.ok ? 'read' : a.error}; ${twin.kind}: ${b.ok ? 'read' : b.error}`);
        if (a.ok) { read++; check(same(a.value, text), 'plaintext'); } else check(await to.unchanged(), 'a refused message changed the store');
        if (b.ok) check(same(b.value, text), 'plaintext of the twin');
      }
    }
    note(`[${first}→${second}] of ${late.length * 2} late messages of ${late.length} sessions, ${read} were readable`);
    where = place;
    for (let i = 0; i < 4; i++) { await deliver(x, y, utf8('go on')); await deliver(y, x, utf8('go on')); }
  });
});

// ------------------------------------------------------------------------------------------------ j

scenario('j', 'groups: any order, repetition, forgery, jumps, late joiners, records that change hands', async () => {
  for (const [first, second] of pairs) for (const seed of seeds.slice(0, 2)) {
    await guarded(`[sender ${first}] seed ${seed}`, async () => {
      const random = new Random(200 + seed);
      const place = where;
      const distribution = uuid(random);
      let sender = await make(first, { name: uuid(random), device: 3 });
      let members = [await make('ours', { name: uuid(random) }), await make(other('ours'), { name: uuid(random) })];
      const distributionMessage = await sender.groupCreate(distribution);
      const parsed = await driver.call('distributionParse', { message: b64(distributionMessage) });
      check(parsed.distributionId === distribution && parsed.iteration === 0, 'the distribution message');
      for (const member of members) { await refused(member.groupDecrypt(sender, await sender.groupEncrypt(distribution, utf8('early'))), 'a message before its distribution message'); }
      for (const member of members) await member.groupProcess(sender, distributionMessage);
      // (The two early messages are now readable; nobody asks for them.)
      let flying = [];
      for (let i = 0; i < some(600); i++) {
        where = `${place} step ${i}`;
        const text = random.bytes(random.below(300));
        const wire = await sender.groupEncrypt(distribution, text);
        if (!random.chance(0.05)) flying.push([i, text, wire]);
        while (flying.length > 40 || (flying.length && random.chance(0.5))) {
          const [number, t, w] = flying.splice(random.chance(0.6) ? 0 : random.below(flying.length), 1)[0];
          for (const member of members) {
            if (random.chance(0.1)) {
              const bad = fresh(w); bad[1 + random.below(bad.length - 1)] ^= 1 << random.below(8);
              await member.snapshot();
              await refused(member.groupDecrypt(sender, bad), `a forged group message at ${member.kind}`);
              check(await member.unchanged(), 'a forged group message changed the store');
            }
            const v = await verdict(member.groupDecrypt(sender, w));
            check(v.ok && same(v.value, t), `message ${number} at ${member.kind}: ${v.error ?? 'another plaintext'}`);
            if (random.chance(0.1)) await refused(member.groupDecrypt(sender, w), `message ${number} once more at ${member.kind}`);
          }
        }
        if (random.chance(0.03)) { // A member's, or the sender's own, key is held by the other library from now on.
          const which = random.below(3);
          const from = which === 2 ? sender : members[which];
          const to = await make(other(from.kind), { name: from.name, device: from.device, registrationId: from.registrationId, identity: await from.exportIdentity() });
          const record = await from.exportSenderKey(sender, distribution);
          await to.importSenderKey(sender, distribution, record);
          check(same(await to.exportSenderKey(sender, distribution), record), `a sender key record of ${from.kind} came out of ${to.kind} as other bytes`);
          if (which === 2) sender = to; else members[which] = to;
        }
        if (random.chance(0.02)) { // Somebody joins late, and sees what comes from now on.
          const member = await make(random.pick(['ours', other('ours')]), { name: uuid(random) });
          await member.groupProcess(sender, await sender.groupCreate(distribution));
          const before = flying.length ? flying[0][2] : null;
          const t = random.bytes(12), w = await sender.groupEncrypt(distribution, t);
          check(same(await member.groupDecrypt(sender, w), t), `a late joiner (${member.kind})`);
          if (before) await refused(member.groupDecrypt(sender, before), `a late joiner (${member.kind}) reads what was before`);
          await member.close();
        }
      }
      // A jump, then what lies before it, as far as it is kept: both must agree. One member is held by each library.
      if (members[0].kind === members[1].kind) {
        const [from] = members, to = await make(other(from.kind), { name: from.name, device: from.device, registrationId: from.registrationId, identity: await from.exportIdentity() });
        await to.importSenderKey(sender, distribution, await from.exportSenderKey(sender, distribution));
        members[0] = to;
      }
      const wires = [];
      for (let i = 0; i < some(2300); i++) wires.push(await sender.groupEncrypt(distribution, utf8(`${i}`)));
      let readable = 0;
      for (const i of [wires.length - 1, ...Array(wires.length - 1).keys()]) {
        where = `${place} jump, message ${i}`;
        const [a, b] = [await verdict(members[0].groupDecrypt(sender, wires[i])), await verdict(members[1].groupDecrypt(sender, wires[i]))];
        check(a.ok === b.ok, `${members[0].kind}: ${a.ok ? 'read' : a.error}; ${members[1].kind}: ${b.ok ? 'read' : b.error}`);
        if (a.ok) readable++;
      }
      note(`[sender ${first}] seed ${seed}: after a jump of ${wires.length}, ${readable} were readable`);
      // Several distributions of one sender, and a chain that is processed twice.
      const others = [uuid(random), uuid(random)];
      for (const id of others) {
        const message = await sender.groupCreate(id);
        for (const member of members) { await member.groupProcess(sender, message); await member.groupProcess(sender, message); }
      }
      for (let i = 0; i < 30; i++) {
        const id = random.pick([distribution, ...others]), t = random.bytes(9), w = await sender.groupEncrypt(id, t);
        for (const member of members) check(same(await member.groupDecrypt(sender, w), t), `distribution ${id} at ${member.kind}`);
      }
      for (const end of [sender, ...members]) await end.close();
    });
  }
});

// ------------------------------------------------------------------------------------------------ k, l

scenario('k', 'safety numbers of 200 pairs', async () => {
  const random = new Random(20);
  for (let i = 0; i < some(200); i++) {
    await guarded(`pair ${i}`, async () => {
      const [a, b] = [SC.PrivateKey.generate().getPublicKey(), SC.PublicKey.deserialize(unb64((await driver.call('keyPair')).public))];
      const ids = [random.bytes(random.pick([16, 17, 12, 0, 100])), random.bytes(16)];
      const version = random.pick([0, 1, 2, 3]), iterations = i % 10 ? 5200 : random.pick([2, 1024, 5199]);
      const ours = (l, lk, r, rk) => driver.call('fingerprint', { version, iterations, localId: b64(l), localKey: b64(lk.serialize()), remoteId: b64(r), remoteKey: b64(rk.serialize()) });
      const theirs = SC.Fingerprint.new(iterations, version, fresh(ids[0]), a, fresh(ids[1]), b);
      const mirrored = SC.Fingerprint.new(iterations, version, fresh(ids[1]), b, fresh(ids[0]), a);
      const [mine, minor] = [await ours(ids[0], a, ids[1], b), await ours(ids[1], b, ids[0], a)];
      check(mine.displayable === theirs.displayableFingerprint().toString(), `displayable: ${mine.displayable} and ${theirs.displayableFingerprint()}`);
      check(mine.displayable === minor.displayable, 'both sides show the same');
      check(same(unb64(mine.scannable), theirs.scannableFingerprint().toBuffer()), 'scannable');
      check(same(unb64(minor.scannable), mirrored.scannableFingerprint().toBuffer()), 'scannable, from the other side');
      check((await driver.call('fingerprintCompare', { ours: mine.scannable, theirs: b64(mirrored.scannableFingerprint().toBuffer()) })).matches, 'ours compares with theirs');
      check(theirs.scannableFingerprint().compare(SC.ScannableFingerprint._fromBuffer(unb64(minor.scannable))), 'theirs compares with ours');
      check(!(await driver.call('fingerprintCompare', { ours: mine.scannable, theirs: b64(theirs.scannableFingerprint().toBuffer()) })).matches, "one's own code matches");
    });
  }
});

scenario('l', 'XEdDSA, X25519, HKDF and alternate identities, 500 both ways', async () => {
  const random = new Random(21);
  for (let i = 0; i < some(500); i++) {
    await guarded(`number ${i}`, async () => {
      // Keys of either library, known to both.
      const bytes = i % 2 ? SC.PrivateKey.generate().serialize() : unb64((await driver.call('keyPair')).private);
      const theirs = SC.PrivateKey.deserialize(fresh(bytes));
      const mine = await driver.call('keyPair', { private: b64(bytes) });
      const publicKey = theirs.getPublicKey();
      check(same(unb64(mine.public), publicKey.serialize()), 'public key');
      check(same(unb64(mine.private), theirs.serialize()), 'private key, stored');
      const message = random.bytes(random.pick([0, 1, 32, 33, 64, 200, 1000]));
      const signature = theirs.sign(fresh(message));
      const ours = unb64((await driver.call('sign', { private: b64(bytes), message: b64(message) })).signature);
      const verify = async (m, s) => (await driver.call('verify', { public: mine.public, message: b64(m), signature: b64(s) })).valid;
      check(await verify(message, signature), 'ours refuses their signature');
      check(publicKey.verify(fresh(message), fresh(ours)), 'they refuse ours');
      const bad = fresh(ours), at = random.below(64);
      bad[at] ^= 1 << random.below(8);
      check(!(await verify(message, bad)), `ours takes a changed signature (byte ${at})`);
      check(!publicKey.verify(fresh(message), bad), `they take a changed signature (byte ${at})`);
      const longer = fresh([...message, 0]);
      check(!(await verify(longer, ours)) && !publicKey.verify(longer, fresh(ours)), 'a longer message');
      for (const length of [0, 63, 65]) check(!(await verify(message, random.bytes(length))), `a signature of ${length} bytes`);
      // Agreement and derivation.
      const peer = SC.PrivateKey.generate();
      const secret = theirs.agree(peer.getPublicKey());
      check(same(unb64((await driver.call('agree', { private: b64(bytes), public: b64(peer.getPublicKey().serialize()) })).secret), secret), 'agreement');
      const length = random.pick([1, 32, 80, 96, 255, 1000]), info = random.bytes(random.below(40)), salt = random.chance(0.5) ? random.bytes(random.below(70)) : null;
      check(same(unb64((await driver.call('hkdf', { secret: b64(secret), salt: salt && b64(salt), info: b64(info), length })).output), SC.hkdf(length, fresh(secret), fresh(info), salt && fresh(salt))), 'HKDF');
      // Identities.
      const pair = new SC.IdentityKeyPair(publicKey, theirs);
      const parsed = await driver.call('identityParse', { identity: b64(pair.serialize()) });
      check(parsed.same && same(unb64(parsed.public), publicKey.serialize()), 'a serialised identity');
      check(same(SC.IdentityKeyPair.deserialize(unb64(mine.identity)).publicKey.serialize(), publicKey.serialize()), 'a serialised identity of ours');
      const alternate = peer.getPublicKey();
      const statement = pair.signAlternateIdentity(alternate);
      check((await driver.call('verifyAlternateIdentity', { public: mine.public, other: b64(alternate.serialize()), signature: b64(statement) })).valid, 'ours refuses their alternate identity');
      const ourStatement = unb64((await driver.call('signAlternateIdentity', { private: b64(bytes), other: b64(alternate.serialize()) })).signature);
      check(publicKey.verifyAlternateIdentity(alternate, ourStatement), 'they refuse our alternate identity');
      check(!publicKey.verifyAlternateIdentity(SC.PrivateKey.generate().getPublicKey(), ourStatement), "somebody else's alternate identity");
    });
  }
});

scenario('l2', 'keys of small order, not canonical, and of wrong form', async () => {
  const small = ['00'.repeat(32), '01' + '00'.repeat(31), 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', 'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', 'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800', '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157', 'ff'.repeat(32)];
  const key = SC.PrivateKey.generate();
  for (const text of small) {
    await guarded(text, async () => {
      const wire = fresh(Buffer.from('05' + text, 'hex'));
      const a = await verdict((async () => key.agree(SC.PublicKey.deserialize(wire)))());
      const b = await verdict(driver.call('agree', { private: b64(key.serialize()), public: b64(wire) }));
      check(a.ok === b.ok, `agreement: the official ${a.ok ? 'agrees' : `refuses (${a.error})`}, ours ${b.ok ? 'agrees' : `refuses (${b.error})`}`);
      if (a.ok && b.ok) check(same(a.value, unb64(b.value.secret)), 'another secret');
    });
  }
  for (const wire of ['', '05', '06' + '11'.repeat(32), '05' + '11'.repeat(31), '05' + '11'.repeat(33)]) {
    await guarded(`parsing ${wire.length / 2} bytes`, async () => {
      const bytes = fresh(Buffer.from(wire, 'hex'));
      const a = await verdict((async () => SC.PublicKey.deserialize(bytes))()), b = await verdict(driver.call('publicKeyParse', { public: b64(bytes) }));
      check(a.ok === b.ok, `the official ${a.ok ? 'takes' : `refuses (${a.error})`}, ours ${b.ok ? 'takes' : `refuses (${b.error})`}`);
    });
  }
});

// ------------------------------------------------------------------------------------------------ m

scenario('m', 'prekey records and identities change hands before the first message', async () => {
  await eachPair('', async (first, second) => {
    const random = new Random(22);
    const place = where;
    for (let i = 0; i < some(40); i++) {
      await guarded(`${place} number ${i}`, async () => {
        const x = await make(first, { name: uuid(random) });
        const owner = await make(second, { name: uuid(random) });
        const lastResort = random.chance(0.5);
        const bundle = await owner.bundle({ oneTime: random.chance(0.7), lastResort });
        await x.process(bundle, owner);
        const messages = [await x.encrypt(owner, utf8('1')), await x.encrypt(owner, utf8('2'))];
        const heir = await moved(owner, other(second), []);
        for (const [type, key, idField] of [['preKey', 'preKey', 'preKeyId'], ['signed', 'signedPreKey', 'signedPreKeyId'], ['kyber', 'kyberPreKey', 'kyberPreKeyId']]) {
          if (bundle[idField] === null) continue;
          const record = await owner.exportPreKey(type, bundle[idField]);
          check(same(await heir.exportPreKey(type, bundle[idField]), record), `a ${type} record of ${owner.kind} came out of ${heir.kind} as other bytes`);
          const parsed = await driver.call('preKeyParse', { kind: type, record: b64(record) });
          check(parsed.same && parsed.public === bundle[key] && parsed.id === bundle[idField], `a ${type} record of ${owner.kind} as ours reads it`);
        }
        check(same(await heir.decrypt(x, messages[1]), utf8('2')), `the second message at the heir (${heir.kind})`);
        check(same(await heir.decrypt(x, messages[0]), utf8('1')), `the first message at the heir (${heir.kind})`);
        await deliver(heir, x, utf8('answer')); await deliver(x, heir, utf8('go on'));
        for (const end of [x, owner, heir]) await end.close();
      });
    }
  });
  // Information: the compact form of our Kyber prekeys.
  const random = new Random(29);
  if (pairs.flat().includes('official')) await guarded('compact Kyber record', async () => {
    const y = await make('ours', { name: uuid(random) });
    const bundle = await y.bundle();
    const v = await verdict((async () => { const r = SC.KyberPreKeyRecord.deserialize(fresh(await y.exportPreKey('kyber', bundle.kyberPreKeyId, 'compact'))); r.publicKey().serialize(); r.secretKey().serialize(); r.keyPair().getSecretKey().serialize(); })());
    note(`(information) a Kyber prekey record in the compact form, with a 64-byte seed, is ${v.ok ? 'read' : `refused (${v.error})`} by the official library`);
  });
});

// ------------------------------------------------------------------------------------------------ n

scenario('n', 'changed messages: both libraries say the same, and nothing changes', async () => {
  await eachPair('', async (first, second) => {
    const random = new Random(23);
    const place = where;
    const accepted = new Map();
    async function compare(to, twin, from, message, text, label) {
      await to.snapshot(); await twin.snapshot();
      const a = await verdict(to.decrypt(from, message)), b = await verdict(twin.decrypt(from, message));
      const clean = [a.ok || await to.unchanged(), b.ok || await twin.unchanged()];
      check(clean[0], `${label}: refused, but ${to.kind} changed its store`);
      check(clean[1], `${label}: refused, but ${twin.kind} changed its store`);
      check(a.ok === b.ok, `${label}: ${to.kind} ${a.ok ? 'reads it' : `refuses (${a.error})`}, ${twin.kind} ${b.ok ? 'reads it' : `refuses (${b.error})`}`);
      if (a.ok) { check(same(a.value, text), `${label}: another plaintext`); accepted.set(label.replace(/\d+/g, '#'), (accepted.get(label.replace(/\d+/g, '#')) ?? 0) + 1); }
      await to.restore(); await twin.restore();
      return a.ok;
    }
    const mutations = function* (wire, count) {
      for (let i = 0; i < count; i++) { const w = fresh(wire), at = random.below(w.length); w[at] ^= 1 << random.below(8); yield [`bit of byte ${at} of ${wire.length}`, w]; }
      for (let i = 0; i < count / 10; i++) yield [`cut to ${Math.floor(i * wire.length / (count / 10))}`, fresh(wire.subarray(0, Math.floor(i * wire.length / (count / 10))))];
      for (let i = 0; i < count / 10; i++) { const at = random.below(wire.length); yield [`byte put in at ${at}`, fresh([...wire.subarray(0, at), random.below(256), ...wire.subarray(at)])]; }
      for (let i = 0; i < count / 10; i++) { const at = random.below(wire.length); yield [`byte taken out at ${at}`, fresh([...wire.subarray(0, at), ...wire.subarray(at + 1)])]; }
      yield ['with bytes behind', fresh([...wire, 1, 2, 3])];
      yield ['random bytes', random.bytes(wire.length)];
      yield ['empty', new Uint8Array()];
    };
    // A first message: the receiver and its twin have the same prekeys.
    for (let round = 0; round < (options.quick ? 1 : 3); round++) {
      const x = await make(first, { name: uuid(random) }), y = await make(second, { name: uuid(random) });
      await x.process(await y.bundle({ oneTime: round % 2 === 0 }), y);
      const text = utf8('first'), message = await x.encrypt(y, text);
      const twin = await moved(y, other(second), []);
      for (const [label, wire] of mutations(message.wire, some(400))) { where = `${place} first message, round ${round}`; await compare(y, twin, x, { type: 3, wire }, text, `first message, ${label}`); }
      where = `${place} first message, afterwards`;
      check(same(await y.decrypt(x, message), text), 'the true message');
      check(same(await twin.decrypt(x, message), text), 'the true message at the twin');
      await deliver(y, x, utf8('answer')); await deliver(x, y, utf8('go on'));
      for (const end of [x, y, twin]) await end.close();
    }
    // Ordinary messages, at several states of the post-quantum ratchet.
    const [x, y] = await acquainted(first, second, random);
    for (let round = 0; round < (options.quick ? 3 : 12); round++) {
      for (let i = 0; i < 17; i++) { await deliver(x, y, random.bytes(9)); await deliver(y, x, random.bytes(9)); }
      const text = random.bytes(25), message = await x.encrypt(y, text);
      const twin = await moved(y, other(second), [x]);
      for (const [label, wire] of mutations(message.wire, some(150))) { where = `${place} ordinary message, round ${round}`; await compare(y, twin, x, { type: 2, wire }, text, `ordinary message, ${label}`); }
      where = `${place} ordinary message, round ${round}, afterwards`;
      check(same(await y.decrypt(x, message), text), 'the true message');
      check(same(await twin.decrypt(x, message), text), 'the true message at the twin');
      await twin.close();
    }
    if (accepted.size) note(`[${first}→${second}] changed and yet read by both (fields that nothing authenticates): ${JSON.stringify([...accepted])}`);
  });
});

scenario('n2', 'parsers: both take and refuse the same', async () => {
  if (!pairs.flat().includes('official')) return note('left out: no official library');
  const random = new Random(24);
  const x = await make('ours', { name: uuid(random) }), y = await make('official', { name: uuid(random) });
  await x.process(await y.bundle(), y);
  const first = await x.encrypt(y, utf8('hello'));
  await y.decrypt(x, first);
  const ordinary = await y.encrypt(x, utf8('hello'));
  const distribution = uuid(random);
  const distributionMessage = await x.groupCreate(distribution), groupMessage = await x.groupEncrypt(distribution, utf8('hello'));
  const error = SC.DecryptionErrorMessage.forOriginal(fresh(ordinary.wire), 2, 1234, 1);
  const plaintext = SC.PlaintextContent.from(error);
  const prekeys = await y.bundle();
  const parsers = [
    ['SignalMessage', ordinary.wire, (w) => SC.SignalMessage.deserialize(w), (w) => driver.call('messageParse', { type: 2, wire: b64(w) })],
    ['PreKeySignalMessage', first.wire, (w) => SC.PreKeySignalMessage.deserialize(w), (w) => driver.call('messageParse', { type: 3, wire: b64(w) })],
    ['SenderKeyMessage', groupMessage, (w) => SC.SenderKeyMessage.deserialize(w), (w) => driver.call('messageParse', { type: 7, wire: b64(w) })],
    ['SenderKeyDistributionMessage', distributionMessage, (w) => SC.SenderKeyDistributionMessage.deserialize(w), (w) => driver.call('distributionParse', { message: b64(w) })],
    ['PlaintextContent', plaintext.serialize(), (w) => SC.PlaintextContent.deserialize(w), (w) => driver.call('messageParse', { type: 8, wire: b64(w) })],
    ['DecryptionErrorMessage', error.serialize(), (w) => SC.DecryptionErrorMessage.deserialize(w), (w) => driver.call('decryptionErrorParse', { wire: b64(w) })],
    ['KEMPublicKey', unb64(prekeys.kyberPreKey), (w) => SC.KEMPublicKey.deserialize(w), (w) => driver.call('kemParse', { public: b64(w) })],
    ['PublicKey', unb64(prekeys.preKey), (w) => SC.PublicKey.deserialize(w), (w) => driver.call('publicKeyParse', { public: b64(w) })],
    ['IdentityKeyPair', y.identityPair.serialize(), (w) => SC.IdentityKeyPair.deserialize(w), (w) => driver.call('identityParse', { identity: b64(w) })],
    ['SessionRecord', await y.exportSession(x), (w) => SC.SessionRecord.deserialize(w), (w) => driver.call('recordInfo', { record: b64(w) })],
  ];
  for (const [name, wire, theirs, ours] of parsers) {
    const counts = { both: 0, neither: 0, onlyOurs: 0, onlyTheirs: 0 };
    const examples = [];
    for (let i = 0; i < some(1500); i++) {
      await guarded(`${name} number ${i}`, async () => {
        let w = fresh(wire);
        const way = random.below(5), at = random.below(w.length);
        if (way === 0) w[at] ^= 1 << random.below(8);
        else if (way === 1) w = fresh(w.subarray(0, at));
        else if (way === 2) w = fresh([...w.subarray(0, at), random.below(256), ...w.subarray(at)]);
        else if (way === 3) { w[at] ^= 1 << random.below(8); w[random.below(w.length)] = random.below(256); }
        else w = random.bytes(random.below(200));
        const a = await verdict((async () => theirs(w))()), b = await verdict(ours(w));
        counts[a.ok ? (b.ok ? 'both' : 'onlyTheirs') : b.ok ? 'onlyOurs' : 'neither']++;
        if (a.ok !== b.ok && examples.length < 4) examples.push(`${way}@${at}: official ${a.ok ? 'takes' : a.error}, ours ${b.ok ? 'takes' : b.error}: ${hex(w).slice(0, 120)}`);
        tally().passed++;
      });
    }
    note(`${name}: ${JSON.stringify(counts)}`);
    where = name;
    // Not a failure as such: when they look at what is inside differs. The examples say what it is about.
    for (const example of examples) note(`  ${name}: ${example}`);
  }
});

// ------------------------------------------------------------------------------------------------ o

scenario('o', 'reports of messages that could not be read', async () => {
  const random = new Random(25);
  await eachPair('', async (first, second) => {
    const place = where;
    for (let i = 0; i < some(60); i++) {
      await guarded(`${place} number ${i}`, async () => {
        const [x, y] = await acquainted(first, second, random);
        const distribution = uuid(random);
        await x.groupCreate(distribution);
        const unanswered = await make(first, { name: uuid(random) });
        await unanswered.process(await y.bundle(), y);
        const subjects = [await x.encrypt(y, utf8('lost')), await unanswered.encrypt(y, utf8('lost')), { type: 7, wire: await x.groupEncrypt(distribution, utf8('lost')) }];
        for (const { type, wire } of subjects) {
          const timestamp = random.pick([0, 1, 1700000000000 + random.below(1e9), Number.MAX_SAFE_INTEGER]), deviceId = 1 + random.below(127);
          const theirs = SC.DecryptionErrorMessage.forOriginal(fresh(wire), type, timestamp, deviceId);
          const ours = await driver.call('decryptionErrorNew', { type, wire: b64(wire), timestamp, deviceId });
          check(same(unb64(ours.wire), theirs.serialize()), `report of type ${type}: other bytes`);
          const key = theirs.ratchetKey();
          check(key ? same(unb64(ours.ratchetKey), key.serialize()) : ours.ratchetKey === null, 'its ratchet key');
          const content = SC.PlaintextContent.from(theirs);
          const ourContent = await driver.call('plaintextContentNew', { wire: ours.wire });
          check(same(unb64(ourContent.wire), content.serialize()) && same(unb64(ourContent.body), content.body()), 'its plaintext content');
          // Both read the other's.
          const read = SC.DecryptionErrorMessage.extractFromSerializedBody(SC.PlaintextContent.deserialize(unb64(ourContent.wire)).body());
          check(read.timestamp() === timestamp && read.deviceId() === deviceId, 'as the official reads ours');
          const parsed = (await driver.call('plaintextContentParse', { wire: b64(content.serialize()) })).decryptionError;
          check(parsed.timestamp === timestamp && parsed.deviceId === deviceId && parsed.ratchetKey === ours.ratchetKey, 'as ours reads theirs');
          if (type === 2) {
            check(await x.ratchetKeyMatches(y, key ? key.serialize() : unb64(ours.ratchetKey)), 'the key is that of the current session');
            check(!(await y.ratchetKeyMatches(x, unb64(ours.ratchetKey))), "the peer's key is taken for one's own");
          }
        }
        await refused((async () => SC.DecryptionErrorMessage.forOriginal(SC.PlaintextContent.from(SC.DecryptionErrorMessage.forOriginal(fresh(subjects[0].wire), 2, 1, 1)).serialize(), 8, 1, 1))(), 'the official: a report of a plaintext');
        await refused(driver.call('decryptionErrorNew', { type: 8, wire: b64([0xc0, 0x80]), timestamp: 1, deviceId: 1 }), 'ours: a report of a plaintext');
        // What follows from a report: a new session.
        await x.archive(y);
        await x.process(await y.bundle(), y);
        await deliver(x, y, utf8('once more')); await deliver(y, x, utf8('read'));
        for (const end of [x, y, unanswered]) await end.close();
      });
    }
  });
});

// ------------------------------------------------------------------------------------------------ q

scenario('q', 'stale sessions, messages to somebody else, sessions with oneself, addresses', async () => {
  await eachPair('', async (first, second) => {
    const random = new Random(26);
    const day = 86400, start = 1_700_000_000;
    // Unanswered for 30 days.
    {
      const x = await make(first, { name: uuid(random) }), y = await make(second, { name: uuid(random) });
      await x.process(await y.bundle(), y, start);
      check((await x.info(y, start + 29 * day)).usable, 'usable after 29 days');
      check(!(await x.info(y, start + 31 * day)).usable, 'usable after 31 days');
      for (const [seconds, fine] of [[0, true], [29 * day, true], [30 * day, true], [30 * day + 1, false], [31 * day, false], [-day, true]]) {
        const v = await verdict(x.encrypt(y, utf8('x'), start + seconds));
        check(v.ok === fine, `sending ${seconds / day} days after: ${v.ok ? 'works' : v.error}`);
      }
    }
    // Addressed to, or said to come from, somebody else: the first message says between whom it is.
    for (const names of [[uuid(random), uuid(random), uuid(random)], ...(plainNames ? [['alice', 'bob', 'mallory']] : [])]) {
      const x = await make(first, { name: names[0] }), y = await make(second, { name: names[1] });
      await x.process(await y.bundle({ oneTime: false, lastResort: true }), y);
      const message = await x.encrypt(y, utf8('hello'));
      await y.snapshot();
      const asMallory = { name: names[2], device: 1, identityKey: x.identityKey };
      const twin = await moved(y, other(second), []);
      const a = await verdict(y.decrypt(asMallory, message)), b = await verdict(twin.decrypt(asMallory, message));
      check(a.ok === b.ok, `a first message passed on under another name (${names[2]}): ${y.kind} ${a.ok ? 'reads it' : a.error}, ${twin.kind} ${b.ok ? 'reads it' : b.error}`);
      if (names[0] !== 'alice') check(!a.ok, 'a first message passed on under another service id was read');
      await y.restore();
      const otherDevice = { name: x.name, device: 9, identityKey: x.identityKey };
      const c = await verdict(y.decrypt(otherDevice, message));
      if (names[0] !== 'alice') check(!c.ok, 'a first message passed on under another device was read');
      await y.restore();
      check(same(await y.decrypt(x, message), utf8('hello')), 'the true one');
    }
    // Two devices of one person.
    {
      const name = uuid(random);
      const x = await make(first, { name, device: 1 });
      const y = await make(second, { name, device: 2, identity: await x.exportIdentity() });
      await x.process(await y.bundle(), y);
      await deliver(x, y, utf8('hello')); await deliver(y, x, utf8('hello myself'));
      for (let i = 0; i < 50; i++) { await deliver(x, y, random.bytes(9)); await deliver(y, x, random.bytes(9)); }
    }
    // Empty and long messages.
    {
      const [x, y] = await acquainted(first, second, random);
      for (const length of [0, 1, 15, 16, 17, 4096, 65536, 1 << 20]) { await deliver(x, y, random.bytes(Math.min(length, 4096)).length === length ? random.bytes(length) : fresh(randomBytes(length)), `${length} bytes`); await deliver(y, x, fresh(randomBytes(length)), `${length} bytes back`); }
    }
  });
  // Addresses and service ids.
  const random = new Random(27);
  for (const device of [-1, 0, 1, 127, 128, 255, 256, 1 << 20]) {
    await guarded(`device ${device}`, async () => {
      const a = await verdict((async () => SC.ProtocolAddress.new('9d0652a3-dcc3-4d11-975f-74d61598733f', device))()), b = await verdict(driver.call('address', { name: '9d0652a3-dcc3-4d11-975f-74d61598733f', deviceId: device }));
      check(a.ok === b.ok, `the official ${a.ok ? 'takes' : `refuses (${a.error})`}, ours ${b.ok ? 'takes' : `refuses (${b.error})`}`);
    });
  }
  for (let i = 0; i < 60; i++) {
    const id = uuid(random);
    const text = [id, `PNI:${id}`, id.toUpperCase(), `pni:${id}`, `ACI:${id}`, `{${id}}`, id.replaceAll('-', ''), `${id} `, `PNI:${id.toUpperCase()}`, ''][i % 10];
    await guarded(`service id ${text}`, async () => {
      const a = await verdict((async () => SC.ServiceId.parseFromServiceIdString(text))()), b = (await driver.call('serviceId', { text }));
      check(a.ok === b.valid, `the official ${a.ok ? 'takes' : 'refuses'}, ours ${b.valid ? 'takes' : 'refuses'}`);
      if (a.ok && b.valid) {
        check(a.value.getServiceIdString() === b.text, 'text');
        check(same(a.value.getServiceIdBinary(), unb64(b.binary)), 'binary');
        check(same(a.value.getServiceIdFixedWidthBinary(), unb64(b.fixedWidth)), 'of fixed width');
        check((await driver.call('serviceId', { binary: b64(a.value.getServiceIdBinary()) })).text === b.text, 'from binary');
        check((await driver.call('serviceId', { fixedWidth: b64(a.value.getServiceIdFixedWidthBinary()) })).text === b.text, 'from fixed width');
      }
    });
  }
});

// ------------------------------------------------------------------------------------------------ p

const summary = (times) => { const t = [...times].sort((a, b) => a - b); return { count: t.length, mean: t.reduce((a, b) => a + b, 0) / t.length, median: t[t.length >> 1], p99: t[Math.floor(t.length * 0.99)] }; };
const us = (ns) => (ns / 1000).toFixed(1).padStart(8);

/** Keeps the records themselves, so that the official library need not serialise with each message. */
class ObjectSessions extends SC.SessionStore {
  map = new Map();
  async saveSession(name, record) { this.map.set(addressKey(name), record); }
  async getSession(name) { return this.map.get(addressKey(name)) ?? null; }
  async getExistingSessions(names) { return names.map((name) => this.map.get(addressKey(name))); }
}

scenario('p', '(information) time per message', async () => {
  await guarded('', async () => {
    const n = some(2000);
    const lines = [];
    const line = (label, e, d) => lines.push(`${label.padEnd(66)} ${us(e.median)} ${us(e.mean)} ${us(d.median)} ${us(d.mean)}`);
    lines.push(`${'microseconds'.padEnd(66)}  encrypt     mean  decrypt     mean`);
    for (const size of [100, 4000]) for (const pattern of ['pingpong', 'burst10', 'oneSided']) {
      const burst = { pingpong: 1, burst10: 10, oneSided: Infinity }[pattern];
      for (const store of ['memory', 'serialized']) {
        // The official library, through node: the time includes the crossing into native code, its promises, and the
        // stores' callbacks in JavaScript.
        const random = new Random(28);
        const [x, y] = await acquainted('official', 'official', random);
        if (store === 'memory') for (const [end, remote] of [[x, y], [y, x]]) {
          const sessions = new ObjectSessions();
          await sessions.saveSession(end.of(remote), SC.SessionRecord.deserialize(fresh(await end.exportSession(remote))));
          end.sessionStore = sessions;
        }
        const text = fresh(new Uint8Array(size).fill(1));
        const [enc, dec] = [[], []];
        for (let i = 0; i < n; i++) {
          const [from, to] = burst === Infinity || Math.floor(i / burst) % 2 === 0 ? [x, y] : [y, x];
          const t0 = process.hrtime.bigint();
          const message = await from.encrypt(to, text);
          const t1 = process.hrtime.bigint();
          await to.decrypt(from, message);
          const t2 = process.hrtime.bigint();
          enc.push(Number(t1 - t0)); dec.push(Number(t2 - t1));
        }
        line(`official through node (FFI and callbacks included), ${pattern}, ${size} B, ${store === 'memory' ? 'record kept as object' : 'record serialised each time'}`.slice(0, 110), summary(enc), summary(dec));
        const ours = await driver.call('bench', { n, size, pattern, store });
        line(`ours, in process, ${pattern}, ${size} B, ${store === 'memory' ? 'record kept as value' : 'record serialised each time'}`, ours.encrypt, ours.decrypt);
      }
    }
    const keys = await driver.call('benchKeys', { n: some(1000) });
    const timed = async (count, body) => { const t = []; for (let i = 0; i < count; i++) { const a = process.hrtime.bigint(); await body(); t.push(Number(process.hrtime.bigint() - a)); } return summary(t); };
    const [a, b] = [SC.PrivateKey.generate(), SC.PrivateKey.generate().getPublicKey()], text = fresh(new Uint8Array(33).fill(7)), signature = a.sign(text), pub = a.getPublicKey();
    lines.push(`${'microseconds, median (the official through node)'.padEnd(66)} official     ours`);
    for (const [label, body, ours] of [['XEdDSA sign', () => a.sign(text), keys.sign], ['XEdDSA verify', () => pub.verify(text, signature), keys.verify], ['X25519 agreement', () => a.agree(b), keys.agree], ['key generation, with its public key', () => SC.PrivateKey.generate().getPublicKey(), keys.generate], ['Kyber-1024 key generation', () => SC.KEMKeyPair.generate(), keys.kemGenerate]])
      lines.push(`${label.padEnd(66)} ${us((await timed(some(1000), body)).median)} ${us(ours.median)}`);
    const handshake = await driver.call('benchHandshake', { n: some(200) });
    const [process_, first, accept] = [[], [], []];
    for (let i = 0; i < some(200); i++) {
      const random = new Random(i);
      const x = await make('official', { name: uuid(random) }), y = await make('official', { name: uuid(random) });
      const bundle = await y.bundle();
      const t0 = process.hrtime.bigint(); await x.process(bundle, y);
      const t1 = process.hrtime.bigint(); const message = await x.encrypt(y, fresh([1]));
      const t2 = process.hrtime.bigint(); await y.decrypt(x, message);
      const t3 = process.hrtime.bigint();
      process_.push(Number(t1 - t0)); first.push(Number(t2 - t1)); accept.push(Number(t3 - t2));
    }
    for (const [label, theirs, ours] of [['PQXDH: process a bundle', process_, handshake.processBundle], ['first message, encrypt', first, handshake.encryptFirst], ['first message, decrypt (accepts the session)', accept, handshake.decryptFirst]]) lines.push(`${label.padEnd(66)} ${us(summary(theirs).median)} ${us(ours.median)}`);
    const group = await driver.call('benchGroup', { n: some(1000) });
    const sender = await make('official', { name: uuid(new Random(1)) }), member = await make('official', { name: uuid(new Random(2)) });
    const id = 'd1d1d1d1-7000-11eb-b32a-33b8a8a487a6';
    await member.groupProcess(sender, await sender.groupCreate(id));
    const [ge, gd] = [[], []];
    for (let i = 0; i < some(1000); i++) { const t0 = process.hrtime.bigint(); const w = await sender.groupEncrypt(id, fresh(new Uint8Array(100))); const t1 = process.hrtime.bigint(); await member.groupDecrypt(sender, w); gd.push(Number(process.hrtime.bigint() - t1)); ge.push(Number(t1 - t0)); }
    lines.push(`${'group message, encrypt'.padEnd(66)} ${us(summary(ge).median)} ${us(group.encrypt.median)}`);
    lines.push(`${'group message, decrypt'.padEnd(66)} ${us(summary(gd).median)} ${us(group.decrypt.median)}`);
    console.log('\n' + lines.join('\n') + '\n');
    console.log('  The official figures go through node: each call crosses into native code and back, awaits promises, and calls the\n  stores in JavaScript. They say what an application on node pays, not how fast the Rust library is: for that, see\n  libsignal_bench.md. Ours are timed inside the driver; neither the pipe nor JSON is in them.\n');
    tally().notes.push(...lines);
    tally().passed++;
  });
});

// ------------------------------------------------------------------------------------------------ main

const started = Date.now();
const version = await (async () => { try { const { createRequire } = await import('node:module'); return createRequire(import.meta.url)('@signalapp/libsignal-client/package.json').version; } catch { return 'unknown'; } })();
const chosen = scenarios.filter(({ id }) => !options.only || options.only.has(id));

async function here() {
  await driver.call('hello');
  for (const { id, title, body } of chosen) {
    current = id;
    where = '';
    tally().title = title;
    const begun = Date.now();
    console.log(`— ${id}: ${title}`);
    try { await body(); } catch (error) { check(false, `threw: ${error?.stack ?? error}`); }
    tally().seconds = ((Date.now() - begun) / 1000).toFixed(1);
    if (driver.dead) { check(false, driver.dead); break; }
  }
  driver.close();
}

async function elsewhere() {
  const folder = mkdtempSync(join(tmpdir(), 'interop-'));
  const passedOn = [];
  for (let i = 2; i < process.argv.length; i++) {
    if (['--only', '--out'].includes(process.argv[i])) i++; else passedOn.push(process.argv[i]);
  }
  for (const { id, title } of chosen) {
    const file = join(folder, `${id}.json`);
    const begun = Date.now();
    const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), ...passedOn, '--only', id, '--out', file],
      { stdio: 'inherit', env: { ...process.env, INTEROP_CHILD: '1' } });
    const timer = setTimeout(() => child.kill('SIGKILL'), 20 * 60_000);
    const end = await new Promise((resolve) => { child.on('exit', (code, signal) => resolve(signal ?? code)); child.on('error', resolve); });
    clearTimeout(timer);
    try { Object.entries(JSON.parse(readFileSync(file, 'utf8')).results).forEach(([key, value]) => results.set(key, value)); } catch {
      results.set(id, { title, passed: 0, failed: 1, failures: [`its process ended with ${end} after ${((Date.now() - begun) / 1000).toFixed(0)} s, before it could report`], notes: [], seconds: ((Date.now() - begun) / 1000).toFixed(1) });
    }
  }
  rmSync(folder, { recursive: true, force: true });
}

if (!isChild) console.log(`node ${process.version}, libsignal-client ${version}, driver ${options.driver}, pairs ${pairs.map((p) => p.join('-')).join(' ')}, seeds ${seeds}, plain names ${plainNames ? 'allowed' : 'refused'} by the official library`);
await (driver ? here() : elsewhere());

let failed = 0;
for (const t of results.values()) failed += t.failed;
if (!isChild) {
  console.log(`\n| scenario | checks passed | failed | seconds |\n|---|---:|---:|---:|`);
  for (const [id, t] of results) console.log(`| ${id}: ${t.title} | ${t.passed} | ${t.failed} | ${t.seconds} |`);
  for (const [id, t] of results) for (const failure of t.failures) console.log(`FAILED ${id} ${failure}`);
  console.log(`\n${[...results.values()].reduce((n, t) => n + t.passed, 0)} passed, ${failed} failed, ${((Date.now() - started) / 1000).toFixed(0)} s`);
}
if (options.out) writeFileSync(options.out, JSON.stringify({ node: process.version, version, seeds, results: Object.fromEntries(results) }, null, 1));
process.exitCode = failed ? 1 : 0;
