import pg from 'pg';
import { expect, onTestFinished, vi } from 'vitest';
import { CHANNEL, type Notice, noticeSchema } from '../../data/notify.ts';

/** Hears what is said on the bus from now to the end of the test. */
export const hearNotices = async (url: string) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  onTestFinished(() => client.end());
  const heard: Notice[] = [];
  client.on('notification', ({ payload }) => heard.push(noticeSchema.parse(JSON.parse(payload ?? ''))));
  await client.query(`LISTEN ${CHANNEL}`);
  return { until: (notice: Notice) => vi.waitFor(() => expect(heard).toContainEqual(notice), 5_000) };
};
