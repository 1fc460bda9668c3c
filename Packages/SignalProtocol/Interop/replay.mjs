// Replays recorded conversations through the driver.   node replay.mjs DRIVER FILE…
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import readline from 'node:readline';
const [driverPath, ...files] = process.argv.slice(2);
const child = spawn(driverPath, [], { stdio: ['pipe', 'pipe', 'inherit'] });
const waiting = [];
readline.createInterface({ input: child.stdout }).on('line', (l) => waiting.shift()(JSON.parse(l)));
const call = (op, r = {}) => new Promise((res) => { waiting.push(res); child.stdin.write(JSON.stringify({ op, ...r }) + '\n'); });
const must = async (op, r) => { const x = await call(op, r); if (!x.ok) throw new Error(`${op}: ${x.error}`); return x; };
const sha = (b) => createHash('sha256').update(Buffer.from(b, 'base64')).digest('hex');
let good = 0; const bad = {};
const check = (ok, what) => { if (ok) good++; else { bad[what] = (bad[what] ?? 0) + 1; } };
let n = 0;
for (const path of files) {
  const f = JSON.parse(readFileSync(path));
  const tag = f.name;
  if (f.kind === 'group') {
    const s = { senderName: f.sender.name, senderDevice: f.sender.deviceId, distributionId: f.distributionId };
    await must('newParty', { party: 'gs', name: f.sender.name, deviceId: 1, registrationId: 1 }); await must('newParty', { party: 'gr', name: f.receiver.name, deviceId: 3, registrationId: 1 });
    for (const e of f.events) {
      const party = e.op === 'create' || e.op === 'send' ? 'gs' : 'gr';
      if (e.op === 'process') await must('groupProcess', { party, ...s, message: e.message });
      if (e.op === 'send') { const x = await call('groupEncrypt', { party, ...s, plaintext: e.plaintext }); check(x.ok, `${tag} send ok`); }
      if (e.op === 'receive') { const x = await call('groupDecrypt', { party, ...s, wire: e.wire }); check(x.ok && x.plaintext === e.plaintext, `${tag} receive`); }
      if (party === 'gr') { const r = await must('senderKeyExport', { party, ...s }); check(r.record === e.after, `${tag} ${e.op} record`); }
      await must('senderKeyImport', { party, ...s, record: e.after });
    }
    continue;
  }
  const P = {};
  for (const [label, p] of Object.entries(f.parties)) {
    P[label] = `${label}${++n}`;
    await must('newParty', { party: P[label], name: p.name, deviceId: p.deviceId, registrationId: p.registrationId, identity: p.identityKeyPair });
    for (const r of p.preKeys) await must('preKeyImport', { party: P[label], kind: 'preKey', record: r });
    for (const r of p.signedPreKeys) await must('preKeyImport', { party: P[label], kind: 'signed', record: r });
    for (const r of p.kyberPreKeys) await must('preKeyImport', { party: P[label], kind: 'kyber', record: r.record, lastResort: r.lastResort });
  }
  let step = 0;
  for (const e of f.events) {
    const at = { party: P[e.party], remoteName: f.parties[e.remote].name, remoteDevice: f.parties[e.remote].deviceId };
    if (e.op === 'process') { const x = await call('processBundle', { ...at, bundle: e.bundle, now: f.now }); check(x.ok, `${tag} process`); }
    if (e.op === 'send' && e.repeatable) { const x = await call('encrypt', { ...at, plaintext: e.plaintext, now: f.now }); check(x.ok && x.wire === e.wire && x.type === e.type, `${tag} send wire`); }
    if (e.op === 'send' && !e.repeatable) { const x = await call('encrypt', { ...at, plaintext: e.plaintext, now: f.now }); check(x.ok && x.type === e.type && Buffer.from(x.wire, 'base64').length === Buffer.from(e.wire, 'base64').length, `${tag} send (random) type and length`); }
    if (e.op === 'receive') {
      const m = f.events[e.message];
      const x = await call('decrypt', { ...at, type: m.type, wire: m.wire });
      if (e.error) check(!x.ok && (e.error === 'duplicate') === (x.kind === 'duplicatedMessage'), `${tag} receive error ${e.error} (ours: ${x.ok ? 'read' : x.kind})`);
      else check(x.ok && x.plaintext === m.plaintext, `${tag} receive ${x.ok ? 'plaintext' : x.error}`);
    }
    if (e.op === 'archive') await must('archiveSession', at);
    if (e.repeatable) {
      const o = await must('exportSession', at);
      check(sha(o.record ?? '') === e.afterSHA256, `${tag} ${e.op} record`);
    } else await must('importSession', { ...at, record: e.after });
    step++;
  }
}
console.log(good, 'passed'); console.log(bad);
process.exitCode = Object.keys(bad).length ? 1 : 0;
child.stdin.end();
