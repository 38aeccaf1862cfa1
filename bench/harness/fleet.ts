/**
 * Agents as background load, in a process of their own: real identities, links, journals and senders; in place of a
 * router a variable, in place of a service made-up counts. Arguments: server, number of agents, rows per second of
 * each, directory, then one `cluster token` pair an agent on stdin.
 */
import { createInterface } from 'node:readline';
import { Agent } from '../../agent/src/agent.ts';
import { enrol } from '../../agent/src/enrol.ts';
import { loadIdentity } from '../../agent/src/identity.ts';
import { createLog } from '../../agent/src/log.ts';
import { TIMING } from '../../agent/src/timing.ts';
import { variableParts } from './variable-parts.ts';

const [server = '', rowsText = '20', directory = ''] = process.argv.slice(2);
const everySeconds = 2 / Number(rowsText);

const madeUpReading = async () => {
  const latency = Array.from({ length: 16 }, (_, index) => (index * 7) % 5);
  const counts = { requests: latency.reduce((sum, value) => sum + value, 0), errors: 0, latency, counts: {} };
  return {
    at: Date.now(),
    seconds: everySeconds,
    tracks: { canary: counts, baseline: counts },
    edges: Array.from({ length: 15 }, (_, index) => 0.005 * 1.5 ** index),
    queries: { requests: 'made up', errors: 'made up', latency: 'made up' },
    problem: null,
  };
};
const parts = variableParts({ everySeconds, read: madeUpReading });

const agents: Agent[] = [];
for await (const line of createInterface({ input: process.stdin })) {
  const [cluster = '', token = ''] = line.split(' ');
  const stateDir = `${directory}/${cluster}`;
  const identity = await enrol(loadIdentity(stateDir), { server, cluster, token, stateDir });
  agents.push(
    await Agent.start({
      server,
      stateDir,
      identity,
      allow: 'local',
      parts,
      version: 'bench',
      timing: TIMING,
      log: createLog('error'),
    }),
  );
}
process.stdout.write(`${agents.length}\n`);
process.on('SIGTERM', () => {
  void Promise.all(agents.map((agent) => agent.stop())).then(() => process.exit(0));
});
setInterval(() => undefined, 60_000);
