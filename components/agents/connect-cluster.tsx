'use client';

import { Button, Code, CopyButton, Select } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, newKey } from '#lib/client/api.ts';
import { type ClusterView, enrolmentSchema } from '#lib/contract/config.ts';
import { endpoints } from '#lib/routes.ts';
import { Card } from '../ui/page.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { type Sign, Standing } from '../ui/standing.tsx';
import { Until } from '../ui/time.tsx';
import classes from './agents-page.module.css';
import { NewCluster } from './new-cluster.tsx';

/** A one-time command for a cluster; the card waits and says so when the agent has connected. */
export const ConnectCluster = ({ clusters }: { clusters: ClusterView[] }) => {
  const [slug, setSlug] = useState<string | null>(null);
  const [adding, setAdding] = useState(clusters.length === 0);
  const enrol = useMutation({
    mutationFn: (cluster: string) =>
      api(endpoints.enrolments(cluster), {
        method: 'POST',
        body: {},
        idempotencyKey: newKey(),
        schema: enrolmentSchema,
      }),
  });
  const cluster = clusters.find((each) => each.slug === slug);
  return (
    <Card>
      <div className={classes.connect}>
        <Select
          label="Cluster"
          placeholder="Choose a cluster"
          data={clusters.map(({ slug: value, name, environment }) => ({
            value,
            label: `${name} (${environment})`,
          }))}
          value={slug}
          onChange={(value) => {
            setSlug(value);
            enrol.reset();
          }}
        />
        <Button disabled={slug === null} loading={enrol.isPending} onClick={() => slug && enrol.mutate(slug)}>
          Get the command
        </Button>
        <Button variant="subtle" aria-expanded={adding} onClick={() => setAdding(!adding)}>
          New cluster
        </Button>
      </div>
      {adding && (
        <NewCluster
          onCreated={(created) => {
            setAdding(false);
            setSlug(created);
            enrol.mutate(created);
          }}
        />
      )}
      {enrol.error && <ProblemNote error={enrol.error} />}
      {enrol.data && (
        <div className={classes.command}>
          <p>Run this on a host that reaches the routers of {cluster?.name ?? slug}:</p>
          <Code block>{enrol.data.command}</Code>
          <div className={classes.after}>
            <CopyButton value={enrol.data.command}>
              {({ copied, copy }) => (
                <Button variant="default" size="xs" onClick={copy}>
                  {copied ? 'Copied' : 'Copy the command'}
                </Button>
              )}
            </CopyButton>
            <span role="status">
              <Standing sign={waitingSign(cluster)} />
            </span>
            <span className={classes.detail}>
              the token works once and ends <Until at={enrol.data.expiresAt} />
            </span>
          </div>
        </div>
      )}
    </Card>
  );
};

const waitingSign = (cluster: ClusterView | undefined): Sign =>
  cluster?.agent?.connected
    ? { tone: 'pass', shape: 'check-in-circle', word: 'connected' }
    : { tone: 'hold', shape: 'clock', word: 'waiting for the agent to connect' };
