import { ArgumentError } from '../shop/command-line.ts';
import { type LoadArguments, loadUsage, parseLoadArguments } from './arguments.ts';
import { type Reports, runLoad } from './generator.ts';

await main(process.argv.slice(2));

async function main(args: string[]): Promise<void> {
  if (args.includes('--help')) {
    console.log(loadUsage);
    return;
  }
  try {
    await send(parseLoadArguments(args));
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    console.error(`${error.message}\n\n${loadUsage}`);
    process.exitCode = 2;
  }
}

/** Sends until the time is up or a signal comes; the last line on standard output is the summary. */
async function send({ verbose, ...settings }: LoadArguments): Promise<void> {
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  process.once('SIGINT', () => stop.abort());
  const reports: Reports = {
    second(summary) {
      if (verbose) console.error(JSON.stringify(summary));
    },
    saturated(underWay) {
      console.error(`load: ${underWay} requests are under way, new ones are dropped and counted`);
    },
  };
  const summary = await runLoad(settings, stop.signal, reports);
  console.log(JSON.stringify(summary));
}
