import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EnrolmentError, enrol } from './enrol.ts';
import { loadIdentity } from './identity.ts';
import { LockHeldError } from './lock.ts';
import { messages } from './protocol.ts';
import { agentBench, heard, targetOf, until } from './testing/agent-bench.ts';
import { startHttpRouter } from './testing/http-router.ts';
import { tempDir } from './testing/temp-dir.ts';
import { TARGET, wishOf } from './testing/wish.ts';

describe('an agent', () => {
  it('keeps its key to itself and uses a token once', async () => {
    const { plane, stateDir } = await agentBench();
    expect(statSync(join(stateDir, 'identity.json')).mode & 0o777).toBe(0o600);
    const stranger = tempDir();
    const input = { server: plane.url, cluster: 'eu-west', token: plane.token, stateDir: stranger };
    await expect(enrol(loadIdentity(stranger), input)).rejects.toThrow(EnrolmentError);
    await expect(enrol(loadIdentity(stranger), input)).rejects.toThrow(/this token has been used/);
    expect(loadIdentity(stranger).enrolled).toBeNull();
  });

  it('proves itself, says hello, sets the wished share and reports it as read back', async () => {
    const { plane, router, start } = await agentBench();
    await start();
    await until(() => expect(heard(plane, 'hello')).toHaveLength(1));
    expect(heard(plane, 'hello')[0]).toMatchObject({
      epoch: 1,
      targets: [{ target: TARGET, generation: 0, basisPoints: null }],
    });
    plane.desire(wishOf({ generation: 7 }));
    await until(() => expect(heard(plane, 'applied')).toHaveLength(1));
    expect(heard(plane, 'applied')[0]).toMatchObject({
      generation: 7,
      outcome: 'applied',
      seenBasisPoints: 500,
    });
    await until(() =>
      expect(heard(plane, 'observed').at(-1)).toMatchObject({
        targets: [{ generation: 7, setBasisPoints: 500, confirmed: 'yes', problem: null }],
      }),
    );
    expect(router.history).toEqual([500]);
  });

  it('is unmoved by doubled, late and reordered wishes', async () => {
    const { plane, router, start } = await agentBench();
    await start();
    await until(() => expect(heard(plane, 'hello')).toHaveLength(1));
    for (const generation of [3, 1, 5, 3, 5, 2, 4, 5])
      plane.desire(wishOf({ generation, basisPoints: generation * 100 }));
    await until(() =>
      expect(heard(plane, 'applied').some((one) => one.outcome === 'applied' && one.generation === 5)).toBe(
        true,
      ),
    );
    await until(() =>
      expect(
        heard(plane, 'applied')
          .filter((one) => one.outcome === 'superseded')
          .map((one) => one.generation),
      ).toEqual(expect.arrayContaining([1, 2, 3, 4])),
    );
    expect([[500], [300, 500]]).toContainEqual(router.history);
    expect(router.share).toBe(500);
  });

  it('reports again until the report is acknowledged', async () => {
    const { plane, start } = await agentBench();
    await start({ ackTimeoutMs: 60 });
    await until(() => expect(heard(plane, 'hello')).toHaveLength(1));
    plane.answerTo = (name) => (name === 'applied' ? null : { ok: true });
    plane.desire(wishOf({ generation: 1 }));
    await until(() => expect(heard(plane, 'applied').length).toBeGreaterThan(2));
    plane.answerTo = () => ({ ok: true });
    const seqs = new Set(heard(plane, 'applied').map((one) => one.seq));
    expect(seqs.size).toBe(1);
  });

  it('comes back after a lost connection with what it holds, and takes what was wished meanwhile', async () => {
    const { plane, router, start } = await agentBench();
    await start();
    await until(() => expect(heard(plane, 'hello')).toHaveLength(1));
    plane.desire(wishOf({ generation: 1 }));
    await until(() => expect(heard(plane, 'applied')).toHaveLength(1));
    plane.sessions.at(-1)?.disconnect(true);
    await until(() => expect(heard(plane, 'hello')).toHaveLength(2));
    expect(heard(plane, 'hello')[1]).toMatchObject({
      epoch: 2,
      targets: [{ generation: 1, basisPoints: 500 }],
    });
    plane.desire(wishOf({ generation: 2, basisPoints: 0, intent: 'roll-back', canary: null }));
    await until(() => expect(router.share).toBe(0));
  });

  it('writes nothing after another process took over, until it is welcomed again', async () => {
    const { plane, router, logs, start } = await agentBench();
    await start();
    await until(() => expect(heard(plane, 'hello')).toHaveLength(1));
    const held = plane.sessions.at(-1);
    plane.send('superseded', { epoch: 9 });
    held?.emit('desired', wishOf({ generation: 1 }));
    await until(() => expect(logs.join('')).toMatch(/taken over/));
    await until(() => expect(heard(plane, 'hello')).toHaveLength(2));
    expect(router.history).toEqual([]);
    plane.desire(wishOf({ generation: 2 }));
    await until(() => expect(router.history).toEqual([500]));
  });

  it('refuses a wish with a critical field it does not know, and a target outside its allow list', async () => {
    const { plane, router, start } = await agentBench();
    plane.targets = [targetOf('http://192.0.2.7/share')];
    await start();
    await until(() => expect(heard(plane, 'hello')).toHaveLength(1));
    plane.desire(wishOf({ generation: 1, critical: ['basisPoints', 'mirror'] }));
    plane.desire(wishOf({ generation: 2 }));
    await until(() => expect(heard(plane, 'applied')).toHaveLength(2));
    expect(heard(plane, 'applied')[0]).toMatchObject({
      outcome: 'refused',
      reason: 'unknown-critical: mirror',
    });
    expect(heard(plane, 'applied')[1]?.reason).toMatch(
      /^router: http:\/\/192\.0\.2\.7\/share is not on this agent's allow list/,
    );
    expect(router.history).toEqual([]);
  });

  it('refuses a server that was restored from a backup older than what it has seen', async () => {
    const { plane, logs, start } = await agentBench();
    plane.term = 4;
    const first = await start();
    await until(() => expect(heard(plane, 'hello')).toHaveLength(1));
    await first.stop();
    plane.term = 3;
    await start();
    await until(() => expect(logs.join('')).toMatch(/shows term 3, this agent has seen 4/));
    expect(heard(plane, 'hello')).toHaveLength(1);
  });

  it('allows one process per identity and host', async () => {
    const { start } = await agentBench();
    const first = await start();
    await expect(start()).rejects.toThrow(LockHeldError);
    await first.stop();
    await start();
  });

  it('sends samples as credits allow, and goes on in their order after an outage', async () => {
    const { plane, start } = await agentBench();
    await start();
    await until(() => expect(heard(plane, 'samples').length).toBeGreaterThan(3));
    plane.sessions.at(-1)?.disconnect(true);
    const before = heard(plane, 'samples').length;
    await until(() => expect(heard(plane, 'samples').length).toBeGreaterThan(before + 5));
    const seqs = heard(plane, 'samples').map((one) => Number(one.seq));
    expect([...seqs].sort((a, b) => a - b)).toEqual(seqs);
    expect(heard(plane, 'samples')[0]).toMatchObject({
      target: TARGET,
      rows: { requests: [10, 10], track: [0, 1] },
    });
  });

  it('keeps no more than four batches of samples unanswered', async () => {
    const { plane, start } = await agentBench();
    plane.answerTo = (name) => (name === 'samples' ? null : { ok: true });
    await start({ ackTimeoutMs: 60_000 });
    await until(() => expect(heard(plane, 'samples')).toHaveLength(4));
    await until(() => expect(heard(plane, 'observed').length).toBeGreaterThan(5));
    expect(heard(plane, 'samples')).toHaveLength(4);
  });

  it('puts a refused batch of samples aside and goes on with the next', async () => {
    const { plane, logs, start } = await agentBench();
    let refusals = 0;
    plane.answerTo = (name) =>
      name === 'samples' && refusals++ < 1 ? { ok: false, reason: 'malformed' } : { ok: true };
    await start();
    await until(() => expect(heard(plane, 'samples').length).toBeGreaterThan(3));
    const seqs = heard(plane, 'samples').map((one) => one.seq);
    expect(new Set(seqs).size).toBe(seqs.length);
    expect(logs.filter((line) => line.includes('put samples aside'))).toHaveLength(1);
  });

  it('moves to another router when the target document changes, with the wish it holds', async () => {
    const { plane, router, start } = await agentBench();
    const other = await startHttpRouter();
    onTestFinished(() => other.close());
    await start();
    await until(() => expect(heard(plane, 'hello')).toHaveLength(1));
    plane.desire(wishOf({ generation: 1 }));
    await until(() => expect(router.share).toBe(500));
    plane.send('targets', { targets: [targetOf(other.url)] });
    await until(() => expect(other.share).toBe(500));
    plane.desire(wishOf({ generation: 2, basisPoints: 700 }));
    await until(() => expect(other.share).toBe(700));
    expect(router.history).toEqual([500]);
  });

  it('goes to the baseline when contact is lost for as long as the wish says, though the socket is open', async () => {
    const { plane, router, start } = await agentBench();
    await start();
    await until(() => expect(heard(plane, 'hello')).toHaveLength(1));
    const contactLoss = { afterSeconds: 1, then: 'baseline' as const, neverAfterSeconds: null };
    plane.desire(wishOf({ generation: 1, contactLoss }));
    await until(() =>
      expect(heard(plane, 'applied').at(-1)).toMatchObject({
        outcome: 'refused',
        reason: 'contact lost, went to baseline',
      }),
    );
    expect(router.history).toEqual([500, 0]);
  });

  it('tries a target document for the server and says which field is wrong', async () => {
    const { plane, router, start } = await agentBench();
    await start();
    await until(() => expect(heard(plane, 'hello')).toHaveLength(1));
    router.down = true;
    const requestId = randomUUID();
    plane.send('ask', { kind: 'checkTarget', requestId, target: TARGET, config: targetOf(router.url) });
    await until(() => expect(heard(plane, 'answer')).toHaveLength(1));
    expect(heard(plane, 'answer')[0]).toMatchObject({ requestId, ok: false });
    expect(heard(plane, 'answer')[0]?.detail).toMatch(/^router\.url: .* does not answer$/);
  });

  it('survives malformed messages and says nothing moved', async () => {
    const { plane, router, logs, start } = await agentBench();
    await start();
    await until(() => expect(heard(plane, 'hello')).toHaveLength(1));
    for (const body of [null, 7, [], {}, { ...wishOf(), basisPoints: -1 }, { ...wishOf(), target: 'x' }])
      plane.send('desired', body);
    plane.desire(wishOf({ generation: 2, basisPoints: 100 }));
    await until(() => expect(router.history).toEqual([100]));
    expect(logs.filter((line) => line.includes('refused a message'))).toHaveLength(6);
  });

  it('says with its samples which share was set, once it was set for all of their time', async () => {
    const { plane, start } = await agentBench();
    await start();
    await until(() => expect(heard(plane, 'hello')).toHaveLength(1));
    plane.desire(wishOf({ generation: 1 }));
    await until(() => expect(assignedOf(heard(plane, 'samples'))).toContain(500));
    const before = heard(plane, 'samples').length;
    plane.desire(wishOf({ generation: 2, basisPoints: 2_500 }));
    await until(() => expect(assignedOf(heard(plane, 'samples').slice(before))).toContain(2_500));
    const known = assignedOf(heard(plane, 'samples')).filter((share) => share !== null);
    expect(known).toEqual(known.toSorted((a, b) => a - b));
    expect(assignedOf(heard(plane, 'samples').slice(before))).toContain(null);
  });

  it('sends a server that does not ask for it nothing but what every server takes', async () => {
    const { plane, start } = await agentBench();
    plane.accepts = [];
    await start();
    await until(() => expect(heard(plane, 'hello')).toHaveLength(1));
    plane.desire(wishOf({ generation: 1 }));
    await until(() => expect(heard(plane, 'applied')).toHaveLength(1));
    const before = heard(plane, 'samples').length;
    await until(() => expect(heard(plane, 'samples').length).toBeGreaterThan(before + 40));
    for (const { rows } of heard(plane, 'samples')) expect(Object.keys(Object(rows))).toHaveLength(7);
  });
});

const assignedOf = (sent: readonly Record<string, unknown>[]): (number | null)[] =>
  sent.flatMap(({ rows }) => {
    const { assigned, at } = messages.samples.shape.rows.parse(rows);
    return assigned ?? at.map(() => null);
  });
