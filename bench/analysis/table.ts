/** The table of the bench, for the terminal and for the documents. */
import { OURS } from './judge-canary.ts';
import { TARGETS } from './scenarios.ts';
import type { Delays, Line } from './summary.ts';

/** One line for the terminal. */
export const lineText = (line: Line): string => {
  const { scenario, canaries, rules, advanced, grade } = line;
  const ours = rules[OURS];
  const rest = Object.entries(rules)
    .filter(([name]) => name !== OURS)
    .map(([name, delays]) => `${name} ${cell(line, delays)}`);
  const wald = line.waldSeconds === null ? '' : ` | Wald ${seconds(line.waldSeconds)}`;
  return [
    `${scenario.name.padEnd(19)} n ${canaries} ${grade.padEnd(9)} ${ours ? cell(line, ours) : ''}${targetText(line)}`,
    `advanced ${percent(advanced.share)} after ${seconds(advanced.median)}, ${line.canaryRequestsMedian} canary requests`,
    `${rest.join(' | ')}${wald}`,
    line.because,
  ].join('\n    ');
};

/** The whole table. */
export const markdownOf = (lines: readonly Line[], run: { seed: number; minutes: number }): string => {
  const rules = [...new Set(lines.flatMap((line) => Object.keys(line.rules)))];
  const head = ['scenario', 'canaries', ...rules, 'Wald', 'must', 'stretch', 'reached', 'advanced'];
  const rows = lines.map((line) => {
    const target = TARGETS[line.scenario.name];
    return [
      line.scenario.name,
      String(line.canaries),
      ...rules.map((name) => {
        const delays = line.rules[name];
        return delays ? cell(line, delays) : '-';
      }),
      line.waldSeconds === null ? '-' : seconds(line.waldSeconds),
      target ? wanted(target.must, target.found) : line.scenario.kind === 'healthy' ? '≤ 1.5 % stopped' : '-',
      target ? wanted(target.stretch, target.foundStretch) : '-',
      line.grade,
      `${percent(line.advanced.share)}${line.advanced.share > 0 ? `, ${seconds(line.advanced.median)}` : ''}`,
    ];
  });
  const table = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
  return `# How the analysis does, beside other rules\n\nMade by \`npm run bench:analysis -- --seed ${run.seed}\` in ${run.minutes.toFixed(0)} minutes. Each canary is half an hour of traffic, one interval a second, with ten minutes of baseline before it; alpha is .01, our rule looks every five seconds. A cell of a healthy scenario is the part of canaries that was stopped although nothing was wrong (ours with its 95 % interval); of a regression the part found when below 98 %, then the median and the 95th percentile of seconds from the onset. The other rules are written anew from what their tools document; they were not run beside the originals. The oracle knows the truth.\n\n${table}\n`;
};

const cell = (line: Line, delays: Delays): string => {
  if (line.scenario.kind !== 'regression') {
    const [low, high] = line.falselyInterval;
    const interval = delays === line.rules[OURS] ? ` (${percent(low)} to ${percent(high)})` : '';
    return `${percent(delays.falsely)}${interval}`;
  }
  const found = delays.found < 0.98 ? `${percent(delays.found)} ` : '';
  const early = delays.falsely > 0 ? `, ${percent(delays.falsely)} early` : '';
  return `${found}${seconds(delays.median)} / ${seconds(delays.p95)}${early}`;
};

const targetText = ({ scenario }: Line): string => {
  const target = TARGETS[scenario.name];
  return target
    ? `  (must ${wanted(target.must, target.found)}, stretch ${wanted(target.stretch, target.foundStretch)})`
    : '';
};

const wanted = (delay: number | null, found: number | null): string =>
  [found === null ? '' : `found ${percent(found)}`, delay === null ? '' : `${delay} s`]
    .filter(Boolean)
    .join(', ');

const seconds = (value: number): string => (Number.isFinite(value) ? `${Math.round(value)} s` : 'never');
const percent = (part: number): string => `${Number((part * 100).toPrecision(3))} %`;
